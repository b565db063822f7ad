"""Waking the reactions of an event: news upwards, by name, after commit."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.module_loading import import_string

from conversations.models import Event
from conversations.states import ActorKind, Kind

# The table's key for what a conversation's first words of its visitor wake besides.
FIRST_MESSAGE = "message, the visitor's first"

log = logging.getLogger(__name__)

# A fresh event is being relayed, and its reactions are at work; the sweep looks at older ones only.
LEFT_ALONE = timedelta(seconds=10)
# Nobody wants to hear of it any more.
TOO_OLD = timedelta(days=1)
# A sweep goes on past a row that cannot be relayed; after so many in a row it is the broker.
GIVE_UP_AFTER = 3


@lru_cache(maxsize=1)
def reactions() -> dict[str, tuple[str, ...]]:
    """Which kind wakes which tasks; the table is privas/reactions.py."""
    table: dict[str, tuple[str, ...]] = import_string(settings.REACTIONS)
    return table


def wakes(kind: str, actor_kind: str, data: dict[str, Any]) -> tuple[str, ...]:
    """The tasks that such an event wakes.

    The AI's own words wake nobody: it is the one who would be woken. A conversation's first words of its visitor
    wake more than later ones.
    """
    if kind == Kind.MESSAGE and actor_kind == ActorKind.AI:
        return ()
    names = reactions().get(kind, ())
    return names + reactions().get(FIRST_MESSAGE, ()) if data.get("first") else names


def must_be_confirmed(names: Iterable[str]) -> bool:
    """Whether one of these tasks says itself when its rows are written (`confirms`).

    Of the others, a ring that the broker took and lost is made good without the event: whoever waits for the AI is
    found by its own sweep, what is to be learnt is learnt with the next words, and the epoch ends a turn anyway.
    """
    return any(getattr(import_string(name), "confirms", False) for name in names)


def relay(event: Event) -> bool:
    """Wake each reaction with the event's id. False when the broker is away: then the sweep does it later.

    An event whose reaction `confirms` stays unstamped until that task has written its rows, so that a broker or a
    worker that dies in between loses nothing. May wake twice, so every reaction is idempotent.
    """
    try:
        names = wakes(event.kind, event.actor_kind, event.data)
        for name in names:
            import_string(name).delay(event.pk)
    except Exception as error:
        log.warning("relay.failed", extra={"event_id": event.pk, "error": repr(error)})
        _leave_to_sweep(event)
        return False
    if event.relayed_at is None and not must_be_confirmed(names):
        confirm(event.pk)
    return True


def _leave_to_sweep(event: Event) -> None:
    """Delay, never loss: the sweep looks at what has no stamp."""
    if event.relayed_at is None:
        return
    try:
        Event.objects.filter(pk=event.pk).update(relayed_at=None)
    except DatabaseError:
        log.exception("relay.not_left_to_sweep", extra={"event_id": event.pk})


def confirm(event_id: int) -> None:
    """Stamp the event: its reactions need no more waking."""
    Event.objects.filter(pk=event_id, relayed_at=None).update(relayed_at=timezone.now())


def relay_missed(limit: int = 500) -> int:
    """Wake again what was not confirmed, oldest first. How many were woken."""
    now = timezone.now()
    missed = Event.objects.filter(
        relayed_at=None, created_at__lt=now - LEFT_ALONE, created_at__gt=now - TOO_OLD
    )
    done = failed = 0
    for event in missed.order_by("pk")[:limit]:
        if relay(event):
            done, failed = done + 1, 0
        else:
            failed += 1
        if failed == GIVE_UP_AFTER:
            break
    return done
