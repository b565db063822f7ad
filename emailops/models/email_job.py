"""One mail to one recipient."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from domains.models import Domain
from emailops.models.bulk_send import BulkSend, BulkState
from emailops.models.email_content import EmailContent
from emailops.models.mail_server import MailServer
from emailops.placeholders import filled


class EmailKind(models.TextChoices):
    """What the mail is for."""

    NEW_CONVERSATION = "new_conversation", "New conversation"
    ESCALATION = "escalation", "Escalation"
    FOLLOW_UP = "follow_up", "Follow-up"
    INVITATION = "invitation", "Invitation"
    MANUAL = "manual", "Manual"
    BULK = "bulk", "Bulk"
    SMTP_TEST = "smtp_test", "SMTP test"
    ACCOUNT = "account", "Account"
    TRANSCRIPT = "transcript", "Transcript"


class EmailStatus(models.TextChoices):
    """Where the mail is on its way."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    RETRYING = "retrying", "Retrying"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"
    CANCELLED = "cancelled", "Cancelled"
    SUPPRESSED = "suppressed", "Suppressed"
    HELD = "held", "Held"
    # It may have been delivered: the server broke off at the last moment.
    UNKNOWN = "unknown", "Unknown"


# Their bodies hold links that let their bearer in: a new password, a place in the team.
_LETTING_IN = (EmailKind.ACCOUNT, EmailKind.INVITATION)
WHY_WIPED = "The text was removed, as it is kept for a limited time."
WHY_NO_BODY = "The text holds a link that lets its bearer in, so only its recipient reads it."

# The stage of a mail that was kept as a file.
FILED = "file"

# Rows that a worker may claim, and rows with which nothing more happens by itself.
WAITING = (EmailStatus.QUEUED, EmailStatus.RETRYING)
MOVING = (*WAITING, EmailStatus.SENDING)
# Rows that may still leave, by themselves or by a person.
UNSENT = (*MOVING, EmailStatus.HELD)


class EmailJob(models.Model):
    """A row of the queue, and the record of what became of it.

    A row that a worker holds is moved by emailops/settling.py and statements.py only, always under its `lease_token`,
    so a worker that comes back late changes nothing. `dot_at` is set just before the last byte leaves: a dead
    worker's row without it was provably not delivered. `about` is the conversation it belongs to, as a
    plain id: mail knows nothing of conversations.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Null only for mail to an account as such (a forgotten password).
    domain = models.ForeignKey(
        Domain, null=True, blank=True, on_delete=models.CASCADE, related_name="email_jobs"
    )
    # Null is the built-in mail system, also for what was queued for a server that has been removed since. A test
    # names whatever it tests.
    server = models.ForeignKey(
        MailServer, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    content = models.ForeignKey(EmailContent, on_delete=models.RESTRICT, related_name="jobs")
    kind = models.CharField(max_length=16, choices=EmailKind)
    status = models.CharField(max_length=10, choices=EmailStatus, default=EmailStatus.QUEUED)
    # Smaller goes first.
    priority = models.PositiveSmallIntegerField(default=4)
    recipient = models.CharField(max_length=320)
    recipient_name = models.CharField(max_length=120, blank=True)
    about = models.UUIDField(null=True, blank=True)
    bulk_send = models.ForeignKey(
        BulkSend, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )

    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=8)
    run_after = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    dot_at = models.DateTimeField(null=True, blank=True)

    # Never made anew: receivers can fold two copies of one mail together.
    message_id = models.CharField(max_length=320, unique=True)
    idempotency_key = models.CharField(max_length=400, null=True, blank=True, unique=True)

    last_stage = models.CharField(max_length=10, blank=True)
    last_code = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A row is held by a worker exactly while it is being sent.
            models.CheckConstraint(
                condition=Q(status="sending", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(status="sending") & Q(lease_token__isnull=True)),
                name="email_job_is_leased_while_sending",
            ),
        ]
        indexes = [
            # The claim: due rows of one server, the urgent first.
            models.Index(
                fields=["server", "priority", "run_after", "id"],
                name="email_job_due",
                condition=Q(status__in=["queued", "retrying"]),
            ),
            # Whose turn it is, where several domains send bulk mail through one server.
            models.Index(
                fields=["server", "domain", "run_after", "id"],
                name="email_job_turns",
                condition=Q(status__in=["queued", "retrying"], kind="bulk"),
            ),
            # How much of a server's rate is spent.
            models.Index(fields=["server", "sent_at"], name="email_job_sent", condition=Q(status="sent")),
            models.Index(fields=["lease_until"], name="email_job_leased", condition=Q(status="sending")),
            models.Index(
                fields=["expires_at"],
                name="email_job_expiring",
                condition=Q(status__in=["queued", "retrying"]),
            ),
            # The page: newest first within a domain, by status and overall, paged by keyset.
            models.Index(fields=["domain", "-created_at", "-id"], name="email_job_page"),
            models.Index(fields=["domain", "status", "-created_at", "-id"], name="email_job_page_by_status"),
            models.Index(fields=["about"], name="email_job_about", condition=Q(about__isnull=False)),
            # How far a bulk send has come.
            models.Index(
                fields=["bulk_send", "status"], name="email_job_bulk", condition=Q(bulk_send__isnull=False)
            ),
            # The newest test of a server; few rows among many.
            models.Index(
                fields=["server", "-created_at", "-id"], name="email_job_tests", condition=Q(kind="smtp_test")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.recipient}"

    @property
    def moving(self) -> bool:
        """Whether something will still happen to it by itself."""
        return self.status in MOVING

    @property
    def filed(self) -> bool:
        """Whether it was kept as a file, where no mail server is set, and has come to nobody."""
        return self.status == EmailStatus.SENT and self.last_stage == FILED

    @property
    def halted(self) -> str:
        """The state of its bulk send, where that keeps it from leaving."""
        send = self.bulk_send
        return "" if send is None or send.state == BulkState.RUNNING else send.get_state_display().lower()

    @property
    def lets_in(self) -> bool:
        """Whether nobody but the recipient may read the body."""
        return self.kind in _LETTING_IN

    @property
    def facts(self) -> dict[str, str]:
        """What is known of the recipient, for the placeholders of a bulk mail."""
        name = self.recipient_name
        return {"name": name, "first_name": name.split(" ")[0], "email": self.recipient}

    @property
    def subject(self) -> str:
        """The subject as this recipient reads it."""
        return filled(self.content.subject, self.facts) if self.bulk_send_id else self.content.subject
