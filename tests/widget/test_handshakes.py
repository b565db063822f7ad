"""Handshakes of both sockets: which version is spoken, and how many may wait at once to say who they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from conversations.live.consumer import ConsoleConsumer
from tests.cast import make_cast
from tests.waiting import auntil
from tests.widget.visitor import tab
from widget.consumer import WidgetConsumer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

OWN = [(b"origin", b"http://testserver")]
SOCKETS: list[Any] = [WidgetConsumer, ConsoleConsumer]

cast_of: Any = sync_to_async(make_cast)


def line(consumer: Any, *offered: str) -> WebsocketCommunicator:
    return WebsocketCommunicator(consumer.as_asgi(), "/ws/", OWN, list(offered))


async def code_of(socket: WebsocketCommunicator) -> int | None:
    """The code with which an accepted line is closed at once; None when it stays open."""
    connected, _ = await socket.connect(timeout=5)
    assert connected
    if await socket.receive_nothing(0.1):
        return None
    message = await socket.receive_output(5)
    assert message["type"] == "websocket.close", message
    return int(message["code"])


@pytest.mark.parametrize("consumer", SOCKETS)
@pytest.mark.parametrize("offered", [(), ("privas.v0",), ("privas.v10", "privas")])
async def test_who_does_not_speak_this_version_is_told_that_it_is_too_old(
    consumer: Any, offered: tuple[str, ...]
) -> None:
    assert await code_of(line(consumer, *offered)) == 4426


@pytest.mark.parametrize("consumer", SOCKETS)
async def test_who_speaks_this_version_among_others_is_served(consumer: Any) -> None:
    socket = line(consumer, "privas.v2", "privas.v1")
    assert await socket.connect(timeout=5) == (True, "privas.v1")
    assert await socket.receive_nothing(0.1)
    await socket.disconnect()


@asynccontextmanager
async def waiting(consumer: Any, count: int) -> AsyncIterator[list[WebsocketCommunicator]]:
    """So many lines that have not said who they are."""
    lines = [line(consumer, "privas.v1") for _ in range(count)]
    assert [await code_of(one) for one in lines] == [None] * count
    yield lines
    for one in lines:
        await one.disconnect()


@pytest.mark.parametrize("consumer", SOCKETS)
async def test_no_more_than_so_many_wait_at_once_to_say_who_they_are(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.sockets.WAITING", 2)
    async with waiting(consumer, 2) as lines:
        assert await code_of(line(consumer, "privas.v1")) == 1013
        await lines[0].disconnect()
        late = line(consumer, "privas.v1")
        assert await code_of(late) is None
        await late.disconnect()


async def admitted() -> bool:
    """Whether there is room now."""
    socket = line(WidgetConsumer, "privas.v1")
    code = await code_of(socket)
    await socket.disconnect()
    return code is None


async def test_who_has_said_who_it_is_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.sockets.WAITING", 1)
    cast = await cast_of()
    async with tab() as visitor:
        assert not await admitted()
        await visitor.auth(cast.acme)
        await auntil(admitted)


async def test_who_says_nothing_makes_room_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.sockets.WAITING", 1)
    silent = line(ConsoleConsumer, "privas.v1")
    with monkeypatch.context() as impatient:
        impatient.setattr("conversations.sockets.AUTH_WITHIN_S", 0.05)
        await silent.connect(timeout=5)
        assert (await silent.receive_output(5))["code"] == 4408
    await auntil(admitted)
    await silent.disconnect()
