"""Resolve, end and reopen, by an operator."""

import uuid

from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from conversations import transitions
from conversations.escalations import withdraw, withdraw_control_request
from conversations.events import Actor, Written, record
from conversations.locking import changing
from conversations.models import Conversation
from conversations.refusals import NotAllowed
from conversations.states import Kind, Lifecycle


class _AnotherHasBegun(NotAllowed):
    def __init__(self) -> None:
        super().__init__("The visitor has started a new conversation. Go on there.")


def resolve(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The matter is settled. Raises Held, Closed."""
    return _close(conversation_id, operator, Lifecycle.RESOLVED, Kind.RESOLVED)


def end(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The talk is over, settled or not. Raises Held, Closed."""
    return _close(conversation_id, operator, Lifecycle.ENDED, Kind.ENDED)


def reopen(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """Open a closed talk again, with the AI. Raises NotAllowed when it is open, or another one has begun."""
    try:
        with changing(conversation_id) as conversation:
            others = Conversation.objects.filter(visitor=conversation.visitor_id, lifecycle=Lifecycle.OPEN)
            if others.exclude(pk=conversation.pk).exists():
                raise _AnotherHasBegun
            transitions.reopen(conversation)
            event = record(conversation, Kind.REOPENED, Actor.operator(operator))
    except IntegrityError:
        # The visitor began a new talk at this very moment: one open talk a visitor, says the database.
        raise _AnotherHasBegun from None
    return Written(event, conversation)


def _close(conversation_id: uuid.UUID, operator: User, lifecycle: Lifecycle, kind: Kind) -> Written:
    with changing(conversation_id) as conversation:
        transitions.must_not_be_held_by_another(conversation, operator)
        transitions.close(conversation, lifecycle, timezone.now())
        withdraw(conversation)
        withdraw_control_request(conversation)
        event = record(conversation, kind, Actor.operator(operator))
    return Written(event, conversation)
