"""A user on a domain, and what the role lets them do."""

import uuid

from django.conf import settings
from django.db import models

from domains.models.domain import Domain


class Role(models.TextChoices):
    """What a member may do. Teams, beside it, are labels for routing only."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    OPERATOR = "operator", "Operator"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """One user on one domain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
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
