"""A frame whose answer was lost with the line is sent again under its id, and happens once."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from conversations.actions import closing, handling
from conversations.models import Conversation, Escalation, Event
from domains.models import Domain
from tests.cast import make_cast
from tests.widget.visitor import Frame, Tab, act, tab

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)


async def send(visitor: Tab, kind: str, sent: str, **more: Any) -> Frame:
    """The answer to the frame with this id."""
    await visitor.send(t=kind, id=sent, **more)
    return await visitor.until(lambda frame: frame.get("id") == sent)


async def again(domain: Domain, token: str, kind: str, sent: str, **more: Any) -> Frame:
    """The same on a new line."""
    async with tab() as visitor:
        await visitor.auth(domain, token)
        await visitor.of("synced")
        return await send(visitor, kind, sent, **more)


def same(first: Frame, later: Frame) -> bool:
    return later == first | {"dup": True}


async def test_an_end_is_answered_alike_on_every_line_and_ends_nothing_twice() -> None:
    cast = await cast_of()
    sent = str(uuid.uuid4())
    async with tab() as visitor:
        token = (await visitor.auth(cast.acme))["token"]
        talk = (await visitor.say("Hello"))["c"]
        first = await send(visitor, "end", sent)
        assert (first["t"], first["c"], first["n"], first["dup"]) == ("ack", talk, 2, False)
        assert same(first, await send(visitor, "end", sent))
    await act(closing.reopen, uuid.UUID(talk), operator=cast.omar)
    assert same(first, await again(cast.acme, token, "end", sent))
    assert (await sync_to_async(Conversation.objects.get)()).lifecycle == "open"
    assert await act(Event.objects.filter(kind="ended").count) == 1


async def test_a_new_talk_is_begun_once_and_a_late_repeat_does_not_lead_back_to_it() -> None:
    cast = await cast_of()
    sent = str(uuid.uuid4())
    async with tab() as visitor:
        token = (await visitor.auth(cast.acme))["token"]
        await visitor.say("Hello")
        first = await send(visitor, "new", sent)
        assert (first["t"], first["n"], first["dup"]) == ("ack", 0, False)
        assert (await visitor.say("In the second"))["c"] == first["c"]
        await send(visitor, "new", str(uuid.uuid4()))
        third = (await visitor.say("In the third"))["c"]
        assert same(first, await send(visitor, "new", sent))
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        assert same(first, await send(visitor, "new", sent))
        assert (await visitor.say("Still in the third"))["c"] == third
        event = await visitor.until(lambda frame: frame.get("data", {}).get("text") == "Still in the third")
    assert (event["c"], event["n"]) == (third, 2)
    assert await act(Conversation.objects.count) == 3


async def test_a_second_ring_is_not_a_new_request_when_it_is_repeated_later() -> None:
    cast = await cast_of()
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    async with tab() as visitor:
        token = (await visitor.auth(cast.acme))["token"]
        first = await send(visitor, "bell", one, reason="A refund")
        second = await send(visitor, "bell", two, reason="A refund")
        assert (second["n"], second["dup"]) == (first["n"], True)
    talk = uuid.UUID(first["c"])
    await act(handling.take_over, talk, operator=cast.omar)
    await act(handling.hand_back, talk, operator=cast.omar)
    assert await again(cast.acme, token, "bell", two, reason="A refund") == second
    assert same(first, await again(cast.acme, token, "bell", one, reason="A refund"))
    assert await act(Escalation.objects.count) == 1


async def test_an_id_of_another_act_is_a_conflict() -> None:
    cast = await cast_of()
    sent = str(uuid.uuid4())
    async with tab() as visitor:
        await visitor.auth(cast.acme)
        await send(visitor, "bell", sent, reason="")
        assert (await send(visitor, "end", sent))["code"] == "id_conflict"
