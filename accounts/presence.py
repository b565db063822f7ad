"""Who has a console open. Each socket keeps a row and refreshes it; what is refreshed no more is gone by itself."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Presence, User

# A little more than three heartbeats: a process that was killed refreshes nothing.
LASTS = timedelta(seconds=40)
# A page that is left is often followed by the next one.
GRACE = timedelta(seconds=5)
# Consoles are back within this after a restart of the web, a sleeping laptop a little later: nobody has gone by that.
AWAY = timedelta(seconds=60)


def arrive(console: uuid.UUID, user: User) -> bool:
    """A console opens. Whether the person comes by that, having had no other."""
    Presence.objects.filter(seen_at__lte=gone_since()).delete()
    comes = not Presence.objects.filter(user=user, seen_at__gt=fresh_since()).exists()
    stay(console, user)
    return comes


def stay(console: uuid.UUID, user: User) -> None:
    """It is still open."""
    Presence.objects.update_or_create(pk=console, defaults={"user": user, "seen_at": timezone.now()})


def leave(console: uuid.UUID) -> None:
    """It is closed: the person is gone in a few seconds, unless another opens."""
    Presence.objects.filter(pk=console).update(seen_at=fresh_since() + GRACE)


def is_gone(user: User) -> bool:
    """Whether this person has had no console open for a while."""
    return not Presence.objects.filter(user=user, seen_at__gt=gone_since()).exists()


def fresh_since() -> datetime:
    """A row that was refreshed after this moment stands for somebody who is there."""
    return timezone.now() - LASTS


def gone_since() -> datetime:
    """A row that was last refreshed before this moment stands for somebody who has gone."""
    return fresh_since() - AWAY
