"""What is learnt on the way, what is asked, and what is never asked again."""

import pytest
from django.utils import timezone

from conversations.actions import closing, escalation, handling, operators, visitors
from conversations.models import Escalation, Event, Visitor
from conversations.states import Kind
from representative import turns
from representative.context import context_of, read
from representative.learning import learn
from representative.models import LeadFact, Turn
from tests.cast import say, vera
from tests.representative.talking import ai_words, talk

pytestmark = pytest.mark.django_db

QUESTIONS = (
    "Are you open on Sunday?",
    "Which payment methods do you accept?",
    "How long is the guarantee?",
    "Do you offer test rides?",
    "How long does delivery take?",
)


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


def test_the_timeline_tells_each_fact_once(cast):
    seen = vera(cast.acme)
    talk(seen, "I'm Vera Lind, vera@initech.example", "I want to buy. Our budget is $5,000")
    conversation = talk(seen, "sorry, my e-mail is vera.lind@initech.example")
    learnt = Event.objects.filter(conversation=conversation, kind=Kind.FACTS_LEARNED).order_by("n")
    told = [list(data["facts"]) for data in learnt.values_list("data", flat=True) if data["facts"]]
    assert len(told) == 3
    assert set(told[0]) == {"name", "email"}
    assert "budget" in told[1]
    assert not {"name", "email"} & set(told[1])
    assert told[2] == ["email"]


def test_a_corrected_fact_supersedes_the_old_one(cast):
    conversation = talk(vera(cast.acme), "vera@initech.example", "sorry, vera.lind@initech.example")
    old, new = LeadFact.objects.filter(field="email").order_by("n")
    assert old.superseded_by == new
    conversation.visitor.refresh_from_db()
    assert conversation.visitor.email == "vera.lind@initech.example"


@pytest.fixture
def corrected(cast):
    """Vera, who has said her old address, and then typed the new one into the widget's form."""
    seen = vera(cast.acme)
    talk(seen, "My e-mail is old@initech.example")
    visitors.identify(seen, email="new@initech.example")
    return seen


def address_of(seen):
    return Visitor.objects.get(pk=seen.id).email


def test_the_address_in_the_form_outlives_older_words(corrected):
    conversation = talk(corrected, "Are you open on Sunday?")
    assert address_of(corrected) == "new@initech.example"
    assert (
        context_of(read(conversation.pk), learn(read(conversation.pk))).known["email"]
        == "new@initech.example"
    )


def test_the_address_in_the_form_outlives_words_that_are_read_later(cast):
    seen = vera(cast.acme)
    conversation = say(seen, "My e-mail is old@initech.example")
    before = read(conversation.pk)
    visitors.identify(seen, email="new@initech.example")
    learn(before)
    assert address_of(seen) == "new@initech.example"
    turns.attend(conversation.pk)
    assert address_of(seen) == "new@initech.example"


def test_words_after_the_form_are_newer(corrected):
    talk(corrected, "Sorry, my e-mail is newest@initech.example")
    assert address_of(corrected) == "newest@initech.example"


def test_the_address_that_was_given_while_the_talk_was_closed_outlives_its_words(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "My e-mail is old@initech.example")
    closing.resolve(conversation.pk, operator=cast.omar)
    visitors.identify(seen, email="new@initech.example")
    closing.reopen(conversation.pk, operator=cast.omar)
    talk(seen, "Are you open on Sunday?")
    assert address_of(seen) == "new@initech.example"


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
    assert third.endswith("which e-mail address can we reach you at?")


def test_what_was_left_unanswered_is_not_asked_again(cast):
    conversation = talk(vera(cast.acme), *QUESTIONS)
    asked = [words.rsplit("\n\n", 1)[-1] for words in ai_words(conversation) if words.endswith("?")]
    assert len(asked) == len(set(asked)) == 2


def test_nothing_is_asked_again_after_the_talk_was_closed_and_opened_anew(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, *QUESTIONS)
    closing.resolve(conversation.pk, operator=cast.omar)
    closing.reopen(conversation.pk, operator=cast.omar)
    before = len(ai_words(conversation))
    talk(seen, *QUESTIONS[2:], *QUESTIONS[:2])
    assert not any(words.endswith("?") for words in ai_words(conversation)[before:])


def test_a_worker_that_died_after_posting_leaves_what_it_asked_on_record(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, QUESTIONS[0])
    Turn.objects.update(memory={}, outcome="")
    talk(seen, *QUESTIONS[1:])
    assert sum("name?" in words for words in ai_words(conversation)) == 1


def test_what_the_site_told_of_the_visitor_is_never_asked(cast):
    seen = vera(cast.acme)
    visitors.identify(seen, name="Vera", email="vera@initech.example")
    conversation = talk(seen, *QUESTIONS)
    assert not any(words.endswith("?") for words in ai_words(conversation))


def test_the_address_that_the_widget_asks_for_is_not_asked_for_again(cast):
    seen = vera(cast.acme)
    visitors.identify(seen, name="Vera")
    escalation.ring_bell(seen, client_id="b1", reason="")
    conversation = talk(seen, QUESTIONS[0])
    Escalation.objects.update(due_at=timezone.now())
    escalation.expire_request(Escalation.objects.get().pk)
    talk(seen, *QUESTIONS[1:])
    assert not any(words.endswith("?") for words in ai_words(conversation))


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


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("My name is Vera, are you open on Sunday", "name"),
        ("My name is Vera, are you open on sundy", "name"),
        ("my name is Vera and I want to know are you open on Sunday", "name"),
        ("vera@initech.example, are you open on Sunday", "email"),
        ("are you open on Sunday, my mail is vera@initech.example", "email"),
        ("What are your opening hours, my e-mail is vera@initech.example and my name is Vera", "name"),
        ("Are you open on Sunday? I'm Vera Lind from Initech.", "company"),
        ("I'm Vera. The opening hours of the shop", "name"),
    ],
)
def test_who_tells_something_and_asks_something_is_answered(cast, text, field):
    conversation = talk(vera(cast.acme), text)
    assert "closed on Sundays" in ai_words(conversation)[-1]
    assert LeadFact.objects.filter(field=field).exists()


@pytest.mark.parametrize(
    "text", ["My name is Vera", "I'm Vera, vera@initech.example.", "I'm Vera, how are you"]
)
def test_who_only_tells_something_is_thanked(cast, text):
    assert ai_words(talk(vera(cast.acme), text))[-1].startswith("Thank you, Vera! I've noted that.")
