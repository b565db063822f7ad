"""What an operator writes: words for the visitor, and notes for the team."""

import uuid

from django.utils import timezone

from accounts.models import User
from conversations import limits, transitions
from conversations.escalations import claim, spoken
from conversations.events import Actor, Written, record
from conversations.locking import changing
from conversations.models import Event, Message
from conversations.models.note import Note
from conversations.refusals import IdConflict, Stale
from conversations.states import ActorKind, Kind


def post_operator_message(
    conversation_id: uuid.UUID, *, operator: User, client_id: str, text: str, epoch: int | None = None
) -> Written:
    """The operator speaks to the visitor; on a talk that the AI holds, that takes it over.

    Raises Held, Closed, TooEarly, Empty, TooLong, IdConflict, and Stale when `epoch` is given and has passed.
    """
    text = limits.checked(text, limits.OPERATOR_CHARACTERS)
    with changing(conversation_id) as conversation:
        known = Message.objects.filter(
            conversation=conversation, author_kind=ActorKind.OPERATOR, client_id=client_id
        ).first()
        if known is not None:
            if known.text != text or known.author_id != operator.pk:
                raise IdConflict
            return Written(Event.objects.get(message=known), conversation, dup=True)
        transitions.must_be_open(conversation)
        transitions.must_not_be_held_by_another(conversation, operator)
        if epoch is not None and epoch != conversation.handling_epoch:
            raise Stale
        now = timezone.now()
        gap_ms = conversation.domain.operator_message_gap_ms
        transitions.must_keep_gap(conversation.last_operator_message_at, now, gap_ms)
        actor = Actor.operator(operator)
        if transitions.take_over(conversation, operator):
            claim(conversation, operator)
            record(conversation, Kind.TAKEN_OVER, actor, data={"text": conversation.domain.taken_over_text})
        message = Message.objects.create(
            conversation=conversation,
            author_kind=ActorKind.OPERATOR,
            author=operator,
            author_name=actor.name,
            text=text,
            client_id=client_id,
        )
        conversation.last_operator_message_at = now
        conversation.awaiting_since = None
        spoken(conversation, text, actor)
        event = record(conversation, Kind.MESSAGE, actor, message=message)
    return Written(event, conversation)


def add_note(conversation_id: uuid.UUID, *, operator: User, client_id: str, text: str) -> Written:
    """Words for the team only, on an open or a closed talk. Raises Empty, TooLong, IdConflict."""
    text = limits.checked(text, limits.OPERATOR_CHARACTERS)
    with changing(conversation_id) as conversation:
        known = Note.objects.filter(conversation=conversation, client_id=client_id).first()
        if known is not None:
            if known.text != text or known.author_id != operator.pk:
                raise IdConflict
            return Written(Event.objects.get(note=known), conversation, dup=True)
        note = Note.objects.create(
            conversation=conversation,
            author=operator,
            author_name=Actor.operator(operator).name,
            text=text,
            client_id=client_id,
        )
        event = record(conversation, Kind.NOTE, Actor.operator(operator), note=note)
    return Written(event, conversation)
