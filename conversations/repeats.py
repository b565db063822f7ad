"""Done once, however often it is sent, on whatever socket: a visitor's own id stands for one act, for ever."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from django.db import IntegrityError, transaction

from conversations.arrivals import VisitorSeen
from conversations.events import Written
from conversations.models import Conversation, Event
from conversations.models.visitor_act import Act, VisitorAct
from conversations.queries import JOINED
from conversations.refusals import IdConflict, Refusal


@dataclass(frozen=True)
class Begun:
    """A talk that the visitor began, before anything happened in it. `dup` when this had been done before."""

    conversation: Conversation
    dup: bool = False
    event: None = None


Done = TypeVar("Done", Written, Begun)


def once(
    seen: VisitorSeen,
    act: Act,
    client_id: str,
    do: Callable[[], Done],
    again: Callable[[VisitorAct], Done],
) -> Done:
    """Do it and keep the id, in one transaction; or answer what the id had done before.

    What was refused is not kept. Raises IdConflict for an id that stands for another act, and what `do` raises.
    """
    known = _known(seen, act, client_id)
    if known is not None:
        return again(known)
    try:
        with transaction.atomic():
            done = do()
            VisitorAct.objects.create(
                visitor_id=seen.id,
                client_id=client_id,
                act=act,
                conversation=done.conversation,
                event=done.event,
            )
    except (IntegrityError, Refusal):
        # Perhaps it came twice at one moment, and the other was first.
        known = _known(seen, act, client_id)
        if known is None:
            raise
        return again(known)
    return done


def as_written(known: VisitorAct) -> Written:
    """What an act with an event answers when it is repeated."""
    return Written(cast(Event, known.event), known.conversation, dup=True)


def as_begun(known: VisitorAct) -> Begun:
    """What the beginning of a talk answers when it is repeated."""
    return Begun(known.conversation, dup=True)


def _known(seen: VisitorSeen, act: Act, client_id: str) -> VisitorAct | None:
    rows = VisitorAct.objects.select_related("event", *(f"conversation__{name}" for name in JOINED))
    known = rows.filter(visitor=seen.id, client_id=client_id).first()
    if known is not None and known.act != act:
        raise IdConflict
    return known
