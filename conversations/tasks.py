"""The clock's entries. Each is an idempotent sweep over rows whose time has come."""

from celery import shared_task
from django.utils import timezone

from conversations import relay
from conversations.actions import escalation, handling
from conversations.models import ControlRequest, Escalation
from conversations.states import ControlRequestState, EscalationState


@shared_task
def relay_missed_events() -> None:
    """Wake reactions that nobody woke: the broker was away, or the process died after its commit."""
    relay.relay_missed()


@shared_task
def expire_requests() -> None:
    """Tell visitors whose request for a person nobody met in time."""
    due = Escalation.objects.filter(state=EscalationState.OPEN, due_at__lte=timezone.now())
    for escalation_id in due.values_list("pk", flat=True)[:500]:
        escalation.expire_request(escalation_id)


@shared_task
def pass_unanswered_control() -> None:
    """Pass control where the holder has not answered a colleague's request in time."""
    due = ControlRequest.objects.filter(state=ControlRequestState.OPEN, due_at__lte=timezone.now())
    for request_id in due.values_list("pk", flat=True)[:500]:
        handling.pass_unanswered(request_id)
