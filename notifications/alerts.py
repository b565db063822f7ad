"""Alerts to the team. Each event is delivered once to each recipient, however often a task runs."""

import logging

from django.db import transaction

from conversations.models import Conversation, Escalation, Message
from conversations.states import ActorKind
from emailops.addresses import BadAddress, UnsafeHeader, one_line
from emailops.models import EmailJob, EmailKind
from emailops.queueing import Letter, queue_email
from notifications import letters
from notifications.models import AlertEvent
from notifications.recipients import Recipient, recipients

log = logging.getLogger(__name__)


def tell_of_new_conversation(message: Message) -> list[EmailJob]:
    """Queue the alerts for a visitor's message, if it is the first of its conversation.

    The AI answers at the same time, so the letter holds the question alone.
    """
    conversation = message.conversation
    if message.author_kind != ActorKind.VISITOR or _is_later(message):
        return []
    told = recipients(conversation.domain, AlertEvent.NEW_CONVERSATION)
    if not told:
        return []
    letter = letters.new_conversation(conversation, message)
    return _queue(
        conversation, EmailKind.NEW_CONVERSATION, f"new_conversation:{conversation.id}", letter, told
    )


def tell_of_escalation(escalation: Escalation, event_id: int) -> list[EmailJob]:
    """Queue the alerts for a wish for a person."""
    conversation = escalation.conversation
    told = recipients(conversation.domain, AlertEvent.ESCALATION)
    if not told:
        return []
    letter = letters.escalation(conversation, escalation)
    return _queue(conversation, EmailKind.ESCALATION, f"escalation:{event_id}", letter, told)


def _is_later(message: Message) -> bool:
    earlier = Message.objects.filter(
        conversation_id=message.conversation_id, author_kind=ActorKind.VISITOR, id__lt=message.id
    )
    return earlier.exists()


def _queue(
    conversation: Conversation, kind: str, key: str, letter: Letter, told: list[Recipient]
) -> list[EmailJob]:
    """All that can be sent to, or none: a task that dies half-way is repeated, and finds its own rows by their keys.

    A recipient whom no mail can be made for costs nobody else the alert. A sender whom no mail can come from
    (BadSender) is let through: the event keeps waiting, and the sweep repeats the task until that is mended.
    """
    queued = []
    with transaction.atomic():
        for one in told:
            try:
                job = queue_email(
                    conversation.domain,
                    kind=kind,
                    recipient=one.address,
                    # Rows from before names were checked may hold a line break.
                    recipient_name=one_line(one.name, 120),
                    letter=letter,
                    idempotency_key=f"{key}:{one.address}",
                    about=conversation.id,
                )
            except (BadAddress, UnsafeHeader):
                log.exception(
                    "notifications.recipient_left_out", extra={"conversation": str(conversation.id)}
                )
            else:
                queued.append(job)
    return queued
