"""record(): the number, the row, and what follows after commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from conversations import broadcast, limits, relay
from conversations.frames.for_visitors import VISIBLE
from conversations.models import Conversation, Escalation, Event, Message, Visitor
from conversations.models.note import Note
from conversations.states import ActorKind, Kind
from domains.models import Domain

_past: ContextVar[bool] = ContextVar("past", default=False)


@contextmanager
def as_past() -> Iterator[None]:
    """What is recorded inside has happened long ago (a demo, an import): nobody is told, no reaction is woken."""
    token = _past.set(True)
    try:
        yield
    finally:
        _past.reset(token)


@dataclass(frozen=True)
class Actor:
    """Who did it, as the timeline names them."""

    kind: ActorKind
    user: User | None = None
    name: str = ""

    def __post_init__(self) -> None:
        # Whoever has no name goes by their address, which may be longer than a name may.
        object.__setattr__(self, "name", self.name[: limits.NAME_CHARACTERS])

    @classmethod
    def visitor(cls, visitor: Visitor) -> "Actor":
        """The person in the widget."""
        return cls(ActorKind.VISITOR, name=visitor.display_name)

    @classmethod
    def ai(cls, domain: Domain) -> "Actor":
        """The representative of this domain."""
        return cls(ActorKind.AI, name=domain.representative_name)

    @classmethod
    def operator(cls, user: User) -> "Actor":
        """A member who talks."""
        return cls(ActorKind.OPERATOR, user=user, name=user.display_name)

    @classmethod
    def system(cls) -> "Actor":
        """The clock."""
        return cls(ActorKind.SYSTEM, name="Privas")


@dataclass(frozen=True)
class Written:
    """What an action did. `dup` when it had been done before and nothing was written now."""

    event: Event
    conversation: Conversation
    dup: bool = False


def record(
    conversation: Conversation,
    kind: Kind,
    actor: Actor,
    *,
    data: dict[str, Any] | None = None,
    message: Message | None = None,
    note: Note | None = None,
    escalation: Escalation | None = None,
    hidden: bool = False,
) -> Event:
    """Number what happened and write it down; tell the world after commit.

    Call it inside `locking.changing`, as the last step of a change: the card that goes out shows the row as it
    is then. After commit the frames are published, and the reactions of this kind are woken. `hidden` keeps an
    event of a visible kind from the visitor.
    """
    now = timezone.now()
    woken = () if _past.get() else relay.wakes(kind, actor.kind, data or {})
    visible = kind in VISIBLE and not hidden
    conversation.head += 1
    if visible:
        conversation.visitor_head += 1
    conversation.last_activity_at = now
    event = Event.objects.create(
        conversation=conversation,
        n=conversation.head,
        visitor_n=conversation.visitor_head if visible else None,
        kind=kind,
        actor_kind=actor.kind,
        actor=actor.user,
        actor_name=actor.name,
        epoch=conversation.handling_epoch,
        data=data or {},
        message=message,
        note=note,
        escalation=escalation,
        created_at=now,
        # Stamped unless somebody has to confirm it: the sweep need not look at it.
        relayed_at=None if relay.must_be_confirmed(woken) else now,
    )
    if _past.get():
        return event
    transaction.on_commit(partial(broadcast.event, event, conversation))
    if woken:
        transaction.on_commit(partial(relay.relay, event))
    return event
