"""What the team is told when something happens. Woken by privas/reactions.py, perhaps twice."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from conversations import relay
from conversations.models import Event
from notifications import alarms, alerts, follow_ups
from notifications.models import AlertEvent

log = logging.getLogger(__name__)

# The event counts as relayed when the task says so (conversations/relay.py), not when it is rung for.
CONFIRMS: dict[str, Any] = {"confirms": True}


@shared_task(ignore_result=True, **CONFIRMS)
def alert_new_conversation(event_id: int) -> int:
    """Tell of a conversation's first message; how many are told."""
    event = _event(event_id, "message__conversation__domain", "message__conversation__visitor")
    if event is None or event.message is None:
        return 0
    told = alerts.tell_of_new_conversation(event.message)
    relay.confirm(event_id)
    return len(told)


@shared_task(ignore_result=True, **CONFIRMS)
def alert_escalation(event_id: int) -> int:
    """Tell that a person is wished for; how many are told."""
    event = _event(event_id, "escalation__conversation__domain", "escalation__conversation__visitor")
    if event is None or event.escalation is None:
        return 0
    told = alerts.tell_of_escalation(event.escalation, event.id)
    relay.confirm(event_id)
    if not told:
        log.warning("nobody is told that a person is wished for (%s)", AlertEvent.ESCALATION)
    return len(told)


@shared_task(ignore_result=True)
def send_follow_ups() -> int:
    """Every half minute: write to visitors whose talk is over; to how many."""
    return follow_ups.send_due(timezone.now())


@shared_task(ignore_result=True)
def look_after_mail() -> int:
    """Every few minutes: tell owners whose mail does not get through; how many are told."""
    return alarms.tell_owners(timezone.now())


def _event(event_id: int, *joined: str) -> Event | None:
    """The event, if it still exists: the conversation may have been erased meanwhile."""
    return Event.objects.select_related(*joined).filter(id=event_id).first()
