"""Opening and closing a wish for a person, on a locked conversation."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from conversations.events import Actor, Written, record
from conversations.limits import REASON_CHARACTERS, preview
from conversations.models import ControlRequest, Conversation, Escalation, Event
from conversations.states import ControlRequestState, EscalationCause, EscalationState, Kind


def open_escalation(
    conversation: Conversation, cause: EscalationCause, reason: str, actor: Actor, *, client_id: str = ""
) -> Written:
    """Note the wish, tell the visitor (not when an operator wishes it), wake the alert.

    While one wish is open, another is the same one. Only an operator's flag, of which the visitor knows nothing,
    becomes the wish of the visitor or the AI, with its own time.
    """
    hidden = cause == EscalationCause.MANUAL
    escalation = open_of(conversation)
    if escalation is not None and (hidden or escalation.cause != EscalationCause.MANUAL):
        event = Event.objects.filter(escalation=escalation, kind=Kind.HUMAN_REQUESTED).latest("n")
        return Written(event, conversation, dup=True)
    now = timezone.now()
    timeout_s = conversation.domain.takeover_timeout_s
    escalation, _ = Escalation.objects.update_or_create(
        conversation=conversation,
        state=EscalationState.OPEN,
        defaults={
            "cause": cause,
            "reason": reason[:REASON_CHARACTERS],
            "due_at": now + timedelta(seconds=timeout_s),
        },
    )
    conversation.requested_at = now
    conversation.requested_cause = cause
    conversation.requested_reason = preview(reason)
    conversation.missed_at = None
    text = "" if hidden else conversation.domain.human_requested_text
    data = {"text": text, "cause": str(cause), "reason": escalation.reason, "timeout_s": timeout_s}
    if client_id:
        data["client_id"] = client_id
    event = record(conversation, Kind.HUMAN_REQUESTED, actor, data=data, escalation=escalation, hidden=hidden)
    return Written(event, conversation)


def open_of(conversation: Conversation) -> Escalation | None:
    """The open wish, if there is one."""
    return Escalation.objects.filter(conversation=conversation, state=EscalationState.OPEN).first()


def claim(conversation: Conversation, operator: User) -> None:
    """Somebody came: the wish, met or missed, is over."""
    _close(conversation, EscalationState.CLAIMED, operator)
    conversation.requested_at = None
    conversation.missed_at = None


def withdraw(conversation: Conversation) -> None:
    """The talk closed: the clock calls nobody any more. A wish that was missed stays on the card until it is met."""
    _close(conversation, EscalationState.WITHDRAWN, None)


def withdraw_control_request(conversation: Conversation) -> None:
    """The talk left the holder's hands: a colleague's request for control has nothing left to ask."""
    ControlRequest.objects.filter(conversation=conversation, state=ControlRequestState.OPEN).update(
        state=ControlRequestState.WITHDRAWN, closed_at=timezone.now()
    )


def spoken(conversation: Conversation, text: str, actor: Actor) -> None:
    """Show these as the last words on the card. An announcement is no answer, and leaves the visitor's there."""
    conversation.last_text = preview(text)
    conversation.last_by = actor.kind
    conversation.last_by_name = actor.name


def _close(conversation: Conversation, state: EscalationState, operator: User | None) -> None:
    Escalation.objects.filter(conversation=conversation, state=EscalationState.OPEN).update(
        state=state, claimed_by=operator, closed_at=timezone.now()
    )
