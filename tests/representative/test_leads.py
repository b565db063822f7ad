"""What is learnt on the way, what is asked, and what is never asked again."""

import pytest

from conversations.actions import handling, operators
from conversations.models import Event
from conversations.states import Kind
from representative import turns
from representative.models import LeadFact
from tests.cast import vera
from tests.representative.talking import ai_words, talk

pytestmark = pytest.mark.django_db


def test_facts_and_score_are_learnt_with_their_reasons(cast):
    conversation = talk(
        vera(cast.acme), "I'm Vera Lind from Initech, vera@initech.example. Are you open on Sunday?"
    )
    conversation.visitor.refresh_from_db()
    assert conversation.visitor.email == "vera@initech.example"
    assert conversation.visitor.name == "Vera Lind"
    assert conversation.score == 40  # with 5 for the pricing page she is on
    assert {reason["n"] for reason in conversation.score_reasons} == {1, None}
    assert Event.objects.filter(conversation=conversation, kind=Kind.FACTS_LEARNED).exists()
    assert LeadFact.objects.get(field="email").quote == "vera@initech.example"


def test_a_corrected_fact_supersedes_the_old_one(cast):
    conversation = talk(vera(cast.acme), "vera@initech.example", "sorry, vera.lind@initech.example")
    old, new = LeadFact.objects.filter(field="email").order_by("n")
    assert old.superseded_by == new
    conversation.visitor.refresh_from_db()
    assert conversation.visitor.email == "vera.lind@initech.example"


def test_one_lead_question_at_most_and_never_two_turns_running(cast):
    conversation = talk(
        vera(cast.acme),
        "Are you open on Sunday?",
        "Which payment methods do you accept?",
        "How long is the guarantee?",
    )
    first, second, third = ai_words(conversation)
    assert "name?" in first
    assert not second.rstrip().endswith("?")
    assert third.count("?") == 1


def test_after_a_refusal_nothing_more_is_asked(cast):
    conversation = talk(
        vera(cast.acme), "Are you open on Sunday?", "I'd rather not say", "How long is the guarantee?",
        "Do you offer test rides?", "Which payment methods do you accept?",
    )  # fmt: skip
    assert not any(words.rstrip().endswith("?") for words in ai_words(conversation)[2:])


def test_what_is_known_is_never_asked(cast):
    conversation = talk(
        vera(cast.acme), "My name is Vera and my mail is vera@initech.example", "Are you open on Sunday?",
        "How long is the guarantee?", "Do you offer test rides?",
    )  # fmt: skip
    assert not any("name?" in words or "e-mail" in words for words in ai_words(conversation))


def test_after_a_hand_back_the_ai_uses_what_was_said_and_does_not_ask_again(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Do you offer test rides?")
    handling.take_over(conversation.pk, operator=cast.omar)
    operators.post_operator_message(
        conversation.pk,
        operator=cast.omar,
        client_id="o1",
        text="Hi! What's your name, and which e-mail can we use?",
    )
    talk(seen, "Vera, vera@initech.example")
    operators.post_operator_message(
        conversation.pk,
        operator=cast.omar,
        client_id="o2",
        text="Thanks. Your discount code is SPRING20, valid until May.",
    )
    before = len(ai_words(conversation))
    handling.hand_back(conversation.pk, operator=cast.omar)
    turns.attend(conversation.pk)
    assert len(ai_words(conversation)) == before  # nothing is unanswered, so the AI stays silent
    talk(seen, "what was my discount code again?")
    assert "SPRING20" in ai_words(conversation)[-1]
    talk(
        seen, "How long is the guarantee?", "Are you open on Sunday?", "Which payment methods do you accept?"
    )
    assert not any("name?" in words or "e-mail" in words for words in ai_words(conversation)[before:])


def test_while_a_person_speaks_the_ai_is_silent_but_learns(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    conversation = talk(seen, "my mail is vera@initech.example, how long is the guarantee?")
    assert len(ai_words(conversation)) == 1
    assert conversation.score > 0
