"""The doorbells of queue `ai`. Rows hold the truth (claims.py), so each may ring twice or not at all."""

import uuid

from celery import shared_task

from conversations.models import Event
from conversations.states import ActorKind, Kind
from representative import claims, turns


@shared_task
def answer_visitor(event_id: int) -> None:
    """Somebody other than the AI spoke, or a person handed back: answer what waits, learn what was told."""
    event = Event.objects.filter(pk=event_id, kind__in=(Kind.MESSAGE, Kind.HANDED_BACK)).first()
    if event is not None and event.actor_kind != ActorKind.AI:
        turns.attend(event.conversation_id)


@shared_task
def cancel_turn(event_id: int) -> None:
    """A person took over: the AI's live turn is over."""
    event = Event.objects.filter(pk=event_id, kind=Kind.TAKEN_OVER).first()
    if event is not None:
        claims.cancel(event.conversation_id)


@shared_task
def resume_turns() -> None:
    """By the clock: turns whose worker died, turns put back, and visitors whose doorbell nobody heard."""
    for conversation_id in claims.forgotten():
        answer_conversation.delay(str(conversation_id))


@shared_task
def answer_conversation(conversation_id: str) -> None:
    """Answer what waits in one conversation."""
    turns.attend(uuid.UUID(conversation_id))
