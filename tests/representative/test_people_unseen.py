"""What the team does out of the visitor's sight: a silent flag, a holder who leaves."""

import pytest
from django.utils import timezone

from conversations import tasks as clock
from conversations.actions import escalation, handling, operators
from conversations.models import Escalation, Event
from conversations.states import Kind
from domains.models import Membership
from representative import tasks
from tests.cast import say, vera
from tests.representative import speakers
from tests.representative.talking import ai_words, talk

pytestmark = pytest.mark.django_db


def test_a_visitor_who_asks_for_a_person_after_a_silent_flag_is_told_and_waits(cast):
    seen = vera(cast.acme)
    conversation = talk(seen, "Which payment methods do you accept?")
    escalation.escalate(conversation.pk, operator=cast.omar, reason="Big account")
    talk(seen, "I want to talk to a human")
    flag, asked = Event.objects.filter(kind=Kind.HUMAN_REQUESTED).order_by("n")
    assert (flag.visitor_n, asked.data["text"]) == (None, cast.acme.human_requested_text)
    assert asked.visitor_n is not None
    assert Escalation.objects.get().cause == "words"
    assert len(ai_words(conversation)) == 1
    Escalation.objects.update(due_at=timezone.now())
    expired = escalation.expire_request(Escalation.objects.get().pk)
    assert expired is not None
    assert expired.event.data["text"] == cast.acme.takeover_timeout_text


def test_an_ai_that_gets_stuck_after_a_silent_flag_asks_a_person_in_and_says_so(cast, rep):
    seen = vera(cast.acme)
    conversation = talk(seen, "Which payment methods do you accept?")
    escalation.escalate(conversation.pk, operator=cast.omar, reason="Big account")
    rep(speakers.AsksForAPerson)
    talk(seen, "Which payment methods do you accept?")
    assert Escalation.objects.get().cause == "unable"
    assert len(ai_words(conversation)) == 1


def test_the_ai_names_an_operator_as_visitors_know_them(cast):
    cast.acme.operator_label = "support_agent"
    cast.acme.save(update_fields=["operator_label"])
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    text = "Your discount code is SPRING20."
    operators.post_operator_message(conversation.pk, operator=cast.omar, client_id="o", text=text)
    handling.hand_back(conversation.pk, operator=cast.omar)
    talk(seen, "what was my discount code again?")
    assert "SPRING20" in ai_words(conversation)[-1]
    assert "Omar" not in ai_words(conversation)[-1]
    assert "Support Agent" in ai_words(conversation)[-1]


def test_what_waits_is_answered_when_the_holder_has_left_the_team(cast):
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    operators.post_operator_message(conversation.pk, operator=cast.omar, client_id="o", text="Hi, I am Omar.")
    talk(seen, "Which payment methods do you accept?")
    assert ai_words(conversation) == []
    Membership.objects.filter(user=cast.omar).delete()
    clock.hand_back_from_departed()
    tasks.answer_visitor(Event.objects.get(kind=Kind.HANDED_BACK).pk)
    assert "PayPal" in ai_words(conversation)[0]
