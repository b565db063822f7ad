"""One mail to many."""

import uuid

from django.conf import settings
from django.db import models

from domains.models import Domain
from emailops.models.email_content import EmailContent


class BulkState(models.TextChoices):
    """What people have decided about it. That it is done is seen from its mails."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Stopped"


class BulkSend(models.Model):
    """A subject and a body, stored once, to a list of recipients: each is an EmailJob of its own.

    Its id is made where the form is, so that a button pressed twice is one send. How far it has come is counted
    from the jobs.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="bulk_sends")
    content = models.ForeignKey(EmailContent, on_delete=models.RESTRICT, related_name="+")
    state = models.CharField(max_length=9, choices=BulkState, default=BulkState.RUNNING)
    # What was given and is no recipient: [{"address": "a@b", "reason": "duplicate"}, …]
    skipped = models.JSONField(default=list)
    run_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["domain", "-created_at", "-id"], name="bulk_send_page"),
            models.Index(fields=["state"], name="bulk_send_halted", condition=~models.Q(state="running")),
        ]

    def __str__(self) -> str:
        return self.content.subject
