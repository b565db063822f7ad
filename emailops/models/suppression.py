"""Who gets no bulk mail any more."""

import uuid

from django.conf import settings
from django.db import models

from domains.models import Domain


class SuppressionReason(models.TextChoices):
    """Why it is on the list."""

    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    BAD_ADDRESS = "bad_address", "Address does not exist"
    MANUAL = "manual", "Added by hand"


class Suppression(models.Model):
    """An address to which a domain sends no bulk mail. Alerts, invitations and other mail that somebody waits for
    are not silenced by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="suppressions")
    # As `same_key` writes it, so that two spellings of a mailbox are one row.
    address = models.CharField(max_length=320)
    reason = models.CharField(max_length=12, choices=SuppressionReason)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "address"], name="one_suppression_per_address"),
        ]
        indexes = [models.Index(fields=["domain", "-created_at", "-id"], name="suppression_page")]

    def __str__(self) -> str:
        return self.address
