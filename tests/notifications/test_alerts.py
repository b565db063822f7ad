"""The team is told of a new conversation and of a wish for a person, each once."""

import uuid
from typing import Any

import pytest
from django.conf import settings as product

from accounts.models import User
from conversations.actions import escalation as escalations
from conversations.actions import visitors
from conversations.models import Event
from conversations.states import Kind
from domains.models import Membership, Role
from emailops.addresses import BadSender
from emailops.models import EmailJob, EmailKind
from notifications import alerts
from notifications.models import AlertEvent
from notifications.recipients import Recipient, missing, recipients
from notifications.rules import Told, forget, tell
from notifications.tasks import alert_escalation, alert_new_conversation
from tests.cast import Cast, say, vera

BOTH = set(AlertEvent.values)


def _messages(conversation: Any) -> list[int]:
    events = Event.objects.filter(conversation=conversation, kind=Kind.MESSAGE).order_by("n")
    return list(events.values_list("id", flat=True))


def _told(kind: str) -> list[str]:
    return sorted(EmailJob.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_the_first_message_is_told_with_the_question_and_the_way_to_the_thread(cast: Cast) -> None:
    tell(cast.acme, Told(address="sales@acme.example"), BOTH)
    seen = vera(cast.acme, page_title="Pricing")
    conversation = say(seen, "What does the <b>team</b> plan cost?\nAnd is there a trial?")
    assert alert_new_conversation(_messages(conversation)[0]) == 1
    (job,) = EmailJob.objects.filter(kind=EmailKind.NEW_CONVERSATION)
    assert (job.recipient, job.domain, job.about) == ("sales@acme.example", cast.acme, conversation.id)
    link = f"{product.BASE_URL}/conversations/{conversation.id}/"
    for body in (job.content.text, job.content.html):
        assert link in body
        for words in ("Acme", "Anonymous", "https://acme.example/pricing", "Pricing", "is there a trial?"):
            assert words in body
    assert "What does the <b>team</b> plan cost?" in job.content.text
    assert "&lt;b&gt;team&lt;/b&gt;" in job.content.html
    assert (
        job.content.subject
        == "New conversation on Acme: What does the <b>team</b> plan cost? And is there a trial?"
    )


def test_later_messages_and_replies_are_not_told(cast: Cast) -> None:
    seen = vera(cast.acme)
    say(seen, "First")
    conversation = say(seen, "Second")
    first, second = _messages(conversation)
    assert alert_new_conversation(second) == 0
    assert alert_new_conversation(first) == 1
    assert alert_new_conversation(first) == 1
    assert len(_told(EmailKind.NEW_CONVERSATION)) == 1


def test_the_same_event_twice_is_one_mail_for_each(cast: Cast) -> None:
    tell(cast.acme, Told(address="a@acme.example"), BOTH)
    tell(cast.acme, Told(address="b@acme.example"), BOTH)
    conversation = say(vera(cast.acme), "Hello")
    for _ in range(10):
        alert_new_conversation(_messages(conversation)[0])
    assert _told(EmailKind.NEW_CONVERSATION) == ["a@acme.example", "b@acme.example"]


def test_switched_off_means_nobody_is_told(cast: Cast) -> None:
    cast.acme.new_conversation_alerts = False
    cast.acme.save()
    conversation = say(vera(cast.acme), "Hello")
    assert alert_new_conversation(_messages(conversation)[0]) == 0
    assert _told(EmailKind.NEW_CONVERSATION) == []
    assert missing(cast.acme) == []


def test_an_event_that_is_gone_is_nothing(cast: Cast) -> None:
    assert alert_new_conversation(0) == 0
    assert alert_escalation(0) == 0


def test_the_bell_is_told_with_cause_reason_and_last_words(cast: Cast) -> None:
    tell(cast.acme, Told(role=Role.OPERATOR), {AlertEvent.ESCALATION})
    seen = vera(cast.acme)
    say(seen, "My invoice is wrong")
    written = escalations.ring_bell(seen, client_id=str(uuid.uuid4()), reason="I was charged <twice>")
    assert alert_escalation(written.event.id) == 2
    assert alert_escalation(written.event.id) == 2
    assert _told(EmailKind.ESCALATION) == sorted([cast.omar.email, cast.ona.email])
    job = EmailJob.objects.filter(kind=EmailKind.ESCALATION, recipient=cast.omar.email).get()
    assert job.recipient_name == "Omar"
    assert job.content.subject == "Anonymous asks for a person on Acme"
    for words in ("Bell", "My invoice is wrong", f"/conversations/{written.conversation.id}/"):
        assert words in job.content.text
        assert words in job.content.html
    assert "I was charged <twice>" in job.content.text
    assert "I was charged &lt;twice&gt;" in job.content.html
    assert "If nobody takes over until" in job.content.text


def test_a_colleagues_flag_promises_the_visitor_nothing(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    written = escalations.escalate(conversation.id, operator=cast.omar, reason="Needs a lawyer")
    alert_escalation(written.event.id)
    (job,) = EmailJob.objects.filter(kind=EmailKind.ESCALATION)
    assert job.content.subject == "A colleague asks for help with Anonymous on Acme"
    assert "If nobody takes over" not in job.content.text


def test_without_any_rule_the_owners_are_told(cast: Cast) -> None:
    assert [one.address for one in recipients(cast.acme, AlertEvent.ESCALATION)] == [cast.olga.email]
    tell(cast.acme, Told(address="a@acme.example"), {AlertEvent.ESCALATION})
    assert [one.address for one in recipients(cast.acme, AlertEvent.ESCALATION)] == ["a@acme.example"]
    forget(cast.acme, Told(address="a@acme.example"))
    assert [one.address for one in recipients(cast.acme, AlertEvent.ESCALATION)] == [cast.olga.email]


def test_who_is_reached_twice_is_told_once(cast: Cast) -> None:
    tell(cast.acme, Told(role=Role.OPERATOR), BOTH)
    tell(cast.acme, Told(team="sales"), BOTH)
    tell(cast.acme, Told(address=cast.omar.email.upper()), BOTH)
    told = [one.address.lower() for one in recipients(cast.acme, AlertEvent.NEW_CONVERSATION)]
    assert sorted(told) == sorted([cast.omar.email, cast.ona.email])


def test_only_members_who_may_log_in_are_reached(cast: Cast) -> None:
    tell(cast.acme, Told(team="Sales"), BOTH)
    User.objects.filter(id=cast.omar.id).update(is_active=False)
    assert recipients(cast.acme, AlertEvent.ESCALATION) == []
    assert missing(cast.acme) == [AlertEvent.NEW_CONVERSATION, AlertEvent.ESCALATION]
    User.objects.filter(id=cast.omar.id).update(is_active=True)
    Membership.objects.filter(user=cast.omar).delete()
    assert recipients(cast.acme, AlertEvent.ESCALATION) == []


def test_another_domains_people_are_never_told(cast: Cast) -> None:
    tell(cast.bolt, Told(role=Role.OWNER), BOTH)
    conversation = say(vera(cast.acme), "Secret of Acme")
    alert_new_conversation(_messages(conversation)[0])
    assert cast.mallory.email not in _told(EmailKind.NEW_CONVERSATION)


@pytest.mark.parametrize(
    "name", ["Vera\r\nBcc: all@evil.example", "Vera\u2028x", "<script>alert(1)</script>", "x" * 120]
)
def test_what_a_visitor_calls_herself_breaks_no_header(cast: Cast, name: str) -> None:
    seen = vera(cast.acme)
    say(seen, "Line one\r\nBcc: all@evil.example\nline three")
    visitors.identify(seen, name=name)
    written = escalations.ring_bell(seen, client_id=str(uuid.uuid4()), reason="r")
    alert_escalation(written.event.id)
    alert_new_conversation(_messages(written.conversation)[0])
    for job in EmailJob.objects.all():
        assert "\r" not in job.content.subject
        assert "\n" not in job.content.subject
        assert "<script>" not in job.content.html


def test_the_letter_carries_no_code_of_the_visitor(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "{{7*7}} {% load x %} {settings.SECRET_KEY}")
    alert_new_conversation(_messages(conversation)[0])
    (job,) = EmailJob.objects.all()
    assert "{{7*7}} {% load x %} {settings.SECRET_KEY}" in job.content.text


def test_a_name_with_a_line_break_costs_nobody_the_alert(cast: Cast) -> None:
    User.objects.filter(pk=cast.olga.pk).update(name="Olga\r\nBcc: evil@evil.example")
    tell(cast.acme, Told(role=Role.OWNER), BOTH)
    tell(cast.acme, Told(address="sales@acme.example"), BOTH)
    conversation = say(vera(cast.acme), "Hello?")
    assert alert_new_conversation(_messages(conversation)[0]) == 2
    assert _told(EmailKind.NEW_CONVERSATION) == sorted([cast.olga.email, "sales@acme.example"])
    assert EmailJob.objects.get(recipient=cast.olga.email).recipient_name == "Olga Bcc: evil@evil.example"


def test_a_recipient_whom_no_mail_can_be_made_for_costs_the_others_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [Recipient("no address"), Recipient("sales@acme.example")]
    monkeypatch.setattr(alerts, "recipients", lambda *_: told)
    conversation = say(vera(cast.acme), "Hello?")
    assert alert_new_conversation(_messages(conversation)[0]) == 1
    assert _told(EmailKind.NEW_CONVERSATION) == ["sales@acme.example"]


@pytest.mark.parametrize("sender", ["Privas Chat", "privas@chat_server", "privas@", "A\nB <a@acme.example>"])
def test_a_sender_that_cannot_be_used_delays_the_alerts_and_loses_none(
    cast: Cast, settings: Any, sender: str
) -> None:
    tell(cast.acme, Told(address="sales@acme.example"), BOTH)
    written = escalations.ring_bell(vera(cast.acme), client_id=str(uuid.uuid4()), reason="r")
    conversation = say(vera(cast.acme), "Hello?")
    event = Event.objects.get(id=_messages(conversation)[0])
    settings.DEFAULT_FROM_EMAIL = sender
    with pytest.raises(BadSender):
        alert_new_conversation(event.id)
    with pytest.raises(BadSender):
        alert_escalation(written.event.id)
    assert not EmailJob.objects.exists()
    # Without a stamp the sweep wakes them again.
    assert not Event.objects.filter(id__in=(event.id, written.event.id), relayed_at__isnull=False).exists()
    settings.DEFAULT_FROM_EMAIL = "Privas <privas@acme.example>"
    assert alert_new_conversation(event.id) == alert_escalation(written.event.id) == 1
