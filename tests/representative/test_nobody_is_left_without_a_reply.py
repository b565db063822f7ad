"""Whatever becomes of a turn, the visitor hears something."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.actions import representatives
from conversations.models import Event
from conversations.refusals import Stale
from conversations.states import Kind
from representative import claims, turns
from representative.embedded.sayings import FALLBACK
from representative.models import Outcome, Turn, TurnState
from tests.cast import say, vera
from tests.representative.talking import ai_words, talk

pytestmark = pytest.mark.django_db


def left_by_dead_workers(conversation, attempts):
    """The turn of these words as so many workers left it that died over them."""
    return Turn.objects.create(
        conversation=conversation,
        epoch=conversation.handling_epoch,
        answers_n=conversation.last_visitor_message_n,
        state=TurnState.RUNNING,
        lease_until=timezone.now() - timedelta(seconds=1),
        due_at=timezone.now(),
        attempts=attempts,
        draft=claims.new_draft(),
    )


def test_a_person_is_not_asked_in_over_words_that_nobody_has_read(cast):
    seen = vera(cast.acme)
    before = say(seen, "Can I talk to a real person?")
    say(seen, "It is about order 4711.")
    with pytest.raises(Stale):
        representatives.request_person(
            before.pk,
            epoch=before.handling_epoch,
            answers_n=before.last_visitor_message_n,
            cause="words",
            reason="",
        )


def test_words_that_come_while_a_person_is_asked_in_are_read_too(cast, monkeypatch):
    seen = vera(cast.acme)
    conversation = say(seen, "Can I talk to a real person?")
    learn, more = turns.learn, ["How long does delivery take?"]

    def learn_while_the_visitor_goes_on(*arguments):
        if more:
            say(seen, more.pop())
        return learn(*arguments)

    monkeypatch.setattr(turns, "learn", learn_while_the_visitor_goes_on)
    turns.attend(conversation.pk)
    conversation.refresh_from_db()
    requested = Event.objects.get(conversation=conversation, kind=Kind.HUMAN_REQUESTED)
    assert requested.n > conversation.last_visitor_message_n
    assert conversation.awaiting_since is None


def test_words_over_which_every_worker_died_end_no_further_one(cast, monkeypatch):
    conversation = say(vera(cast.acme), "These words end every worker that reads them.")
    left_by_dead_workers(conversation, claims.MOST_ATTEMPTS)
    monkeypatch.setattr(turns, "_answer", lambda turn: pytest.fail("it was read again"))
    turns.attend(conversation.pk)
    assert ai_words(conversation) == [FALLBACK]
    turn = Turn.objects.get()
    assert (turn.state, turn.outcome) == (TurnState.FAILED, Outcome.FALLBACK)
    assert claims.forgotten() == []


def test_an_error_that_comes_every_time_ends_in_an_apology_and_the_second_one_in_a_person(cast, monkeypatch):
    seen = vera(cast.acme)
    conversation = say(seen, "Whatever this is")
    left_by_dead_workers(conversation, claims.MOST_ATTEMPTS - 1)
    with monkeypatch.context() as broken:
        broken.setattr(turns, "context_of", lambda *_: 1 / 0)
        turns.attend(conversation.pk)
    assert ai_words(conversation) == [FALLBACK]
    monkeypatch.setattr(turns, "speak", lambda *_, **__: 1 / 0)
    talk(seen, "And this?")
    assert Event.objects.filter(conversation=conversation, kind=Kind.HUMAN_REQUESTED).exists()


def test_an_apology_that_comes_too_late_is_not_said(cast):
    seen = vera(cast.acme)
    conversation = say(seen, "Whatever this is")
    turn = left_by_dead_workers(conversation, claims.MOST_ATTEMPTS + 1)
    say(seen, "Never mind. How long does delivery take?")
    turns._apologise(turn, "")
    assert ai_words(conversation) == []
    turns.attend(conversation.pk)
    assert "within 3 working days" in ai_words(conversation)[0]
