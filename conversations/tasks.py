"""The clock's entries. Each is an idempotent sweep over rows whose time has come."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from celery import shared_task
from django.utils import timezone

from conversations import queries, relay
from conversations.actions import escalation, handling
from conversations.models import ControlRequest, Escalation
from conversations.states import ControlRequestState, EscalationState

log = logging.getLogger(__name__)

_Id = TypeVar("_Id")


@shared_task
def relay_missed_events() -> None:
    """Wake reactions that nobody woke: the broker was away, or the process died after its commit."""
    relay.relay_missed()


@shared_task
def expire_requests() -> None:
    """Tell visitors whose request for a person nobody met in time."""
    due = Escalation.objects.filter(state=EscalationState.OPEN, due_at__lte=timezone.now())
    _each(due.values_list("pk", flat=True)[:500], escalation.expire_request)


@shared_task
def pass_unanswered_control() -> None:
    """Pass control where the holder has not answered a colleague's request in time."""
    due = ControlRequest.objects.filter(state=ControlRequestState.OPEN, due_at__lte=timezone.now())
    _each(due.values_list("pk", flat=True)[:500], handling.pass_unanswered)


@shared_task
def hand_back_from_departed() -> None:
    """Return to the AI what is held by those who left the team, or may only read now."""
    held = queries.held_by_departed()
    _each(held.values_list("pk", flat=True)[:500], handling.hand_back_from_departed)


@shared_task
def hand_back_from_absent() -> None:
    """Return to the AI what visitors wait in for operators who are not there."""
    held = queries.held_by_absent()
    _each(held.values_list("pk", flat=True)[:500], handling.hand_back_from_absent)


def _each(ids: Iterable[_Id], act: Callable[[_Id], object]) -> None:
    """One row that cannot be worked on must not hold up the others."""
    for row_id in ids:
        try:
            act(row_id)
        except Exception:
            log.exception("sweep.failed", extra={"row": str(row_id), "act": act.__name__})
