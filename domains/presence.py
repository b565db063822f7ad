"""Who of a domain's team is there: members with an open console who may talk to visitors.

An arrival is told at once; a departure is found by whoever asks again, as every socket does with its heartbeat.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Presence
from accounts.presence import fresh_since
from domains.access import May, roles_that_may
from domains.models import Membership

# Visitors' sockets of one process share an answer of the database for so long.
KEPT_S = 2.0
_MOST_DOMAINS = 10_000


def operators_there(domain_ids: Iterable[uuid.UUID | str]) -> dict[str, list[dict[str, str]]]:
    """Who is there, domain by domain, in the order of their names."""
    there: dict[str, list[dict[str, str]]] = {str(domain_id): [] for domain_id in domain_ids}
    members = _members_there().filter(domain__in=list(there)).select_related("user")
    for member in sorted(members, key=lambda one: (one.user.display_name, one.user_id)):
        person = {"id": str(member.user_id), "name": member.user.display_name}
        there[str(member.domain_id)].append(person)
    return there


class Kept:
    """Whether anybody is there, as it was at most KEPT_S ago.

    The event loop tells it what it hears, so no thread holds the lock while it reads the database.
    """

    def __init__(self, read: Callable[[uuid.UUID], bool]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._answers: dict[uuid.UUID, tuple[float, bool]] = {}

    def somebody_is_there(self, domain_id: uuid.UUID) -> bool:
        """One answer serves all who ask; those who ask in the moment it is too old may each read."""
        now = time.monotonic()
        with self._lock:
            known_at, online = self._answers.get(domain_id, (-KEPT_S, False))
        if now - known_at < KEPT_S:
            return online
        return self._keep(domain_id, now, self._read(domain_id))

    def note(self, domain_id: uuid.UUID, *, online: bool) -> None:
        """This was told just now."""
        self._keep(domain_id, time.monotonic(), online)

    def forget(self) -> None:
        """Read anew when asked next."""
        with self._lock:
            self._answers.clear()

    def _keep(self, domain_id: uuid.UUID, asked_at: float, online: bool) -> bool:
        """Keep this, unless something newer came meanwhile; what holds now."""
        with self._lock:
            known_at, known = self._answers.get(domain_id, (-KEPT_S, False))
            if known_at > asked_at:
                return known
            if len(self._answers) >= _MOST_DOMAINS:
                self._answers.clear()
            self._answers[domain_id] = (asked_at, online)
            return online


def _members_there() -> QuerySet[Membership]:
    open_console = Presence.objects.filter(user=OuterRef("user"), seen_at__gt=fresh_since())
    talking = Membership.objects.filter(role__in=roles_that_may(May.TALK), user__is_active=True)
    return talking.filter(Exists(open_console))


def _somebody_is_there(domain_id: uuid.UUID) -> bool:
    return _members_there().filter(domain=domain_id).exists()


kept = Kept(_somebody_is_there)
