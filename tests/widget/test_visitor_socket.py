"""The visitor's socket: what each frame does, and what the wrong moment is told."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from conversations import broadcast
from conversations.actions import closing, handling, operators
from conversations.models import Conversation, Event, Message, Visitor
from conversations.states import Kind
from tests.cast import make_cast
from tests.widget.visitor import act, tab

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)
count = sync_to_async(lambda model: model.objects.count())
newest = sync_to_async(lambda: Conversation.objects.select_related("visitor", "domain").latest("created_at"))


async def test_a_message_is_acknowledged_after_commit_and_comes_back_numbered() -> None:
    cast = await cast_of()
    async with tab(**{"user-agent": "Tester/1"}) as vera:
        ready = await vera.auth(cast.acme)
        sent = str(uuid.uuid4())
        ack = await vera.say("How much is it?", sent)
        assert await act(Message.objects.filter(client_id=sent, text="How much is it?").exists)
        event = await vera.of("event")
    assert (ack["t"], ack["n"], ack["dup"]) == ("ack", 1, False)
    assert (event["n"], event["kind"], event["by"]["kind"], event["c"]) == (1, "message", "visitor", ack["c"])
    assert event["data"] == {"text": "How much is it?", "client_id": sent}
    conversation = await newest()
    assert str(conversation.visitor_id) == ready["visitor"]
    assert conversation.started_url == "https://acme.example/pricing"
    visitor = conversation.visitor
    assert (visitor.user_agent, visitor.timezone, visitor.referrer) == (
        "Tester/1",
        "Asia/Jakarta",
        "https://search.example/",
    )


async def test_the_same_id_again_is_the_same_message_also_in_a_later_life_of_the_tab() -> None:
    cast = await cast_of()
    async with tab() as vera:
        token = (await vera.auth(cast.acme))["token"]
        sent = str(uuid.uuid4())
        first = await vera.say("Once", sent)
        again = await vera.say("Once", sent)
        other = await vera.say("Something else", sent)
    assert (again["n"], again["c"], again["dup"]) == (first["n"], first["c"], True)
    assert (other["t"], other["code"]) == ("err", "id_conflict")
    async with tab() as vera:
        await vera.auth(cast.acme, token)
        late = await vera.say("Once", sent)
    assert (late["n"], late["dup"]) == (1, True)
    assert await count(Message) == 1


async def test_the_bell_may_be_the_very_first_act() -> None:
    cast = await cast_of(takeover_timeout_s=90)
    async with tab() as vera:
        await vera.auth(cast.acme)
        sent = str(uuid.uuid4())
        await vera.send(t="bell", id=sent, reason="A refund")
        ack = await vera.until(lambda frame: frame.get("id") == sent)
        event = await vera.of("event")
        await vera.send(t="bell", id=sent, reason="A refund")
        again = await vera.until(lambda frame: frame.get("id") == sent)
    assert (ack["t"], ack["n"], ack["dup"], again["dup"]) == ("ack", 1, False, True)
    assert event["kind"] == "human_requested"
    assert event["data"] == {"text": cast.acme.human_requested_text, "timeout_s": 90, "client_id": sent}


async def test_two_messages_too_close_are_told_when_to_come_again_and_take_no_number() -> None:
    cast = await cast_of(message_gap_ms=3000)
    async with tab() as vera:
        await vera.auth(cast.acme)
        await vera.say("One")
        early = await vera.say("Two")
        assert early["code"] == "rate_limited"
        assert 0 < early["retry_ms"] <= 3000
    assert await count(Event) == 1


async def test_banners_names_and_words_of_an_operator_reach_the_visitor_and_notes_do_not() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        await vera.say("Hello")
        talk = await newest()
        await act(operators.add_note, talk.pk, operator=cast.omar, client_id="n1", text="SECRET")
        await act(handling.take_over, talk.pk, operator=cast.omar)
        await act(
            operators.post_operator_message, talk.pk, operator=cast.omar, client_id="m1", text="Omar here"
        )
        await act(handling.hand_back, talk.pk, operator=cast.omar)
        await act(closing.resolve, talk.pk, operator=cast.olga)
        await vera.until(lambda frame: frame.get("kind") == Kind.RESOLVED)
        late = await vera.say("One more thing")
    events = [frame for frame in vera.frames if frame["t"] == "event"]
    assert vera.numbers == [1, 2, 3, 4, 5]
    assert [event["kind"] for event in events] == [
        "message",
        "taken_over",
        "message",
        "handed_back",
        "resolved",
    ]
    assert events[1]["data"]["text"] == "You're now connected with a member of our team."
    assert events[2]["by"] == {"kind": "operator", "name": "Omar"}
    assert "SECRET" not in str(vera.frames)
    assert (late["t"], late["code"]) == ("err", "ended")


async def test_after_the_end_a_new_conversation_begins_with_new() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        first = await vera.say("Hello")
        ended = str(uuid.uuid4())
        await vera.send(t="end", id=ended)
        assert (await vera.until(lambda frame: frame.get("id") == ended))["t"] == "ack"
        begun = str(uuid.uuid4())
        await vera.send(t="new", id=begun)
        ack = await vera.until(lambda frame: frame.get("id") == begun)
        second = await vera.say("Again")
    assert ack["c"] == second["c"] != first["c"]
    assert (ack["n"], second["n"]) == (0, 1)


async def test_an_unsigned_name_is_a_label_and_opens_nobody_elses_talk() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        await vera.say("My order is late")
        sent = str(uuid.uuid4())
        await vera.send(
            t="identify", id=sent, name="Vera", email="vera@acme.example", user_id="42", signature="f" * 64
        )
        await vera.until(lambda frame: frame.get("id") == sent)
    async with tab() as mallory:
        ready = await mallory.auth(cast.acme)
        sent = str(uuid.uuid4())
        await mallory.send(t="identify", id=sent, email="vera@acme.example", user_id="42", signature="f" * 64)
        ack = await mallory.until(lambda frame: frame.get("id") == sent)
    assert ready["conversation"] is None
    assert (ack["t"], ack["n"]) == ("ack", None)
    assert not await act(Visitor.objects.filter(verified=True).exists)
    assert mallory.numbers == []


async def test_what_is_seen_and_where_the_visitor_is_are_noted_without_a_number() -> None:
    cast = await cast_of()
    async with tab() as vera:
        token = (await vera.auth(cast.acme))["token"]
        await vera.say("Hello")
        await vera.send(t="page", url="https://acme.example/about", title="About")
        await vera.send(t="read", n=1)
        await vera.send(t="typing", on=True)
        sent = str(uuid.uuid4())
        await vera.send(t="rate", id=sent, score=4, comment="Fine")
        rated = await vera.until(lambda frame: frame.get("id") == sent)
    assert (rated["t"], rated["n"]) == ("ack", None)
    talk = await newest()
    assert (talk.visitor_read_n, talk.visitor_head, talk.visitor.page_url) == (
        1,
        1,
        "https://acme.example/about",
    )
    async with tab() as vera:
        assert (await vera.auth(cast.acme, token))["read"] == 1


async def test_broken_huge_deep_and_binary_frames_are_answered_and_nothing_is_lost() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        for text, code in (
            ("{", "bad_json"),
            ("[1]", "bad_frame"),
            ('{"t":"say","text":"' + "x" * 33_000 + '"}', "too_long"),
            ('{"t":' + "[" * 20_000, "bad_json"),
            ('{"t":"hb","x":' + "[" * 9 + "]" * 9 + "}", "bad_frame"),
        ):
            await vera.socket.send_to(text_data=text)
            assert (await vera.of("err"))["code"] == code
        await vera.socket.send_to(bytes_data=b"\x00\x01")
        assert (await vera.of("err"))["code"] == "bad_frame"
        assert (await vera.say("x" * 4001))["code"] == "too_long"
        assert (await vera.say("😀" * 4000))["t"] == "ack"


async def test_more_than_twenty_frames_in_ten_seconds_are_refused_with_a_time() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        for _ in range(25):
            await vera.send(t="hb")
        refusal = await vera.of("err")
    assert refusal["code"] == "rate_limited"
    assert 0 < refusal["retry_ms"] <= 10_000


async def test_who_errs_without_end_is_closed() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        for _ in range(40):
            await vera.send(t="dance")
        assert (await vera.of("closed"))["code"] in (4400, 4429)


async def test_ai_words_of_before_a_takeover_are_dropped() -> None:
    cast = await cast_of()
    async with tab() as vera:
        await vera.auth(cast.acme)
        await vera.say("Hello")
        talk = await newest()
        await act(_delta, talk, "d1", "before")
        assert (await vera.of("delta"))["text"] == "before"
        await act(handling.take_over, talk.pk, operator=cast.omar)
        await vera.until(lambda frame: frame.get("kind") == Kind.TAKEN_OVER)
        await act(_delta, talk, "d1", "after")
        await act(
            operators.post_operator_message, talk.pk, operator=cast.omar, client_id="m", text="Omar here"
        )
        await vera.until(
            lambda frame: frame.get("kind") == Kind.MESSAGE and frame["by"]["kind"] == "operator"
        )
    assert "after" not in [frame.get("text") for frame in vera.frames]


def _delta(talk: Conversation, draft: str, text: str) -> None:
    broadcast.delta(talk, epoch=talk.handling_epoch, draft=draft, i=0, text=text)
