"""The reply as it comes: pieces, faults, and what is taken back."""

import threading
import time

import pytest

from conversations import broadcast
from conversations.models import Escalation, Event, Message
from conversations.states import Kind
from representative import speaking, thinking, turns
from representative.embedded.representative import EmbeddedRepresentative, chunks
from representative.embedded.sayings import FALLBACK, NOTHING_NEW
from representative.models import LeadFact, Turn, TurnState
from tests.cast import say, vera
from tests.representative import speakers

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch):
    """What went out beside the numbered events, in order."""
    frames = []
    monkeypatch.setattr(broadcast, "delta", lambda _, **frame: frames.append(("delta", frame)))
    monkeypatch.setattr(broadcast, "draft_end", lambda _, **frame: frames.append(("end", frame)))
    return frames


def answered(cast, text="Are you open on Sunday?"):
    conversation = say(vera(cast.acme), text)
    turns.attend(conversation.pk)
    conversation.refresh_from_db()
    return conversation


def reply(conversation):
    return Message.objects.filter(conversation=conversation, author_kind="ai").latest("pk").text


@pytest.fixture
def spoken_at(monkeypatch):
    """When each piece went out, at the real pace."""
    moments = []
    monkeypatch.setattr(speaking, "WORD_S", 0.02)
    monkeypatch.setattr(broadcast, "delta", lambda *_, **__: moments.append(time.monotonic()))
    return moments


def test_the_embedded_reply_comes_in_pieces_that_add_up_to_the_message(cast, heard):
    conversation = answered(cast)
    deltas = [frame for kind, frame in heard if kind == "delta"]
    assert len(deltas) > 3
    assert [frame["i"] for frame in deltas] == list(range(len(deltas)))
    assert "".join(frame["text"] for frame in deltas).strip() == reply(conversation)
    message = Message.objects.get(conversation=conversation, author_kind="ai")
    assert {frame["draft"] for frame in deltas} == {message.draft}


@pytest.mark.parametrize("text", ["One.", "two words", "a b c d", "x " * 400, "a\n\n1. b\n2. c"])
def test_pieces_lose_nothing(text):
    assert "".join(chunks(text)) == text
    assert len(chunks(text)) <= 25


def test_words_come_at_a_readers_pace_the_first_at_once(cast, spoken_at):
    conversation = say(vera(cast.acme), "Are you open on Sunday?")
    asked = time.monotonic()
    turns.attend(conversation.pk)
    words = len(reply(conversation).split())
    assert spoken_at[0] - asked < 1
    assert 0.02 * (words - 3) <= spoken_at[-1] - spoken_at[0] + 0.01
    assert spoken_at[-1] - spoken_at[0] < 1.7


def test_a_crowd_is_answered_without_a_pause(cast, spoken_at, monkeypatch):
    monkeypatch.setattr(speaking, "_unhurried", threading.BoundedSemaphore(1))
    speaking._unhurried.acquire()
    answered(cast)
    assert spoken_at[-1] - spoken_at[0] < 0.3


@pytest.mark.parametrize("speaker", [speakers.Broken, speakers.BreaksOff, speakers.Mute])
def test_a_failing_representative_is_replaced_by_the_embedded_one(cast, rep, heard, speaker):
    rep(speaker)
    conversation = answered(cast)
    assert "Monday to Friday" in reply(conversation)
    if speaker is speakers.BreaksOff:
        assert ("end", "failed") in [(kind, frame.get("why")) for kind, frame in heard]


def test_one_that_hangs_is_replaced_in_time(cast, rep, heard, monkeypatch):
    monkeypatch.setattr(thinking, "FIRST_TEXT_S", 0.3)
    rep(speakers.Hangs)
    assert "Monday to Friday" in reply(answered(cast))


def test_when_everything_fails_the_visitor_still_gets_a_reply(cast, rep, heard, monkeypatch):
    rep(speakers.Broken)
    monkeypatch.setattr(EmbeddedRepresentative, "reply", speakers.Broken().reply)
    seen = vera(cast.acme)
    conversation = say(seen, "Are you open on Sunday?")
    turns.attend(conversation.pk)
    assert reply(conversation) == FALLBACK
    say(seen, "and on Monday?")
    turns.attend(conversation.pk)
    assert Escalation.objects.get().cause == "unable"


def test_words_taken_back_are_not_in_the_message(cast, rep, heard):
    rep(speakers.ChangesItsMind)
    assert reply(answered(cast)) == "Right."
    assert ("end", "reset") in [(kind, frame.get("why")) for kind, frame in heard]


def test_a_representative_may_ask_a_person_in(cast, rep, heard):
    rep(speakers.AsksForAPerson)
    conversation = answered(cast)
    assert not Message.objects.filter(conversation=conversation, author_kind="ai").exists()
    wish = Escalation.objects.get()
    assert (wish.cause, wish.reason) == ("unable", "the order is not in the knowledge")


def test_the_same_words_to_the_same_question_are_replaced_by_the_offer_of_a_person(cast, rep, heard):
    rep(speakers.Parrot)
    seen = vera(cast.acme)
    for text, answer in (
        ("one", "The same as always."),
        ("two", "The same as always."),
        ("two", NOTHING_NEW),
    ):
        conversation = say(seen, text)
        turns.attend(conversation.pk)
        assert reply(conversation) == answer
    assert not Escalation.objects.exists()


def test_a_fact_without_verbatim_words_is_dropped(cast, rep, heard):
    rep(speakers.Invents)
    answered(cast, "We at Initech like bikes")
    assert list(LeadFact.objects.values_list("field", flat=True)) == ["company"]


def test_a_request_for_a_person_is_heard_before_any_representative_is_asked(cast, rep, heard):
    rep(speakers.Hangs)
    answered(cast, "I want to talk to a human")
    assert Escalation.objects.get().cause == "words"
    assert heard == []


def test_nothing_of_a_posted_turn_is_discarded(cast, heard):
    conversation = answered(cast)
    assert not Event.objects.filter(conversation=conversation, kind=Kind.REPLY_DISCARDED).exists()
    assert Turn.objects.get().state == TurnState.POSTED
    assert Turn.objects.get().outcome == "answer"
