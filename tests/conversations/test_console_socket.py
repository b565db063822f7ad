"""The console's socket, through the real ASGI consumer and channel layer."""

import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts import tickets
from conversations.actions import handling, operators
from domains import members, publishing
from domains.models import Membership
from tests.cast import Cast, make_cast, say, vera
from tests.conversations.console import act, console, line, refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@sync_to_async
def cast_with_talk() -> tuple[Cast, Any]:
    cast = make_cast()
    return cast, say(vera(cast.acme), "Hello?")


async def test_a_foreign_page_gets_no_handshake() -> None:
    for origin in (
        b"https://evil.example",
        b"null",
        b"http://testserver.evil.example",
        b"https://testserver",
    ):
        assert await refused([(b"origin", origin)])
    assert await refused([])


async def test_a_ticket_opens_one_socket_only() -> None:
    cast, _ = await cast_with_talk()
    ticket = await act(tickets.issue, cast.omar)
    for turn, wanted in enumerate(("ready", "closed")):
        async with line() as opened:
            await opened.send(t="auth", ticket=str(ticket.pk))
            last = await opened.of(wanted)
            assert turn == 0 or last["code"] == 4401


async def test_a_desk_and_a_thread_show_a_takeover_at_once() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.omar) as omar:
        topics = [f"desk:{cast.acme.pk}", f"conversation:{talk.pk}"]
        await omar.send(t="subscribe", topics=topics, after={}, html=False)
        synced = await omar.until(lambda frame: frame["t"] == "synced")
        assert synced["head"] == 1
        await act(handling.take_over, talk.pk, operator=cast.ona)
        event = await omar.until(lambda frame: frame["t"] == "event" and frame["kind"] == "taken_over")
        assert event["n"] == 2
        assert event["data"]["line"].startswith("Human takeover by Ona at ")
        card = await omar.until(
            lambda frame: frame["t"] == "card" and frame["card"]["badge"] == "human_active"
        )
        assert card["card"]["operator"]["name"] == "Ona"


async def test_a_lost_frame_is_read_from_the_rows() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.omar) as omar:
        await omar.send(t="subscribe", topics=[f"conversation:{talk.pk}"], after={}, html=False)
        await omar.until(lambda frame: frame["t"] == "synced")
        lost = publishing.publish
        publishing.publish = lambda pairs: False
        try:
            await act(operators.add_note, talk.pk, operator=cast.omar, client_id="1", text="lost on the way")
        finally:
            publishing.publish = lost
        await act(operators.add_note, talk.pk, operator=cast.omar, client_id="2", text="arrives")
        await omar.until(lambda frame: frame["t"] == "event" and frame["n"] == 3)
        assert [frame["n"] for frame in omar.frames if frame["t"] == "event"] == [1, 2, 3]


async def test_a_stranger_hears_nothing_of_another_domain() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.mallory) as mallory:
        for topic in (
            f"desk:{cast.acme.pk}",
            f"conversation:{talk.pk}",
            f"conversation:{uuid.uuid4()}",
            "desk:x",
        ):
            await mallory.send(t="subscribe", topics=[topic])
            refused = await mallory.until(lambda frame: frame["t"] == "err")
            assert refused["code"] == "not_found"
        await act(handling.take_over, talk.pk, operator=cast.omar)
        await mallory.send(t="nonsense")
        await mallory.until(lambda frame: frame.get("code") == "unknown_type")
        assert not [frame for frame in mallory.frames if frame["t"] in ("event", "card")]


async def test_a_lost_domain_leaves_the_other_desks_heard() -> None:
    cast, talk = await cast_with_talk()
    desk, gone = f"desk:{cast.acme.pk}", [f"desk:{cast.bolt.pk}", f"conversation:{uuid.uuid4()}"]
    # More than the errors after which a socket is closed.
    gone += [f"desk:{uuid.uuid4()}" for _ in range(30)]
    async with console(cast.omar) as omar:
        await omar.send(t="subscribe", topics=[*gone, desk], after={}, html=False)
        refused = await omar.of("err")
        assert (refused["code"], refused["topics"]) == ("not_found", gone)
        assert (await omar.of("subscribed"))["topics"] == [desk]
        await act(handling.take_over, talk.pk, operator=cast.ona)
        await omar.until(lambda frame: frame["t"] == "card" and frame["card"]["badge"] == "human_active")


async def test_who_is_removed_is_closed_with_4403_and_a_new_password_closes_with_4401() -> None:
    cast, _ = await cast_with_talk()
    async with console(cast.omar) as omar, console(cast.ona) as ona:
        for opened in (omar, ona):
            await opened.send(t="subscribe", topics=[f"desk:{cast.acme.pk}"])
            await opened.until(lambda frame: frame["t"] == "subscribed")
        await act(Membership.objects.filter(user=cast.omar).delete)
        await act(publishing.recheck_sockets, cast.omar.pk)
        assert (await omar.until(lambda frame: frame["t"] == "closed", 2))["code"] == 4403
        await act(publishing.close_sockets, cast.ona.pk)
        assert (await ona.until(lambda frame: frame["t"] == "closed", 2))["code"] == 4401


async def test_a_closed_domain_closes_sockets_that_show_no_more_than_a_thread_of_it() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.omar) as omar, console(cast.mallory) as mallory:
        await omar.send(t="subscribe", topics=[f"conversation:{talk.pk}"], after={}, html=False)
        await mallory.send(t="subscribe", topics=[f"desk:{cast.bolt.pk}"])
        for opened in (omar, mallory):
            await opened.until(lambda frame: frame["t"] == "subscribed")
        await act(members.close_domain, cast.olga, cast.acme.pk)
        assert (await omar.until(lambda frame: frame["t"] == "closed", 2))["code"] == 4403
        assert not [frame for frame in mallory.frames if frame["t"] == "closed"]


async def test_broken_frames_are_answered_and_the_socket_stays() -> None:
    cast, _ = await cast_with_talk()
    async with console(cast.omar) as omar:
        deep: Any = {"t": "subscribe", "topics": [[[[[[[[[[]]]]]]]]]]}
        for text, code in (
            ("{", "bad_json"),
            ("[]", "bad_frame"),
            (json.dumps(deep), "bad_frame"),
            (json.dumps({"t": "x" * 40_000}), "too_long"),
            ("[" * 20_000, "bad_json"),
        ):
            await omar.socket.send_to(text_data=text)
            assert (await omar.until(lambda frame: frame["t"] == "err"))["code"] == code
        await omar.socket.send_to(bytes_data=b"\x00\x01")
        assert (await omar.until(lambda frame: frame["t"] == "err"))["code"] == "bad_frame"
        await omar.send(t="subscribe", topics=[f"desk:{cast.acme.pk}"])
        await omar.send(t="hb")
        await omar.send(t="typing", conversation="x")
        assert (await omar.until(lambda frame: frame["t"] == "err"))["code"] == "not_found"
