"""Who is told of what."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from domains.models import Domain, Role


class AlertEvent(models.TextChoices):
    """What a rule can be about."""

    NEW_CONVERSATION = "new_conversation", "New conversation"
    ESCALATION = "escalation", "Person requested"


class AlertRule(models.Model):
    """One event of a domain goes to one address, to all members of one role, or to all of one team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="alert_rules")
    event = models.CharField(max_length=16, choices=AlertEvent)
    address = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=8, choices=Role, blank=True)
    team = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A rule that names two things, or none, means nothing certain.
            models.CheckConstraint(
                condition=(~Q(address="") & Q(role="", team=""))
                | (~Q(role="") & Q(address="", team=""))
                | (~Q(team="") & Q(address="", role="")),
                name="alert_rule_names_exactly_one_recipient",
            ),
            models.UniqueConstraint(
                fields=["domain", "event", "address", "role", "team"],
                name="one_alert_rule_per_event_and_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} to {self.target}"

    @property
    def target(self) -> str:
        """Who is told, in words."""
        if self.address:
            return self.address
        return f"Role {self.get_role_display()}" if self.role else f"Team {self.team}"


class TemplateKind(models.TextChoices):
    """What a domain may word itself."""

    FOLLOW_UP = "follow_up", "Follow-up"
    TRANSCRIPT = "transcript", "Transcript"


class MailTemplate(models.Model):
    """A domain's own words for one kind of mail to visitors. Follow-ups are sent where there is an active one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="mail_templates")
    kind = models.CharField(max_length=10, choices=TemplateKind)
    subject = models.CharField(max_length=160)
    text = models.TextField(max_length=5_000)
    active = models.BooleanField(default=True)
    # Talks from before are not followed up.
    active_since = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["domain", "kind"], name="one_mail_template_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.domain}"
