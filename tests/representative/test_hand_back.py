"""When a person gives the talk back, the AI answers what is still open, and nothing else."""

import pytest

from conversations.actions import handling, operators
from conversations.models import Escalation
from conversations.states import Lifecycle
from representative import turns
from representative.models import Turn, TurnState
from tests.cast import vera
from tests.representative.talking import ai_words, talk

pytestmark = pytest.mark.django_db


def handed_back(cast, *words):
    """A talk in which a person spoke, the visitor said these words, and the AI has it again."""
    seen = vera(cast.acme)
    conversation = talk(seen, "hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    operators.post_operator_message(
        conversation.pk, operator=cast.omar, client_id="o1", text="Hi Vera, we are in Mill Street 12."
    )
    talk(seen, *words)
    handling.hand_back(conversation.pk, operator=cast.omar)
    turns.attend(conversation.pk)
    conversation.refresh_from_db()
    return seen, conversation


@pytest.mark.parametrize(
    "words",
    [
        ("Thanks! See you on Saturday",),
        ("Great, I'll come by on Saturday at 10 then",),
        ("that helps, thank you", "bye"),
        ("Perfect, see you tomorrow!",),
        ("ok",),
        ("No thanks, that's all",),
        ("You too, have a nice weekend 👋",),
    ],
)
def test_a_thank_you_or_a_goodbye_to_a_person_is_not_answered_after_the_hand_back(cast, words):
    seen, conversation = handed_back(cast, *words)
    assert len(ai_words(conversation)) == 1
    assert (conversation.lifecycle, conversation.awaiting_since) == (Lifecycle.OPEN, None)
    assert not Turn.objects.exclude(state=TurnState.POSTED).exists()
    assert "10 years" in ai_words(talk(seen, "How long is the guarantee?"))[-1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Thanks! And how long is the guarantee?",), "10 years"),
        (("How long is the guarantee", "thanks!"), "10 years"),
        (("thanks", "how long is the guarantee"), "10 years"),
        (("Ok, but I can't log in",), "Forgot password"),
        (("My frame has a guarantee, I think",), "10 years"),
        (("hello, anybody there",), "What can I help you with?"),
    ],
)
def test_what_a_person_left_open_is_answered_after_the_hand_back(cast, words, told):
    _, conversation = handed_back(cast, *words)
    assert told in ai_words(conversation)[-1]


def test_who_asked_for_another_person_before_the_hand_back_gets_one(cast):
    handed_back(cast, "Thanks, but I want to talk to your manager")
    assert Escalation.objects.get().cause == "words"
