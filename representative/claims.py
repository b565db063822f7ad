"""Who works on a turn: rows with a lease. Only conditional updates and unique keys, so it holds on every database."""

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from conversations.models import Conversation
from conversations.states import Handler, Lifecycle
from representative.models import Turn, TurnState
from representative.models.turn import LIVE

# Short, so that a dead worker's turn is soon somebody else's; a living worker renews it (keeping.py).
LEASE = timedelta(seconds=6)
MOST_ATTEMPTS = 4
# A message whose doorbell rang is claimed at once; after this long it rang for nobody.
_UNHEARD = timedelta(seconds=5)


def claim(conversation_id: uuid.UUID) -> Turn | None:
    """The turn that answers what waits in this conversation, leased to the caller.

    None when nothing waits, when it is not the AI's to speak, when another worker is at it (which looks again when
    it is done), or when this very question has had its turn.
    """
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is None:
        return None
    now = timezone.now()
    if not _waits_for_ai(conversation):
        # Whoever held a turn here is gone, and what it was for has been answered.
        _live(conversation_id).filter(_due(now)).update(
            state=TurnState.DISCARDED, settled_at=now, lease_until=None
        )
        return None
    epoch, answers_n = conversation.handling_epoch, conversation.last_visitor_message_n
    # A turn left by a dead worker, or of an epoch that is over, gives way to this one.
    _live(conversation_id).filter(Q(epoch__lt=epoch) | _due(now)).exclude(
        epoch=epoch, answers_n=answers_n
    ).update(state=TurnState.DISCARDED, settled_at=now, lease_until=None)
    try:
        with transaction.atomic():
            return Turn.objects.create(
                conversation_id=conversation_id,
                epoch=epoch,
                answers_n=answers_n,
                state=TurnState.RUNNING,
                lease_until=now + LEASE,
                due_at=now,
                attempts=1,
                draft=new_draft(),
            )
    except IntegrityError:
        return _claim_again(conversation_id, epoch, answers_n, now)


def _claim_again(conversation_id: uuid.UUID, epoch: int, answers_n: int, now: datetime) -> Turn | None:
    """The same question's turn, if its time has come again."""
    turn = _live(conversation_id).filter(epoch=epoch, answers_n=answers_n).first()
    if turn is None:
        return None
    taken = (
        Turn.objects.filter(pk=turn.pk, attempts=turn.attempts)
        .filter(_due(now))
        .update(state=TurnState.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1)
    )
    if not taken:
        return None
    turn.refresh_from_db()
    return turn


def move_on(turn: Turn, *, epoch: int, answers_n: int) -> bool:
    """The turn answers these newer words instead, under a new draft. False when it is the caller's no more."""
    if (turn.epoch, turn.answers_n) == (epoch, answers_n):
        return True
    draft = new_draft()
    try:
        with transaction.atomic():
            moved = _mine(turn).update(
                epoch=epoch, answers_n=answers_n, draft=draft, lease_until=timezone.now() + LEASE
            )
    except IntegrityError:
        return False
    turn.epoch, turn.answers_n, turn.draft = epoch, answers_n, draft
    return bool(moved)


def renew(turn: Turn) -> bool:
    """The caller is still at it. False when the turn is over, or somebody else's."""
    return bool(_mine(turn).update(lease_until=timezone.now() + LEASE))


def settle(
    turn: Turn,
    state: TurnState,
    *,
    outcome: str = "",
    memory: dict[str, object] | None = None,
    error: str = "",
) -> bool:
    """The turn is over. False when it was somebody else's by then."""
    return bool(
        _mine(turn).update(
            state=state,
            outcome=outcome,
            memory=memory or {},
            error=error[:500],
            settled_at=timezone.now(),
            lease_until=None,
        )
    )


def put_back(turn: Turn, error: str) -> None:
    """The turn could not be worked on now; the clock finds it again, later each time."""
    wait = timedelta(seconds=2**turn.attempts)
    _mine(turn).update(
        state=TurnState.WAITING, lease_until=None, due_at=timezone.now() + wait, error=error[:500]
    )


def cancel(conversation_id: uuid.UUID) -> int:
    """End live turns of an epoch that is over. Their workers notice, and could not write anyway."""
    epoch = Conversation.objects.filter(pk=conversation_id).values("handling_epoch")[:1]
    return (
        _live(conversation_id)
        .filter(epoch__lt=epoch)
        .update(state=TurnState.CANCELLED, settled_at=timezone.now(), lease_until=None)
    )


def forgotten(limit: int = 200) -> list[uuid.UUID]:
    """Conversations whose turn is due again, and those whose visitor waits with no turn at all."""
    now = timezone.now()
    due = Turn.objects.filter(_due(now)).values_list("conversation_id", flat=True)[:limit]
    had_a_turn = Turn.objects.filter(conversation=OuterRef("pk")).filter(
        Q(state__in=LIVE) | Q(epoch=OuterRef("handling_epoch"), answers_n=OuterRef("last_visitor_message_n"))
    )
    unheard = (
        Conversation.objects.filter(
            handler=Handler.AI, lifecycle=Lifecycle.OPEN, awaiting_since__lt=now - _UNHEARD
        )
        .filter(~Exists(had_a_turn))
        .values_list("pk", flat=True)[:limit]
    )
    return list(dict.fromkeys([*due, *unheard]))


def new_draft() -> str:
    """An id for words that are streamed before they are a message."""
    return uuid.uuid4().hex


def _waits_for_ai(conversation: Conversation) -> bool:
    return (
        conversation.lifecycle == Lifecycle.OPEN
        and conversation.handler == Handler.AI
        and conversation.awaiting_since is not None
    )


def _due(now: datetime) -> Q:
    """Nobody is at it, and its time has come."""
    return Q(state=TurnState.RUNNING, lease_until__lt=now) | Q(state=TurnState.WAITING, due_at__lte=now)


def _live(conversation_id: uuid.UUID) -> QuerySet[Turn]:
    return Turn.objects.filter(conversation_id=conversation_id, state__in=LIVE)


def _mine(turn: Turn) -> QuerySet[Turn]:
    """The row while the caller holds it: `attempts` is the fence against a worker that slept past its lease."""
    return Turn.objects.filter(pk=turn.pk, state=TurnState.RUNNING, attempts=turn.attempts)
