"""A visitor asks and the representative answers, through the same door as in production."""

import pytest

from conversations.actions import closing, escalation, handling, operators
from conversations.models import Escalation, Event, Message
from conversations.states import Kind, Lifecycle
from representative import turns
from representative.embedded.sayings import NOTHING_NEW
from representative.knowledge.articles import add_article
from representative.models import Gap, Turn, TurnState
from tests.cast import say, vera
from tests.representative.talking import ai_words, talk, vera_of

pytestmark = pytest.mark.django_db


def kinds(conversation):
    return list(Event.objects.filter(conversation=conversation).order_by("n").values_list("kind", flat=True))


def test_a_question_is_answered_from_the_knowledge_with_its_source(cast):
    conversation = talk(vera(cast.acme), "How long does delivery take?")
    message = Message.objects.get(conversation=conversation, author_kind="ai")
    assert "within 3 working days" in message.text
    assert "https://acme.example/help/delivery" in message.text
    assert message.sources[0]["title"] == "Delivery times and shipping cost"
    assert message.draft
    assert conversation.awaiting_since is None
    assert Turn.objects.get().state == TurnState.POSTED


def test_the_doorbell_twice_is_one_reply(cast):
    conversation = say(vera(cast.acme), "How long does delivery take?")
    turns.attend(conversation.pk)
    turns.attend(conversation.pk)
    assert len(ai_words(conversation)) == 1


def test_a_burst_is_answered_once(cast):
    seen = vera(cast.acme)
    say(seen, "Hello")
    say(seen, "I have a question")
    conversation = say(seen, "when are you open on saturday?")
    turns.attend(conversation.pk)
    assert len(ai_words(conversation)) == 1
    assert "Saturday from 10 to 16" in ai_words(conversation)[0]


def test_two_questions_of_a_burst_are_both_answered(cast):
    seen = vera(cast.acme)
    say(seen, "Which payment methods do you accept?")
    conversation = say(seen, "And do you offer test rides?")
    turns.attend(conversation.pk)
    (reply,) = ai_words(conversation)
    assert "PayPal" in reply
    assert "identity card" in reply


def test_another_domains_knowledge_is_never_used(cast):
    conversation = talk(vera(cast.bolt), "How long does delivery take?")
    assert "working days" not in ai_words(conversation)[0]


def test_an_asked_for_person_is_brought_in_with_the_domains_words(cast):
    conversation = talk(vera(cast.acme), "I want to talk to a human")
    assert conversation.requested_at is not None
    wish = Escalation.objects.get()
    assert (wish.cause, wish.reason) == ("words", "I want to talk to a human")
    assert ai_words(conversation) == []
    assert Event.objects.get(kind=Kind.HUMAN_REQUESTED).data["text"].startswith("Of course")


def test_asking_again_while_somebody_is_called_makes_no_second_request(cast):
    conversation = talk(vera(cast.acme), "I want to talk to a human", "I said a human please", "human!")
    assert Escalation.objects.count() == 1
    first, second = ai_words(conversation)
    assert first != second


def test_while_a_person_is_called_simple_questions_are_answered(cast):
    conversation = talk(vera(cast.acme), "agent please", "Which payment methods do you accept?")
    assert "PayPal" in ai_words(conversation)[0]


def test_while_a_person_is_called_nothing_is_promised_or_requested_again(cast):
    conversation = talk(
        vera(cast.acme),
        "agent please",
        "Who invented jazz?",
        "What is the capital of Peru?",
        "this is useless",
    )
    assert Escalation.objects.count() == 1
    assert not any("will get back" in words or "shortly" in words for words in ai_words(conversation))


def test_frustration_brings_a_person_in(cast):
    talk(vera(cast.acme), "How long does delivery take?", "this is useless, you don't understand me")
    assert Escalation.objects.get().cause == "frustration"


def test_outside_the_knowledge_a_person_is_offered_and_yes_accepts(cast):
    conversation = talk(vera(cast.acme), "Who won the football match last night?")
    assert "team member" in ai_words(conversation)[0]
    assert conversation.requested_at is None
    assert Gap.objects.get().question == "Who won the football match last night?"
    talk_on = talk(vera_of(conversation), "yes please")
    assert talk_on.requested_at is not None
    assert Escalation.objects.get().cause == "words"


def test_outside_the_knowledge_only_the_third_time_running_brings_a_person_in(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Who won the football match last night?", "What is the capital of Peru?")
    first, second = ai_words(conversation)
    assert first != second
    assert "team member" in second
    assert not Escalation.objects.exists()
    talk(seen, "Who invented jazz?")
    assert Escalation.objects.get().cause == "out_of_scope"


def test_after_the_second_offer_yes_is_the_visitors_own_word(cast):
    talk(
        vera(cast.acme),
        "Who won the football match last night?",
        "What is the capital of Peru?",
        "yes please",
    )
    assert Escalation.objects.get().cause == "words"


def test_unknown_questions_before_a_person_spoke_do_not_count(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Who won the football match last night?", "What is the capital of Peru?")
    handling.take_over(conversation.pk, operator=cast.omar)
    operators.post_operator_message(conversation.pk, operator=cast.omar, client_id="o1", text="Lima.")
    handling.hand_back(conversation.pk, operator=cast.omar)
    talk(seen, "Who invented jazz?")
    assert not Escalation.objects.exists()


@pytest.mark.parametrize("thanks", ["thanks, that helps", "thanks", "that was very helpful, thank you"])
def test_a_thank_you_is_never_an_unknown_question(cast, thanks):
    conversation = talk(vera(cast.acme), "Who won the match last night?", thanks, thanks)
    assert all("welcome" in words for words in ai_words(conversation)[1:])
    assert Gap.objects.count() == 1
    assert not Escalation.objects.exists()


def test_thanks_while_a_person_is_called_are_no_question(cast):
    conversation = talk(vera(cast.acme), "agent please", "thanks, that helps")
    assert ai_words(conversation) == ["You're welcome!"]


def test_a_confirmation_is_heard_after_the_name_that_was_asked_for(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Are you open on Sunday?", "Vera", "thanks, that helps")
    assert conversation.lifecycle == Lifecycle.RESOLVED


@pytest.mark.parametrize("number", ["2", "178", "42."])
def test_a_number_without_a_list_is_not_searched_for(cast, number):
    conversation = talk(vera(cast.acme), "Are you open on Sunday?", number)
    assert "didn't understand" in ai_words(conversation)[-1]
    assert not Gap.objects.exists()


@pytest.mark.parametrize("yes", ["yes", "yes please"])
def test_yes_to_a_list_picks_its_first(cast, yes):
    conversation = talk(vera(cast.acme), "cost?")
    (offered,) = ai_words(conversation)
    talk(vera_of(conversation), yes)
    message = Message.objects.filter(conversation=conversation, author_kind="ai").latest("pk")
    assert f"1. {message.sources[0]['title']}" in offered


def test_an_answer_between_two_unknown_questions_calls_nobody(cast):
    talk(
        vera(cast.acme),
        "Who won the match last night?",
        "Are you open on Sunday?",
        "What is the capital of Peru?",
    )
    assert not Escalation.objects.exists()


def test_who_asks_the_same_again_is_offered_a_person_and_yes_accepts(cast):
    seen = vera(cast.acme)
    conversation = talk(
        seen,
        "Who are you?",
        "Are you open on Sunday?",
        "my name is Vera",
        "Are you open on Sunday?",
        "are you open on sunday",
    )
    assert ai_words(conversation)[-1] == NOTHING_NEW
    assert not Escalation.objects.exists()
    talk(seen, "yes please")
    assert Escalation.objects.get().cause == "words"


def test_a_question_that_stays_open_beside_an_answer_brings_a_person_in_by_a_yes(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "When are you open? Who won the cup final?")
    assert "team member" in ai_words(conversation)[0]
    assert Gap.objects.get().question == "Who won the cup final?"
    talk(seen, "yes please")
    assert Escalation.objects.get().cause == "words"


def test_a_confirmation_resolves(cast):
    conversation = talk(vera(cast.acme), "Are you open on Sunday?", "Thanks, that helps!")
    assert conversation.lifecycle == Lifecycle.RESOLVED
    assert "Glad" in ai_words(conversation)[-1]
    assert kinds(conversation)[-2:] == [Kind.MESSAGE, Kind.RESOLVED]


def test_mere_thanks_are_asked_about_and_yes_resolves(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Are you open on Sunday?", "thanks")
    assert conversation.lifecycle == Lifecycle.OPEN
    assert talk(seen, "yes").lifecycle == Lifecycle.RESOLVED


def test_thanks_for_nothing_answered_resolve_nothing(cast):
    conversation = talk(vera(cast.acme), "Who won the match last night?", "ok thanks, that helps")
    assert conversation.lifecycle == Lifecycle.OPEN


def test_a_suggestion_is_picked_by_number_and_by_words(cast):
    for pick in ("2", "the second one", None):
        seen = vera(cast.acme)
        conversation = talk(seen, "cost?")
        offered = ai_words(conversation)[0]
        assert "Did you mean one of these?" in offered
        title = next(line[3:] for line in offered.splitlines() if line.startswith("2. "))
        conversation = talk(seen, pick or title)
        message = Message.objects.filter(conversation=conversation, author_kind="ai").latest("pk")
        assert message.sources[0]["title"] == title


def test_a_message_that_waited_through_a_takeover_is_answered_after_the_hand_back(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    talk(seen, "How long is the guarantee?")
    assert len(ai_words(conversation)) == 1
    handling.hand_back(conversation.pk, operator=cast.omar)
    turns.attend(conversation.pk)
    assert "10 years" in ai_words(conversation)[-1]


def test_a_closed_conversation_is_left_alone(cast):
    seen = vera(cast.acme)
    conversation = say(seen, "Are you open on Sunday?")
    closing.end(conversation.pk, operator=cast.omar)
    turns.attend(conversation.pk)
    assert ai_words(conversation) == []


def test_it_says_honestly_that_it_is_no_person(cast):
    conversation = talk(vera(cast.acme), "are you a bot?")
    assert "AI assistant" in ai_words(conversation)[0]
    assert conversation.requested_at is None


def test_a_new_article_is_known_with_the_next_question(cast):
    cast.bolt.message_gap_ms = 0
    cast.bolt.save()
    seen = vera(cast.bolt)
    talk(seen, "Do you rent out helmets?")
    add_article(
        cast.bolt,
        title="Renting helmets",
        text="Helmets can be rented for 3 euros a day.",
        phrasings=["Do you rent helmets?"],
    )
    conversation = talk(seen, "no", "Do you rent helmets?")
    assert "3 euros a day" in ai_words(conversation)[-1]


def test_the_bell_first_and_a_question_after_is_answered(cast):
    seen = vera(cast.acme)
    escalation.ring_bell(seen, client_id="b1", reason="")
    conversation = talk(seen, "How long is the guarantee?")
    assert "10 years" in ai_words(conversation)[-1]
    assert Escalation.objects.count() == 1


@pytest.mark.parametrize("provider", ["openai", "no.such.module.Class", "tests.cast.Cast"])
def test_a_representative_that_cannot_be_made_is_replaced_at_once(cast, settings, provider):
    settings.AI_PROVIDER = provider
    conversation = talk(vera(cast.acme), "How long is the guarantee?")
    assert "10 years" in ai_words(conversation)[-1]
    assert Turn.objects.get().attempts == 1
