"""Waking the reactions of an event: news upwards, by name, after commit."""

import logging
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from conversations.models import Event
from conversations.states import ActorKind, Kind

log = logging.getLogger(__name__)

# A fresh event is being relayed by the process that wrote it; the sweep looks at older ones only.
LEFT_TO_THE_WRITER = timedelta(seconds=3)


@lru_cache(maxsize=1)
def reactions() -> dict[str, tuple[str, ...]]:
    """Which kind wakes which tasks; the table is privas/reactions.py."""
    table: dict[str, tuple[str, ...]] = import_string(settings.REACTIONS)
    return table


def wakes(kind: str, actor_kind: str) -> tuple[str, ...]:
    """The tasks that such an event wakes. The AI's own words wake nobody: it is the one who would be woken."""
    if kind == Kind.MESSAGE and actor_kind == ActorKind.AI:
        return ()
    return reactions().get(kind, ())


def relay(event: Event) -> bool:
    """Wake each reaction with the event's id and stamp the event. False when the broker is away.

    May wake twice (a crash between waking and stamping), so every reaction is idempotent.
    """
    try:
        for name in wakes(event.kind, event.actor_kind):
            import_string(name).delay(event.pk)
        Event.objects.filter(pk=event.pk, relayed_at=None).update(relayed_at=timezone.now())
    except Exception as error:
        # The row stays unstamped, and the sweep finds it: delay, never loss.
        log.warning("relay.failed", extra={"event": event.pk, "error": repr(error)})
        return False
    return True


def relay_missed(limit: int = 500) -> int:
    """Relay what nobody relayed, oldest first; stop at the first failure. How many were relayed."""
    before = timezone.now() - LEFT_TO_THE_WRITER
    done = 0
    for event in Event.objects.filter(relayed_at=None, created_at__lt=before).order_by("pk")[:limit]:
        if not relay(event):
            break
        done += 1
    return done
