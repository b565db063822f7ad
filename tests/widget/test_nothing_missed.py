"""Cut lines, deaf layers, many tabs: every number once and in order, whatever happens between."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache

from conversations import broadcast, sockets
from conversations.actions import closing, operators, visitors
from conversations.actions.visitors import VisitorSeen
from conversations.events import Actor, record
from conversations.locking import changing
from conversations.models import Conversation
from conversations.states import Kind
from domains import publishing
from domains.models import Domain
from tests.cast import make_cast, say, vera
from tests.waiting import auntil
from tests.widget.visitor import act, tab
from widget import history, sessions, throttles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)


@sync_to_async
def talk_of(words: int) -> tuple[Any, VisitorSeen, Conversation, str]:
    cast = make_cast()
    seen = vera(cast.acme)
    talk = say(seen, "Word 1")
    for number in range(2, words + 1):
        say(seen, f"Word {number}")
    return cast, seen, talk, sessions.token_for(cast.acme.pk, seen.id)


async def test_coming_back_brings_what_came_after_the_number_and_nothing_twice() -> None:
    cast, _, talk, token = await talk_of(5)
    async with tab() as visitor:
        ready = await visitor.auth(cast.acme, token, after=3, c=str(talk.pk))
        assert (await visitor.of("synced"))["head"] == 5
    assert (ready["conversation"], ready["head"]) == (str(talk.pk), 5)
    assert visitor.numbers == [4, 5]


async def test_numbers_of_another_talk_or_of_a_store_that_was_restored_mean_nothing() -> None:
    cast, _, _, token = await talk_of(3)
    for strange in ({"after": 2, "c": str(uuid.uuid4())}, {"after": 99}):
        async with tab() as visitor:
            await visitor.auth(cast.acme, token, **strange)
            await visitor.of("synced")
        assert visitor.numbers == [1, 2, 3]


async def test_a_long_past_comes_whole() -> None:
    cast, seen, _, token = await talk_of(1)
    many = history.PAGE * 2 + 7
    await act(lambda: [say(seen, f"Word {number}") for number in range(2, many + 1)])
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced", timeout=30)
    assert visitor.numbers == list(range(1, many + 1))


async def test_what_is_asked_for_again_comes_again() -> None:
    cast, _, _, token = await talk_of(4)
    async with tab() as visitor:
        await visitor.auth(cast.acme, token, after=4)
        await visitor.of("synced")
        await visitor.send(t="get", after=1)
        await visitor.of("synced")
    assert visitor.numbers == [2, 3, 4]


async def test_an_event_that_the_layer_lost_is_read_from_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, seen, talk, token = await talk_of(1)
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        with monkeypatch.context() as deaf:
            deaf.setattr(publishing, "publish", lambda pairs: False)
            await act(say, seen, "Lost on the way")
        assert await visitor.silence()
        await act(
            operators.post_operator_message, talk.pk, operator=cast.omar, client_id="m", text="And heard"
        )
        await visitor.until(lambda frame: frame.get("data", {}).get("text") == "And heard")
    assert visitor.numbers == [1, 2, 3, 4]  # the takeover by writing is one of them


async def test_a_heartbeat_finds_what_was_lost_when_nothing_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.sockets.HEARTBEAT_S", 0.2)
    cast, seen, _, token = await talk_of(1)
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        with monkeypatch.context() as deaf:
            deaf.setattr(publishing, "publish", lambda pairs: False)
            await act(say, seen, "Lost on the way")
        await visitor.until(lambda frame: frame["t"] == "hb" and frame["head"] == 2)
    assert visitor.numbers == [1, 2]


async def test_a_tab_without_a_talk_finds_a_lost_first_event_with_its_next_heartbeat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sockets.HEARTBEAT_S * 1.2 <= 15
    monkeypatch.setattr(sockets, "HEARTBEAT_S", 0.2)
    cast = await cast_of()
    seen = await sync_to_async(vera)(cast.acme)
    async with tab() as visitor:
        await visitor.auth(cast.acme, sessions.token_for(cast.acme.pk, seen.id))
        await visitor.of("hb")
        with monkeypatch.context() as deaf:
            deaf.setattr(publishing, "publish", lambda pairs: False)
            await act(say, seen, "Said in another tab")
        # One heartbeat may have been on its way.
        heads = [(await visitor.of("hb"))["head"] for _ in range(2)]
    assert heads[-1] == 1
    assert visitor.numbers == [1]


async def test_all_tabs_of_a_visitor_hear_all_and_strangers_nothing() -> None:
    cast, _, _, token = await talk_of(1)
    async with tab() as one, tab() as two, tab() as stranger:
        for each in (one, two):
            await each.auth(cast.acme, token)
            await each.of("synced")
        await stranger.auth(cast.acme)
        await stranger.of("synced")
        await one.say("From the first tab")
        heard = await two.of("event")
        assert heard["data"]["text"] == "From the first tab"
        assert await stranger.silence()


async def test_another_tab_follows_into_a_new_conversation() -> None:
    cast, seen, talk, token = await talk_of(2)
    async with tab() as other:
        await other.auth(cast.acme, token)
        await other.of("synced")
        await act(visitors.start_conversation, seen, client_id="n1")
        await other.until(lambda frame: frame.get("kind") == "ended")
        await act(say, seen, "Afresh")
        event = await other.of("event")
    assert (event["n"], event["c"] != str(talk.pk)) == (1, True)


async def test_an_older_talk_that_is_opened_again_comes_whole_at_once() -> None:
    cast, seen, talk, token = await talk_of(2)
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        await act(visitors.start_conversation, seen, client_id="n1")
        second = await act(say, seen, "Afresh")
        await act(closing.end, second.pk, operator=cast.omar)
        await visitor.until(lambda frame: frame.get("kind") == "ended" and frame["c"] == str(second.pk))
        await act(closing.reopen, talk.pk, operator=cast.omar)
        await visitor.until(lambda frame: frame.get("kind") == "reopened")
        visitor.frames.clear()
        # Whoever has left a talk knows nothing of it any more.
        await visitor.send(t="get", after=0)
        assert (await visitor.of("synced"))["head"] == 4
    assert [(frame["c"], frame["n"]) for frame in visitor.frames if frame["t"] == "event"] == [
        (str(talk.pk), n) for n in (1, 2, 3, 4)
    ]


async def test_the_end_of_the_talk_before_leaves_the_new_one_in_its_place() -> None:
    cast, _, talk, token = await talk_of(2)
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        await visitor.send(t="new", id=str(uuid.uuid4()))
        begun = await visitor.of("ack")
        await visitor.until(lambda frame: frame.get("kind") == "ended")
        assert begun["c"] != str(talk.pk)
        await visitor.send(t="get", after=0)
        assert (await visitor.of("synced"))["head"] == 0


async def test_news_of_a_talk_that_another_has_followed_is_not_told() -> None:
    cast, seen, talk, token = await talk_of(2)
    await act(visitors.start_conversation, seen, client_id="n1")
    second = await act(say, seen, "Afresh")
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        await act(learn_name, talk)
        await act(say, seen, "And on")
        await visitor.until(lambda frame: frame.get("data", {}).get("text") == "And on")
    told = [(frame["c"], frame["n"]) for frame in visitor.frames if frame["t"] == "event"]
    assert told == [(str(second.pk), 1), (str(second.pk), 2)]


def learn_name(talk: Conversation) -> None:
    with changing(talk.pk) as late:
        record(late, Kind.IDENTIFIED, Actor.visitor(late.visitor), data={"name": "Vera"})


async def test_the_oldest_of_six_sockets_is_closed_and_leaves_no_debt() -> None:
    cast, _, _, token = await talk_of(1)
    async with (
        tab() as first,
        tab() as second,
        tab() as third,
        tab() as fourth,
        tab() as fifth,
        tab() as sixth,
    ):
        for each in (first, second, third, fourth, fifth):
            await each.auth(cast.acme, token)
            await each.of("synced")
        assert await first.silence()
        await sixth.auth(cast.acme, token)
        assert (await first.of("closed"))["code"] == 4409
        assert await second.silence()
    async with tab() as later:
        assert (await later.auth(cast.acme, token))["t"] == "ready"
        await later.of("synced")
        assert await later.silence()


async def test_a_domain_that_is_gone_or_lists_the_page_no_more_lets_go_of_its_sockets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conversations.sockets.HEARTBEAT_S", 0.05)
    cast = await cast_of()
    async with tab() as visitor:
        await visitor.auth(cast.acme)
        await act(Domain.objects.filter(pk=cast.acme.pk).update, allowed_origins=[])
        assert (await visitor.of("closed"))["code"] == 4403


async def test_typing_reaches_the_open_thread_and_not_the_visitors_own_tabs() -> None:
    cast, _, talk, token = await talk_of(1)
    told: list[Any] = []
    async with tab() as visitor:
        await visitor.auth(cast.acme, token)
        await visitor.of("synced")
        original = publishing.apublish

        async def hear(pairs: Any) -> bool:
            told.extend(pairs)
            return await original(pairs)

        publishing.apublish = hear
        try:
            await visitor.send(t="typing", on=True)
            await auntil(lambda: any(group == broadcast.thread_group(talk.pk) for group, _ in told))
        finally:
            publishing.apublish = original
        assert await visitor.silence()
    # What other sockets of this process say meanwhile is theirs, and tabs call the roll among themselves.
    ours = {broadcast.thread_group(talk.pk), broadcast.visitor_group(talk.visitor_id)}
    frames = [group for group, message in told if group in ours and message["type"] == "frame"]
    assert frames == [broadcast.thread_group(talk.pk)]


async def test_new_visitors_from_one_address_are_counted_and_known_ones_are_not() -> None:
    domain = uuid.uuid4()
    retry = sync_to_async(throttles.retry_ms)
    answers = [await retry(domain, "203.0.113.7") for _ in range(60)]
    assert await retry(domain, "93.184.216.34") == 0
    # Documentation addresses are not of the internet: nobody is counted by them, as behind an undeclared proxy.
    assert answers == [0] * 60
    answers = [await retry(domain, "93.184.216.35") for _ in range(60)]
    assert sum(answer == 0 for answer in answers) in range(throttles.NEW_SESSIONS, 2 * throttles.NEW_SESSIONS)
    assert all(0 < answer <= 60_000 for answer in answers if answer)
    assert await retry(uuid.uuid4(), "93.184.216.35") == 0
    await sync_to_async(cache.clear)()
