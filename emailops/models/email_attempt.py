"""One try to send a mail."""

from django.db import models

from emailops.models.email_job import EmailJob


class AttemptOutcome(models.TextChoices):
    """How the try ended."""

    RUNNING = "running", "Running"
    SENT = "sent", "Sent"
    TEMPORARY = "temporary", "Temporary failure"
    PERMANENT = "permanent", "Permanent failure"
    # The connection or the worker broke off between the last byte and the answer.
    IN_DOUBT = "in_doubt", "In doubt"


class EmailAttempt(models.Model):
    """Where it ended and with which words of the server. Append-only, but for the steps of a running test."""

    job = models.ForeignKey(EmailJob, on_delete=models.CASCADE, related_name="attempt_rows")
    n = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    enhanced = models.CharField("enhanced code", max_length=12, blank=True)
    reply = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=9, choices=AttemptOutcome)
    # Of an SMTP test: [{"stage": "tls", "ok": true, "text": "TLSv1.3", "ms": 12}, …]
    steps = models.JSONField(default=list, blank=True)
    ms = models.PositiveIntegerField("milliseconds", default=0)
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["job", "id"], name="attempt_of_job")]

    def __str__(self) -> str:
        return f"{self.n}. {self.get_outcome_display()}"
