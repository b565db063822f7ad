"""What every page of the console knows: who looks, at which domains, with which role."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from domains.access import May, NotFound, as_uuid, roles_that_may
from domains.models import Domain, Membership


@dataclass(frozen=True)
class Workspace:
    """The domains of the person, and the one that the page is about, if it is about one."""

    user: User | None = None
    memberships: list[Membership] = field(default_factory=list)
    current: Domain | None = None
    role: str = ""
    # Value, word and icon of the themes to choose from.
    themes: tuple[tuple[str, str, str], ...] = (
        ("auto", "As the system", "monitor"),
        ("light", "Light", "sun"),
        ("dark", "Dark", "moon"),
    )

    @property
    def domains(self) -> list[Domain]:
        """All domains of the person, by name."""
        return [membership.domain for membership in self.memberships]

    @property
    def may_manage(self) -> bool:
        """Whether the person may change the settings of the current domain."""
        return self.role in roles_that_may(May.MANAGE)

    @property
    def may_talk(self) -> bool:
        """Whether the person may speak to visitors on any domain."""
        return any(membership.role in roles_that_may(May.TALK) for membership in self.memberships)

    @property
    def for_scripts(self) -> dict[str, Any]:
        """Who looks, at which desks, and on which domains they may write."""
        me = {"id": str(self.user.pk), "name": self.user.display_name} if self.user else None
        talkers = roles_that_may(May.TALK)
        return {
            "me": me,
            "domains": [str(one.domain_id) for one in self.memberships],
            "talk": [str(one.domain_id) for one in self.memberships if one.role in talkers],
        }


def workspace(request: HttpRequest) -> dict[str, Any]:
    """Context processor; asks the database only when a template does."""
    return {"workspace": SimpleLazyObject(lambda: workspace_of(request))}


def workspace_of(request: HttpRequest) -> Workspace:
    """The workspace of this request's user; empty without a session."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        user = getattr(user, "_wrapped", None)
    if not isinstance(user, User) or not user.is_active:
        return Workspace()
    memberships = list(
        Membership.objects.filter(user=user).select_related("domain").order_by("domain__name", "domain_id")
    )
    wanted = _chosen(request)
    chosen = next((one for one in memberships if one.domain_id == wanted), None)
    if chosen is None and len(memberships) == 1:
        chosen = memberships[0]
    return Workspace(user, memberships, chosen.domain if chosen else None, chosen.role if chosen else "")


def choose(request: HttpRequest) -> None:
    """Remember the domain that `?domain=` names; an empty value means all of them."""
    value = request.GET.get("domain")
    if value is not None and value != request.session.get("domain", ""):
        request.session["domain"] = value[:36]


def _chosen(request: HttpRequest) -> uuid.UUID | None:
    match = request.resolver_match
    value = match.kwargs.get("domain_id") if match else None
    if value is None:
        value = request.GET.get("domain", request.session.get("domain", ""))
    try:
        return as_uuid(value) if value else None
    except NotFound:
        return None
