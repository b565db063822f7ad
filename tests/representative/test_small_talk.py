"""A greeting is for who arrives; who waits for a person is told so, and helped meanwhile."""

import pytest

from conversations.actions import closing, escalation, handling, operators
from representative.embedded.representative import EmbeddedRepresentative
from tests.cast import vera
from tests.representative.speakers import Broken
from tests.representative.talking import ai_words, talk

pytestmark = pytest.mark.django_db

NAME = "I'm Ava"


@pytest.fixture
def no_greeting(cast):
    cast.acme.greeting = ""
    cast.acme.save(update_fields=["greeting"])


@pytest.mark.usefixtures("no_greeting")
def test_it_says_its_name_once(cast):
    conversation = talk(vera(cast.acme), "hi", "hello?", "how are you?", "good morning")
    first, *others = ai_words(conversation)
    assert NAME in first
    assert not any(NAME in words for words in others)
    assert "I'm here" in others[0]


def test_whom_the_widget_has_greeted_reads_no_second_greeting(cast):
    assert cast.acme.greeting
    conversation = talk(vera(cast.acme), "hi", "how are you?")
    assert ai_words(conversation) == [
        "Hi! What can I help you with?",
        "All good here, thank you! What can I help you with?",
    ]


@pytest.mark.usefixtures("no_greeting")
def test_who_was_answered_is_not_greeted_as_somebody_new(cast):
    conversation = talk(vera(cast.acme), "Are you open on Sunday?", "hello?")
    assert NAME not in ai_words(conversation)[-1]


@pytest.mark.usefixtures("no_greeting")
def test_who_talked_to_a_person_is_not_greeted_as_somebody_new(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "I want to talk to a human")
    handling.take_over(conversation.pk, operator=cast.omar)
    operators.post_operator_message(
        conversation.pk, operator=cast.omar, client_id="o1", text="Hi, Omar here."
    )
    handling.hand_back(conversation.pk, operator=cast.omar)
    talk(seen, "hello")
    assert NAME not in ai_words(conversation)[-1]


@pytest.mark.usefixtures("no_greeting")
def test_a_talk_that_is_opened_again_begins_without_a_greeting(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "hi")
    closing.resolve(conversation.pk, operator=cast.omar)
    closing.reopen(conversation.pk, operator=cast.omar)
    talk(seen, "hello")
    assert NAME not in ai_words(conversation)[-1]


@pytest.mark.parametrize(
    "words",
    ["hi", "hello? anyone there?", "how are you?", "ok", "what can you do?", "are you a bot?", "I'm Vera"],
)
@pytest.mark.parametrize("wish", ["words", "bell"])
def test_who_waits_for_a_person_hears_that_the_team_was_told(cast, wish, words):
    seen = vera(cast.acme)
    if wish == "bell":
        escalation.ring_bell(seen, client_id="b1", reason="")
    else:
        talk(seen, "I want to talk to a human")
    conversation = talk(seen, words)
    (reply,) = ai_words(conversation)
    assert "The team has been told" in reply
    assert "Hi! " not in reply
    assert "rather talk to someone" not in reply
    assert "bring in" not in reply


def test_who_waits_reads_different_words_each_time_and_is_still_answered(cast):
    conversation = talk(
        vera(cast.acme), "agent please", "hello?", "anyone there?", "Are you open on Sunday?", "hello?"
    )
    first, second, answer, third = ai_words(conversation)
    assert len({first, second}) == 2
    assert "Sunday" in answer
    assert "team" in third


def test_a_flag_that_the_visitor_knows_nothing_of_changes_no_small_talk(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Are you open on Sunday?")
    escalation.escalate(conversation.pk, operator=cast.omar, reason="A big order")
    talk(seen, "hello?", "Who invented jazz?")
    hello, unknown = ai_words(conversation)[1:]
    assert "team" not in hello
    assert "Would you like me to bring in a team member?" in unknown


def test_when_nothing_can_be_looked_up_who_waits_is_offered_nobody_else(cast, monkeypatch):
    monkeypatch.setattr(EmbeddedRepresentative, "reply", lambda self, turn: Broken().reply(turn))
    conversation = talk(vera(cast.acme), "agent please", "Are you open on Sunday?")
    assert "A team member has been asked to join" in ai_words(conversation)[-1]
