"""A user on a domain, and what the role lets them do."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from domains.models.domain import Domain


class Role(models.TextChoices):
    """What a member may do. Teams, beside it, are labels for routing only."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    OPERATOR = "operator", "Operator"
    VIEWER = "viewer", "Viewer"


def delete_unless_last_owner(collector: Any, field: Any, memberships: Any, using: str) -> None:
    """With a person goes what they were on domains; the last owner of one stays. Raises ProtectedError.

    What `on_delete` of a foreign key calls.
    """
    leaving = list(memberships)
    owned = Membership.objects.using(using).filter(
        domain__in=[one.domain_id for one in leaving], role=Role.OWNER
    )
    staying = set(owned.exclude(pk__in=[one.pk for one in leaving]).values_list("domain_id", flat=True))
    last = {one for one in leaving if one.role == Role.OWNER and one.domain_id not in staying}
    if last:
        raise models.ProtectedError("A domain without an owner could never be managed again.", last)
    models.CASCADE(collector, field, memberships, using)


class Membership(models.Model):
    """One user on one domain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=delete_unless_last_owner, related_name="memberships"
    )
    role = models.CharField(max_length=8, choices=Role)
    # Labels such as "Sales", "Support", "Engineering", or the domain's own.
    teams = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A person is on a domain once, with one role.
            models.UniqueConstraint(fields=["domain", "user"], name="one_membership_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.domain} ({self.role})"
