"""The only doors from a user to a domain.

Every read for people begins here. What belongs to others is "not found", never "forbidden", so that nobody
learns what exists; a member whose role does not reach far enough is told so.
"""

import uuid
from enum import StrEnum
from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.models import User
from domains.models import Domain, Membership, Role

_M = TypeVar("_M", bound=Model)


class May(StrEnum):
    """What a role lets a member do on a domain."""

    READ = "read"
    TALK = "talk"
    MANAGE = "manage"
    OWN = "own"


_ROLES: dict[May, frozenset[str]] = {
    May.READ: frozenset(Role.values),
    May.TALK: frozenset({Role.OWNER, Role.ADMIN, Role.OPERATOR}),
    May.MANAGE: frozenset({Role.OWNER, Role.ADMIN}),
    May.OWN: frozenset({Role.OWNER}),
}


class NotFound(Exception):
    """The thing does not exist, or belongs to a domain that this user is not on."""


class Forbidden(Exception):
    """The user is a member, but the role does not allow this."""

    def __init__(self, needs: May) -> None:
        super().__init__(f"Your role on this domain does not let you {needs.value}.")
        self.needs = needs


def roles_that_may(needs: May) -> frozenset[str]:
    """The roles that may do this."""
    return _ROLES[needs]


def domains_of(user: User, needs: May = May.READ) -> QuerySet[Domain]:
    """The domains on which this user may do this."""
    if not user.is_authenticated or not user.is_active:
        return Domain.objects.none()
    return Domain.objects.filter(memberships__user=user, memberships__role__in=_ROLES[needs])


def members_who(needs: May) -> QuerySet[Membership]:
    """The memberships, of all domains, whose people may do this there."""
    return Membership.objects.filter(role__in=_ROLES[needs], user__is_active=True)


def membership_of(user: User, domain_id: uuid.UUID | str) -> Membership:
    """The user's membership on a domain. Raises NotFound for strangers and for ids that are none."""
    try:
        return Membership.objects.select_related("domain").get(
            user_id=user.pk, domain_id=as_uuid(domain_id), user__is_active=True
        )
    except Membership.DoesNotExist:
        raise NotFound from None


def domain_for(user: User, domain_id: uuid.UUID | str, needs: May = May.READ) -> Domain:
    """The domain, for a user who may do this there.

    Raises NotFound for strangers, Forbidden for members whose role does not allow it.
    """
    membership = membership_of(user, domain_id)
    if membership.role not in _ROLES[needs]:
        raise Forbidden(needs)
    return membership.domain


def part_of(domain: Domain, rows: QuerySet[_M], pk: uuid.UUID | str) -> _M:
    """The one of these rows with this id, for whoever was let into its domain. Raises NotFound."""
    found = rows.filter(domain=domain, pk=as_uuid(pk)).first()
    if found is None:
        raise NotFound
    return found


def as_uuid(value: uuid.UUID | str) -> uuid.UUID:
    """An id from outside as a UUID. Raises NotFound for what is none: such a thing cannot exist."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise NotFound from None
