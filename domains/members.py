"""Founding and closing a domain, and who is on it.

A domain always has an owner, and only owners make or unmake owners. Each change of people runs under the
domain's lock, so two of them see one another.
"""

import uuid
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from domains.access import Forbidden, May, NotFound, as_uuid, membership_of, roles_that_may
from domains.locking import lock
from domains.models import Domain, Membership, Role
from domains.publishing import Pair, publish, recheck_sockets, user_group, widgets_group


class LastOwner(Exception):
    """A domain without an owner could never be managed again."""

    code = "last_owner"
    http_status = 409

    def __init__(self) -> None:
        super().__init__("This is the last owner. Make somebody else an owner first.")

    def details(self) -> dict[str, object]:
        """Nothing more to say."""
        return {}


class AlreadyMember(Exception):
    """The person is on the domain."""

    code = "already_member"
    http_status = 409

    def __init__(self) -> None:
        super().__init__("This person is a member already. Change the membership instead.")

    def details(self) -> dict[str, object]:
        """Nothing more to say."""
        return {}


def found_domain(founder: User, **fields: Any) -> Domain:
    """Make a domain with its founder as owner."""
    with transaction.atomic():
        domain = Domain.objects.create(**fields)
        Membership.objects.create(domain=domain, user=founder, role=Role.OWNER)
    return domain


def close_domain(user: User, domain_id: uuid.UUID | str) -> None:
    """Delete a domain with all that is in it, and shut its sockets. Raises NotFound, Forbidden."""
    membership = membership_of(user, domain_id)
    _must_may(membership, May.OWN)
    with transaction.atomic():
        domain = lock(membership.domain_id)
        let_go_of_sockets(domain)
        domain.delete()


def let_go_of_sockets(domain: Domain) -> None:
    """The domain is about to be deleted: after commit its visitors' sockets close, and its people's look again.

    Call it in the transaction of the deletion, while it is still known who was there.
    """
    people = Membership.objects.filter(domain=domain).values_list("user_id", flat=True)
    pairs: list[Pair] = [(user_group(one), {"type": "recheck"}) for one in people]
    pairs.append((widgets_group(domain.pk), {"type": "close_socket", "code": 4403}))
    transaction.on_commit(partial(publish, pairs))


def add_member(
    user: User, domain_id: uuid.UUID | str, *, email: str, role: str, teams: list[str]
) -> Membership:
    """Put a person on the domain; one who never signed in gets an account, opened by a password reset.

    Status and shape of the answer are the same for a known and an unknown address; but members read one another's
    names, so whoever adds a person who chose a name here can tell that they were known.
    Raises NotFound, Forbidden, AlreadyMember.
    """
    with transaction.atomic():
        _allowed(user, domain_id, touching=(role,))
        person = _person(email)
        if Membership.objects.filter(domain_id=domain_id, user=person).exists():
            raise AlreadyMember
        return Membership.objects.create(domain_id=domain_id, user=person, role=role, teams=teams)


def change_member(
    user: User, domain_id: uuid.UUID | str, member_id: uuid.UUID | str, **changes: Any
) -> Membership:
    """Change a role or teams. Raises NotFound, Forbidden, LastOwner."""
    with transaction.atomic():
        _allowed(user, domain_id)
        member = member_of(domain_id, member_id)
        role = changes.get("role", member.role)
        if role != member.role:
            _allowed(user, domain_id, touching=(role, member.role))
            _must_leave_an_owner(member)
        for name, value in changes.items():
            setattr(member, name, value)
        if changes:
            member.save(update_fields=list(changes))
    return member


def remove_member(user: User, domain_id: uuid.UUID | str, member_id: uuid.UUID | str) -> None:
    """Take a person off the domain and close their sockets. Anybody may leave by themselves.

    Raises NotFound, Forbidden, LastOwner.
    """
    with transaction.atomic():
        membership_of(user, domain_id)
        lock(as_uuid(domain_id))
        member = member_of(domain_id, member_id)
        if member.user_id != user.pk:
            _allowed(user, domain_id, touching=(member.role,))
        _must_leave_an_owner(member)
        member.delete()
        transaction.on_commit(partial(recheck_sockets, member.user_id))


def _person(email: str) -> User:
    """Who signs in with this address, made now if nobody does; two who ask at once get the same."""
    known = User.objects.filter(email__iexact=email)
    try:
        with transaction.atomic():
            return known.first() or User.objects.create_user(email)
    except IntegrityError:
        return known.get()


def _allowed(user: User, domain_id: uuid.UUID | str, touching: tuple[str, ...] = ()) -> None:
    """The user manages this domain, and owns it where an owner's role is given or taken; it is locked now."""
    _must_may(membership_of(user, domain_id), May.MANAGE)
    lock(as_uuid(domain_id))
    # Read again under the lock: a colleague may just have taken the role away.
    _must_may(membership_of(user, domain_id), May.OWN if Role.OWNER in touching else May.MANAGE)


def _must_may(membership: Membership, needs: May) -> None:
    if membership.role not in roles_that_may(needs):
        raise Forbidden(needs)


def member_of(domain_id: uuid.UUID | str, member_id: uuid.UUID | str) -> Membership:
    """A membership of this domain, for whoever was let through its door. Raises NotFound."""
    try:
        return Membership.objects.select_related("user").get(pk=as_uuid(member_id), domain_id=domain_id)
    except Membership.DoesNotExist:
        raise NotFound from None


def _must_leave_an_owner(leaving: Membership) -> None:
    owners = Membership.objects.filter(domain_id=leaving.domain_id, role=Role.OWNER)
    if leaving.role == Role.OWNER and not owners.exclude(pk=leaving.pk).exists():
        raise LastOwner
