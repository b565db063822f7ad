"""Where mail leaves from."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from domains.fields import EncryptedTextField, Lost
from domains.models import Domain


class Security(models.TextChoices):
    """How the connection is protected."""

    TLS = "tls", "TLS"
    STARTTLS = "starttls", "STARTTLS"
    # Only where the administrator has named host and port in OUTBOUND_ALLOW.
    NONE = "none", "None"


class ServerState(models.TextChoices):
    """Whether mail may leave through it."""

    UNVERIFIED = "unverified", "Not tested yet"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    AUTH_FAILED = "auth_failed", "Log-in refused"


# The row that keeps the state of the built-in mail system, whose address comes from EMAIL_URL.
BUILT_IN_ID = uuid.UUID(int=1)


class MailServer(models.Model):
    """A domain's own SMTP server, or (without a domain) the state of the built-in mail system.

    Faults of the server are written here and burn no attempt of any mail: after one it is `paused` until
    `paused_until`, longer each time. `version` rises with every edit, which lifts a pause at once, so
    that the failure of an older configuration cannot pause a newer one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.OneToOneField(
        Domain, null=True, blank=True, on_delete=models.CASCADE, related_name="mail_server"
    )
    host = models.CharField("SMTP host", max_length=253, blank=True)
    port = models.PositiveIntegerField(
        "SMTP port", default=587, validators=[MinValueValidator(1), MaxValueValidator(65_535)]
    )
    security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    username = models.CharField("SMTP username", max_length=320, blank=True)
    password = EncryptedTextField("SMTP password", blank=True, default="")
    from_address = models.CharField(max_length=320, blank=True)
    from_name = models.CharField(max_length=120, blank=True)

    # Of a domain's own server; a worker that dies leaves at most one mail in doubt for each.
    max_connections = models.PositiveSmallIntegerField(
        "connections at once", default=1, validators=[MinValueValidator(1), MaxValueValidator(16)]
    )

    # Of all mail through it: so many in any so many seconds. Empty: as many as it takes.
    rate_count = models.PositiveIntegerField(
        "mails at most", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    rate_window_s = models.PositiveIntegerField(
        "in how many seconds", default=60, validators=[MinValueValidator(1), MaxValueValidator(86_400)]
    )

    state = models.CharField(max_length=11, choices=ServerState, default=ServerState.UNVERIFIED)
    paused_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField("failures in a row", default=0)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            # There is one built-in mail system.
            models.CheckConstraint(
                condition=Q(domain__isnull=False) | Q(id=BUILT_IN_ID),
                name="only_the_built_in_server_has_no_domain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.domain_id else "Built-in mail system"

    @property
    def why(self) -> str:
        """The last error as a part of a sentence."""
        return self.last_error.rstrip(".")

    @property
    def built_in(self) -> bool:
        """Whether this is the state of the built-in mail system."""
        return self.domain_id is None

    @property
    def connections(self) -> int:
        """How many connections it is given at once, over all workers: one alone tries it after a fault."""
        if self.failures:
            return 1
        return settings.EMAIL_CONNECTIONS if self.built_in else self.max_connections

    @property
    def password_lost(self) -> bool:
        """Whether one is stored that nobody can read any more, because FIELD_KEYS was changed."""
        return isinstance(self.password, Lost)

    @property
    def has_password(self) -> bool:
        """Whether a password is stored. The password itself is never shown."""
        return bool(self.password)
