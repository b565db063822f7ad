"""Sockets that fetch what they missed: however much it is, in order, and no faster than it is read."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from accounts.models import SocketTicket, User
from conversations import outbox
from conversations.live.consumer import ConsoleConsumer
from conversations.live.opened import Thread
from conversations.models import Conversation
from tests.cast import Cast, make_cast, say, vera
from tests.conversations.console import console
from tests.widget.visitor import Tab, tab
from widget import sessions
from widget.consumer import WidgetConsumer
from widget.history import Told

LONG = 12


@sync_to_async
def long_talk() -> tuple[Cast, Conversation, str]:
    """A dozen of the longest messages, and the token of who wrote them."""
    cast = make_cast()
    seen = vera(cast.acme)
    talk = [say(seen, "x" * 4000) for _ in range(LONG)][-1]
    return cast, talk, sessions.token_for(cast.acme.pk, seen.id)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outboxes that hold a few of them."""
    monkeypatch.setattr(outbox, "CHARACTERS", 30_000)


@pytest.mark.django_db(transaction=True)
async def test_a_visitor_who_reads_gets_more_than_an_outbox_holds(small: None) -> None:
    cast, _, token = await long_talk()
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.until(lambda frame: frame["t"] in ("synced", "closed"))
    assert visitor.numbers == list(range(1, LONG + 1))


@pytest.mark.django_db(transaction=True)
async def test_an_operator_who_reads_gets_a_thread_longer_than_an_outbox_holds(small: None) -> None:
    cast, talk, _ = await long_talk()
    async with console(cast.omar) as omar:
        await omar.send(t="subscribe", topics=[f"conversation:{talk.pk}"], after={}, html=True)
        await omar.until(lambda frame: frame["t"] in ("synced", "closed"))
    assert [frame["n"] for frame in omar.frames if frame["t"] == "event"] == list(range(1, LONG + 1))


@pytest.mark.django_db(transaction=True)
async def test_who_reads_nothing_is_closed_as_a_slow_reader(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE_S", 0.1)
    cast, _, token = await long_talk()

    async def unread(scope: Any, receive: Any, send: Any) -> None:
        async def stuck(message: dict[str, Any]) -> None:
            if '"t":"event"' in message.get("text", ""):
                await asyncio.Event().wait()
            await send(message)

        await WidgetConsumer.as_asgi()(scope, receive, stuck)

    headers = [(b"origin", b"https://acme.example")]
    visitor = Tab(WebsocketCommunicator(unread, "/ws/widget/", headers, ["privas.v1"]))
    await visitor.socket.connect(timeout=5)
    await visitor.auth(cast.acme, token)
    assert (await visitor.of("closed"))["code"] == 4440
    await visitor.socket.disconnect()


async def at_once(function: Callable[..., Any], *args: Any) -> Any:
    """In place of the database's threads."""
    return function(*args)


async def test_a_card_that_waits_for_a_reader_does_not_overtake_a_newer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    socket = ConsoleConsumer()
    socket.ready = True
    monkeypatch.setattr(socket, "db", at_once)
    for _ in range(outbox.FRAMES // 2):
        await socket.send_text("before")
    older, newer = ({"t": "card", "c": "talk", "n": n, "frame": f"card {n}"} for n in (1, 2))
    waiting = asyncio.ensure_future(socket._send_cards([older]))
    await asyncio.sleep(0)
    await socket.frame(newer)
    for _ in range(2):
        assert await socket._outbox.get() == "before"
    await waiting
    assert [text for text in socket._outbox.rest() if text != "before"] == ["card 2"]


async def test_what_is_asked_for_again_comes_in_order_though_a_heartbeat_is_fetching(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings: list[tuple[int, asyncio.Future[list[Told]]]] = []

    async def reading(function: Callable[..., Any], c: str, n: int) -> list[Told]:
        readings.append((n, asyncio.get_running_loop().create_future()))
        return await readings[-1][1]

    socket = WidgetConsumer()
    monkeypatch.setattr(socket, "db", reading)
    socket.conversation, socket.sent = "talk", {"talk": 3}
    heartbeat = asyncio.ensure_future(socket._fill("talk"))
    await asyncio.sleep(0)
    again = asyncio.ensure_future(socket._again(1))
    await asyncio.sleep(0)
    assert [n for n, _ in readings] == [3, 1]
    for n, answer in readings:
        answer.set_result([Told(m, 0, str(m)) for m in range(n + 1, 6)])
    await asyncio.gather(heartbeat, again)
    assert list(socket._outbox.rest()) == ["2", "3", "4", "5", '{"t":"synced","head":5}']


async def test_a_thread_that_is_opened_anew_comes_in_order_though_a_heartbeat_is_fetching(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings: list[tuple[int, asyncio.Future[list[dict[str, Any]]]]] = []

    async def reading(function: Callable[..., Any], user: Any, c: str, n: int) -> list[dict[str, Any]]:
        readings.append((n, asyncio.get_running_loop().create_future()))
        return await readings[-1][1]

    socket = ConsoleConsumer()
    socket.ticket = SocketTicket(user=User())
    monkeypatch.setattr(socket, "db", reading)
    fetching = []
    for known in (3, 1):
        socket.threads["talk"] = Thread("domain", known, 0)
        fetching.append(asyncio.ensure_future(socket._fill("talk")))
        await asyncio.sleep(0)
    assert [n for n, _ in readings] == [3, 1]
    for n, answer in readings:
        answer.set_result([{"t": "event", "n": m, "epoch": 0, "frame": str(m)} for m in range(n + 1, 6)])
    await asyncio.gather(*fetching)
    assert list(socket._outbox.rest()) == ["2", "3", "4", "5"]
