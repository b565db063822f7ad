"""What a visitor sends twice under one id happens once, whatever has happened in between."""

import uuid
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from conversations.actions import closing, escalation, handling, visitors
from conversations.arrivals import VisitorSeen
from conversations.models import Conversation, Escalation, Event
from conversations.refusals import Closed, IdConflict
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen(cast: Cast) -> VisitorSeen:
    return vera(cast.acme)


def new_id() -> str:
    return str(uuid.uuid4())


def lifecycle(conversation: Conversation) -> str:
    return Conversation.objects.get(pk=conversation.pk).lifecycle


def test_an_end_that_is_repeated_leaves_the_talk_alone_that_was_opened_again(
    cast: Cast, seen: VisitorSeen
) -> None:
    talk, sent = say(seen, "Hello"), new_id()
    first = visitors.end_conversation(seen, client_id=sent)
    closing.reopen(talk.pk, operator=cast.omar)
    again = visitors.end_conversation(seen, client_id=sent)
    assert (again.event, again.conversation.pk, again.dup) == (first.event, talk.pk, True)
    assert not first.dup
    assert lifecycle(talk) == "open"


def test_an_end_that_is_repeated_leaves_a_newer_talk_alone(seen: VisitorSeen) -> None:
    old, sent = say(seen, "Hello"), new_id()
    first = visitors.end_conversation(seen, client_id=sent)
    visitors.start_conversation(seen, client_id=new_id())
    newer = say(seen, "Something else")
    again = visitors.end_conversation(seen, client_id=sent)
    assert (again.event, again.dup) == (first.event, True)
    assert (lifecycle(old), lifecycle(newer)) == ("ended", "open")


def test_an_end_of_what_had_ended_is_remembered_too(cast: Cast, seen: VisitorSeen) -> None:
    talk = say(seen, "Hello")
    ended = visitors.end_conversation(seen, client_id=new_id())
    second = new_id()
    assert visitors.end_conversation(seen, client_id=second).event == ended.event
    closing.reopen(talk.pk, operator=cast.omar)
    again = visitors.end_conversation(seen, client_id=second)
    assert (again.event, again.dup, lifecycle(talk)) == (ended.event, True, "open")


def test_an_end_that_was_refused_is_done_when_it_can_be(seen: VisitorSeen) -> None:
    sent = new_id()
    with pytest.raises(Closed):
        visitors.end_conversation(seen, client_id=sent)
    talk = say(seen, "Hello")
    assert not visitors.end_conversation(seen, client_id=sent).dup
    assert lifecycle(talk) == "ended"


def test_a_new_talk_that_is_asked_for_again_is_the_one_that_was_begun(seen: VisitorSeen) -> None:
    say(seen, "Hello")
    sent = new_id()
    begun = visitors.start_conversation(seen, client_id=sent)
    say(seen, "Here")
    again = visitors.start_conversation(seen, client_id=sent)
    assert (again.conversation.pk, begun.dup, again.dup) == (begun.conversation.pk, False, True)
    assert lifecycle(begun.conversation) == "open"
    visitors.start_conversation(seen, client_id=new_id())
    newest = say(seen, "And there")
    assert visitors.start_conversation(seen, client_id=sent).conversation.pk == begun.conversation.pk
    assert lifecycle(newest) == "open"
    assert Conversation.objects.count() == 3


def test_a_new_talk_that_was_there_and_empty_is_remembered_too(seen: VisitorSeen) -> None:
    empty = visitors.start_conversation(seen, client_id=new_id()).conversation
    second = new_id()
    assert visitors.start_conversation(seen, client_id=second).conversation.pk == empty.pk
    talk = say(seen, "Here")
    assert talk.pk == empty.pk
    assert visitors.start_conversation(seen, client_id=second).dup
    assert lifecycle(talk) == "open"


def test_a_second_ring_opens_no_request_when_it_is_repeated_after_the_first_was_met(
    cast: Cast, seen: VisitorSeen
) -> None:
    talk, one, two = say(seen, "Hello"), new_id(), new_id()
    rung = escalation.ring_bell(seen, client_id=one, reason="")
    assert escalation.ring_bell(seen, client_id=two, reason="").dup
    handling.take_over(talk.pk, operator=cast.omar)
    handling.hand_back(talk.pk, operator=cast.omar)
    for sent in (one, two):
        again = escalation.ring_bell(seen, client_id=sent, reason="")
        assert (again.event, again.dup) == (rung.event, True)
    assert Escalation.objects.count() == 1


def test_a_verdict_that_is_repeated_counts_once_also_in_a_later_talk(seen: VisitorSeen) -> None:
    say(seen, "Hello")
    sent = new_id()
    rated = visitors.rate(seen, client_id=sent, score=5, comment="")
    visitors.start_conversation(seen, client_id=new_id())
    say(seen, "Something else")
    again = visitors.rate(seen, client_id=sent, score=5, comment="")
    assert (again.event, again.dup) == (rated.event, True)
    assert Event.objects.filter(kind="rated").count() == 1


def test_one_id_stands_for_one_act(seen: VisitorSeen) -> None:
    say(seen, "Hello")
    sent = new_id()
    escalation.ring_bell(seen, client_id=sent, reason="")
    with pytest.raises(IdConflict):
        visitors.end_conversation(seen, client_id=sent)


def test_ids_of_another_visitor_mean_nothing(cast: Cast, seen: VisitorSeen) -> None:
    other, sent = vera(cast.acme), new_id()
    say(seen, "Hello")
    mine = say(other, "Hello too")
    visitors.end_conversation(seen, client_id=sent)
    assert not visitors.end_conversation(other, client_id=sent).dup
    assert lifecycle(mine) == "ended"


ACTS: dict[str, Callable[[VisitorSeen, str], Any]] = {
    "end": lambda seen, sent: visitors.end_conversation(seen, client_id=sent),
    "new": lambda seen, sent: visitors.start_conversation(seen, client_id=sent),
    "bell": lambda seen, sent: escalation.ring_bell(seen, client_id=sent, reason=""),
}


@pytest.mark.parametrize("name", ACTS)
def test_of_six_that_come_at_one_moment_one_is_done_and_all_are_answered_alike(
    seen: VisitorSeen, name: str
) -> None:
    say(seen, "Hello")
    sent, start = new_id(), Barrier(6)
    told: list[tuple[Any, int | None, bool]] = []

    def send() -> None:
        start.wait(10)
        done = ACTS[name](seen, sent)
        told.append((done.conversation.pk, done.event and done.event.n, done.dup))
        connection.close()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(dup for *_, dup in told) == [False] + [True] * 5
    assert len({(conversation, n) for conversation, n, _ in told}) == 1
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["message", "human_requested" if name == "bell" else "ended"]
