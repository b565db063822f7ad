"""Workers, visitors and operators at the same time. Real threads on the real database."""

import random
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations import broadcast
from conversations.actions import handling
from conversations.models import Conversation, Event, Message
from conversations.states import Kind
from representative import claims, speaking, tasks, turns
from representative.models import Turn, TurnState
from tests.cast import say, vera
from tests.representative import speakers
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def first_words(monkeypatch):
    """Set when the first words of a reply are on the screen."""
    spoken = threading.Event()
    monkeypatch.setattr(broadcast, "delta", lambda *_, **__: spoken.set())
    return spoken


def beside(function, *args):
    """Run it in a thread of its own, with a database connection of its own."""

    def run():
        try:
            function(*args)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def ai_messages(conversation):
    said = Message.objects.filter(conversation=conversation, author_kind="ai").order_by("pk")
    return list(said.values_list("text", flat=True))


def test_two_workers_woken_at_once_take_one_turn(cast):
    for _ in range(5):
        conversation = say(vera(cast.acme), "Are you open on Sunday?")
        for worker in [beside(turns.attend, conversation.pk) for _ in range(4)]:
            worker.join()
        assert len(ai_messages(conversation)) == 1
        assert Turn.objects.filter(conversation=conversation).count() == 1


def test_a_takeover_in_the_middle_of_a_reply_silences_it_at_once(cast, rep, first_words):
    rep(speakers.Slow)
    conversation = say(vera(cast.acme), "Tell me everything")
    worker = beside(turns.attend, conversation.pk)
    assert first_words.wait(10)
    handling.take_over(conversation.pk, operator=cast.omar)
    taken = time.monotonic()
    worker.join(10)
    assert time.monotonic() - taken < 1.5, "the words would have gone on for longer"
    assert ai_messages(conversation) == []
    discarded = Event.objects.get(conversation=conversation, kind=Kind.REPLY_DISCARDED)
    assert discarded.data["why"] == "taken_over"
    assert discarded.visitor_n is None
    assert Turn.objects.get().state == TurnState.DISCARDED


def test_a_takeover_in_the_middle_of_an_embedded_reply_stops_it(cast, first_words, monkeypatch):
    monkeypatch.setattr(speaking, "WORD_S", 0.5)
    monkeypatch.setattr(speaking, "_LONGEST_S", 10)
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    worker = beside(turns.attend, conversation.pk)
    assert first_words.wait(10)
    handling.take_over(conversation.pk, operator=cast.omar)
    taken = time.monotonic()
    worker.join(20)
    assert time.monotonic() - taken < 1.5, "the words would have gone on for ten seconds"
    assert ai_messages(conversation) == []
    assert Turn.objects.get().state == TurnState.DISCARDED


def test_the_doorbell_of_a_takeover_cancels_the_turn(cast, rep, first_words):
    rep(speakers.Slow)
    conversation = say(vera(cast.acme), "Tell me everything")
    worker = beside(turns.attend, conversation.pk)
    assert first_words.wait(10)
    written = handling.take_over(conversation.pk, operator=cast.omar)
    tasks.cancel_turn(written.event.pk)
    worker.join(10)
    assert Turn.objects.get().state in (TurnState.CANCELLED, TurnState.DISCARDED)
    assert not Turn.objects.filter(state__in=["waiting", "running"]).exists()


def test_no_ai_message_follows_a_takeover_whenever_it_comes(cast):
    chance = random.Random(7)
    for _ in range(20):
        conversation = say(vera(cast.acme), "Are you open on Sunday?")
        worker = beside(turns.attend, conversation.pk)
        time.sleep(chance.uniform(0.2, 0.4))  # the random moment is the point
        handling.take_over(conversation.pk, operator=cast.omar)
        worker.join(10)
        taken = Event.objects.get(conversation=conversation, kind=Kind.TAKEN_OVER).n
        later = Event.objects.filter(
            conversation=conversation, n__gt=taken, kind=Kind.MESSAGE, actor_kind="ai"
        )
        assert not later.exists()


def test_words_that_come_during_a_reply_are_answered_with_it(cast, rep, first_words):
    rep(speakers.Echo)
    seen = vera(cast.acme)
    conversation = say(seen, "first")
    worker = beside(turns.attend, conversation.pk)
    assert first_words.wait(10)
    say(seen, "second")
    worker.join(10)
    assert ai_messages(conversation) == ["You said: first / second"]
    assert (
        Event.objects.get(conversation=conversation, kind=Kind.REPLY_DISCARDED).data["why"] == "newer_message"
    )
    assert Turn.objects.get().state == TurnState.POSTED


def test_a_dead_workers_turn_is_resumed_and_answers_once(cast):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    turn = claims.claim(conversation.pk)
    assert claims.claim(conversation.pk) is None, "it is leased"
    assert claims.forgotten() == []
    Turn.objects.filter(pk=turn.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claims.forgotten() == [conversation.pk]
    turns.attend(conversation.pk)
    assert len(ai_messages(conversation)) == 1
    assert claims.settle(turn, TurnState.FAILED) is False, "the dead worker's turn is not its own any more"
    assert Turn.objects.get().state == TurnState.POSTED
    assert claims.forgotten() == []


def test_a_worker_that_died_after_posting_leaves_nothing_behind(cast):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    turns.attend(conversation.pk)
    Turn.objects.update(state=TurnState.RUNNING, lease_until=timezone.now() - timedelta(seconds=1))
    turns.attend(conversation.pk)
    assert len(ai_messages(conversation)) == 1
    assert claims.forgotten() == []


def test_a_visitor_whose_doorbell_nobody_heard_is_found(cast):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    assert claims.forgotten() == []
    Conversation.objects.filter(pk=conversation.pk).update(
        awaiting_since=timezone.now() - timedelta(seconds=6)
    )
    assert claims.forgotten() == [conversation.pk]
    turns.attend(conversation.pk)
    assert claims.forgotten() == []


def test_a_turn_that_cannot_be_worked_on_comes_again_later(cast, monkeypatch):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    with monkeypatch.context() as broken:
        broken.setattr(turns, "context_of", lambda *_: 1 / 0)
        turns.attend(conversation.pk)
    turn = Turn.objects.get()
    assert turn.state == TurnState.WAITING
    assert "ZeroDivisionError" in turn.error
    assert claims.forgotten() == []
    Turn.objects.update(due_at=timezone.now())
    assert claims.forgotten() == [conversation.pk]
    turns.attend(conversation.pk)
    assert len(ai_messages(conversation)) == 1


def test_a_turn_of_an_epoch_that_is_over_gives_way(cast):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    assert claims.claim(conversation.pk) is not None
    handling.take_over(conversation.pk, operator=cast.omar)
    handling.hand_back(conversation.pk, operator=cast.omar)
    turns.attend(conversation.pk)
    assert len(ai_messages(conversation)) == 1
    assert list(Turn.objects.order_by("pk").values_list("state", flat=True)) == ["discarded", "posted"]


@pytest.mark.redis
def test_a_real_worker_answers_within_a_second(cast, worker):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    until(lambda: ai_messages(conversation), timeout=20)
    seen = vera(cast.acme)
    begun = time.monotonic()
    conversation = say(seen, "How long is the guarantee?")
    until(lambda: ai_messages(conversation), timeout=10)
    assert "10 years" in ai_messages(conversation)[0]
    # The promise is a second; a busy test machine may take some more.
    assert time.monotonic() - begun < 5
