"""A wish for a person: met in time, missed, withdrawn."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations import tasks
from conversations.actions import closing, escalation, handling, representatives
from conversations.frames import for_team, for_visitors
from conversations.models import Conversation, Escalation, Event
from conversations.refusals import NotAllowed
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)


def asked(cast: Cast) -> Conversation:
    conversation = say(vera(cast.acme), "Can I talk to a real person?")
    return representatives.request_person(
        conversation.pk,
        epoch=conversation.handling_epoch,
        answers_n=conversation.last_visitor_message_n,
        cause="words",
        reason="Can I talk to a real person?",
    ).conversation


def test_the_card_says_takeover_requested_and_the_visitor_reads_the_domains_words(cast: Cast) -> None:
    conversation = asked(cast)
    assert conversation.badge(timezone.now()) == "takeover_requested"
    event = Event.objects.get(conversation=conversation, kind="human_requested")
    frame = for_visitors.frame(event, conversation)
    assert frame is not None
    assert frame["data"] == {
        "text": "Of course — let me bring in a team member. One moment.",
        "timeout_s": 120,
    }
    assert frame["by"]["kind"] == "ai"


def why(conversation: Conversation) -> tuple[str, str]:
    """Cause and reason on the card."""
    card = for_team.card(Conversation.objects.get(pk=conversation.pk), timezone.now())
    return card["requested_cause"], card["requested_reason"]


def test_the_card_says_why_until_somebody_comes(cast: Cast) -> None:
    conversation = asked(cast)
    assert why(conversation) == ("words", "Can I talk to a real person?")
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        tasks.expire_requests()
        assert why(conversation) == ("words", "Can I talk to a real person?"), "nobody has come yet"
        handling.take_over(conversation.pk, operator=cast.omar)
    assert why(conversation) == ("", "")


def test_announcements_leave_the_last_words_on_the_card_as_they_were(cast: Cast) -> None:
    conversation = asked(cast)

    def last() -> tuple[str, str]:
        card = for_team.card(Conversation.objects.get(pk=conversation.pk), timezone.now())
        return card["last"]["by"], card["last"]["text"]

    assert last() == ("visitor", "Can I talk to a real person?")
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        tasks.expire_requests()
    assert last() == ("visitor", "Can I talk to a real person?")


def test_a_long_reason_is_one_line_on_the_card_and_whole_in_the_thread(cast: Cast) -> None:
    seen = vera(cast.acme)
    reason = "**An offer**\nfor 40 bikes, " + "and quickly " * 30
    rung = escalation.ring_bell(seen, client_id="b1", reason=reason)
    cause, shown = why(rung.conversation)
    assert (cause, len(shown)) == ("bell", 200)
    assert shown.startswith("An offer for 40 bikes, and quickly")
    assert rung.event.data["reason"] == reason[:500]
    # A second wish is another one.
    handling.take_over(rung.conversation.pk, operator=cast.omar)
    handling.hand_back(rung.conversation.pk, operator=cast.omar)
    escalation.ring_bell(seen, client_id="b2", reason="")
    assert why(rung.conversation) == ("bell", "")


def test_nobody_came_and_the_visitor_is_told_once(cast: Cast) -> None:
    conversation = asked(cast)
    tasks.expire_requests()
    assert not Event.objects.filter(kind="request_expired").exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        tasks.expire_requests()
        tasks.expire_requests()
        conversation.refresh_from_db()
        event = Event.objects.get(kind="request_expired")
        assert event.data["text"] == cast.acme.takeover_timeout_text
        assert event.visitor_n == conversation.visitor_head
        assert (conversation.requested_at, conversation.badge(timezone.now())) == (None, "awaiting_response")


def test_who_has_given_an_address_reads_it_when_nobody_comes(cast: Cast) -> None:
    conversation = asked(cast)
    representatives.learn_facts(conversation.pk, facts={"email": "vera@initech.example"}, score=0, reasons=[])
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        tasks.expire_requests()
    event = Event.objects.get(kind="request_expired")
    frame = for_visitors.frame(event, conversation)
    assert frame is not None
    assert frame["data"] == {
        "text": f"{cast.acme.takeover_timeout_text} We have your address: vera@initech.example.",
        "email": "vera@initech.example",
    }


def test_whoever_comes_in_time_claims_it_and_the_clock_says_nothing(cast: Cast) -> None:
    conversation = asked(cast)
    handling.take_over(conversation.pk, operator=cast.omar)
    claimed = Escalation.objects.get()
    assert (claimed.state, claimed.claimed_by) == ("claimed", cast.omar)
    with time_machine.travel(timezone.now() + timedelta(seconds=500)):
        tasks.expire_requests()
        assert escalation.expire_request(claimed.pk) is None
    assert not Event.objects.filter(kind="request_expired").exists()


def test_a_late_takeover_clears_the_missed_request(cast: Cast) -> None:
    conversation = asked(cast)
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        tasks.expire_requests()
        taken = handling.take_over(conversation.pk, operator=cast.omar).conversation
        assert taken.missed_at is None
        assert Escalation.objects.get().state == "expired"


def test_closing_the_talk_withdraws_the_wish(cast: Cast) -> None:
    conversation = asked(cast)
    closing.resolve(conversation.pk, operator=cast.omar)
    assert Escalation.objects.get().state == "withdrawn"


def test_an_operators_flag_is_hidden_from_the_visitor(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    flagged = escalation.escalate(conversation.pk, operator=cast.omar, reason="Big account")
    assert (flagged.event.visitor_n, flagged.event.data["text"]) == (None, "")
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        tasks.expire_requests()
    assert Event.objects.get(kind="request_expired").visitor_n is None


def test_a_flag_does_not_swallow_the_bell_of_the_visitor(cast: Cast) -> None:
    seen = vera(cast.acme)
    flagged = escalation.escalate(say(seen, "Hello").pk, operator=cast.omar, reason="Big account")
    with time_machine.travel(timezone.now() + timedelta(seconds=100)):
        rung = escalation.ring_bell(seen, client_id="b", reason="Please")
        assert not rung.dup
        assert rung.event.n == flagged.event.n + 1
        # Unrelayed until its alert is written down: the mail to the team is on its way.
        assert (rung.event.visitor_n, rung.event.relayed_at) == (2, None)
        assert rung.event.data["text"] == cast.acme.human_requested_text
        wish = Escalation.objects.get()
        assert (wish.cause, wish.reason) == ("bell", "Please")
        again = escalation.ring_bell(seen, client_id="c", reason="")
        assert (again.dup, again.event) == (True, rung.event)
        flagged_again = escalation.escalate(wish.conversation_id, operator=cast.ona, reason="")
        assert (flagged_again.dup, flagged_again.event) == (True, rung.event)
    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        # The flag's own time is over, the visitor's is not.
        tasks.expire_requests()
        assert not Event.objects.filter(kind="request_expired").exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=221)):
        tasks.expire_requests()
    expired = Event.objects.get(kind="request_expired")
    assert (expired.visitor_n, expired.data["text"]) == (3, cast.acme.takeover_timeout_text)


def test_the_bell_is_refused_while_a_person_is_there(cast: Cast) -> None:
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    with pytest.raises(NotAllowed):
        escalation.ring_bell(seen, client_id="b", reason="")


def test_an_absent_holders_control_passes_when_its_time_has_come(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    handling.request_control(conversation.pk, operator=cast.ona)
    tasks.pass_unanswered_control()
    conversation.refresh_from_db()
    assert conversation.operator == cast.omar
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        tasks.pass_unanswered_control()
        tasks.pass_unanswered_control()
    conversation.refresh_from_db()
    assert conversation.operator == cast.ona
    assert Event.objects.filter(kind="taken_over").count() == 2


@pytest.mark.parametrize("missed", [True, False])
def test_a_wish_that_nobody_met_is_there_again_when_a_slip_is_taken_back(cast: Cast, missed: bool) -> None:
    conversation = asked(cast)
    wish = Escalation.objects.get()
    if missed:
        Escalation.objects.update(due_at=timezone.now())
        escalation.expire_request(wish.pk)
    closed = closing.resolve(conversation.pk, operator=cast.omar).conversation
    card = for_team.card(closed, timezone.now())
    assert (card["badge"], card["missed"], card["requested_at"]) == ("resolved", False, None)
    again = closing.reopen(conversation.pk, operator=cast.omar).conversation
    card = for_team.card(again, timezone.now())
    assert (card["badge"], card["missed"]) == ("awaiting_response", True)
    assert card["requested_cause"] == "words"


def test_a_matter_that_the_visitor_calls_settled_leaves_no_wish(cast: Cast) -> None:
    conversation = asked(cast)
    Escalation.objects.update(due_at=timezone.now())
    escalation.expire_request(Escalation.objects.get().pk)
    conversation.refresh_from_db()
    representatives.resolve_confirmed(
        conversation.pk, epoch=conversation.handling_epoch, answers_n=conversation.last_visitor_message_n
    )
    again = closing.reopen(conversation.pk, operator=cast.omar).conversation
    assert not for_team.card(again, timezone.now())["missed"]
