"""Who of a domain's team is there: members with an open console who may talk to visitors.

An arrival is told at once; a departure is found by whoever asks again, as every socket does with its heartbeat.
"""

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Presence
from accounts.presence import fresh_since
from domains.access import May, roles_that_may
from domains.models import Membership
from domains.short_memory import ShortMemory

# Visitors' sockets of one process share an answer of the database for so long.
KEPT_S = 2.0

kept: ShortMemory[uuid.UUID, bool] = ShortMemory(KEPT_S)


def operators_there(domain_ids: Iterable[uuid.UUID | str]) -> dict[str, list[dict[str, str]]]:
    """Who is there, domain by domain, in the order of their names."""
    there: dict[str, list[dict[str, str]]] = {str(domain_id): [] for domain_id in domain_ids}
    members = _members_there().filter(domain__in=list(there)).select_related("user")
    for member in sorted(members, key=lambda one: (one.user.display_name, one.user_id)):
        person = {"id": str(member.user_id), "name": member.user.display_name}
        there[str(member.domain_id)].append(person)
    return there


def somebody_is_there(domain_id: uuid.UUID) -> bool:
    """Whether anybody is there, as it was at most KEPT_S ago."""
    return kept.get(domain_id, lambda: _members_there().filter(domain=domain_id).exists())


def _members_there() -> QuerySet[Membership]:
    open_console = Presence.objects.filter(user=OuterRef("user"), seen_at__gt=fresh_since())
    talking = Membership.objects.filter(role__in=roles_that_may(May.TALK), user__is_active=True)
    return talking.filter(Exists(open_console))
