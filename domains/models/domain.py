"""A website registered in Privas: the tenant."""

import secrets
import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction

from domains import listed_origins


def new_widget_key() -> str:
    """The public id by which a page names its domain. Not a secret."""
    return "pk_" + secrets.token_urlsafe(12).replace("-", "a").replace("_", "b")


class OperatorLabel(models.TextChoices):
    """Under which name operators speak."""

    NAME = "name", "Their own name"
    SUPPORT_AGENT = "support_agent", "Support Agent"


class Domain(models.Model):
    """One website with its own talk, knowledge, team, routing, mail server and words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    widget_key = models.CharField(max_length=40, unique=True, default=new_widget_key)
    # Exact origins ("https://acme.example"); "https://*.acme.example" stands for any subdomain.
    allowed_origins = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    representative_name = models.CharField(max_length=60, default="Ava")
    greeting = models.CharField(
        max_length=300, blank=True, default="Hi! Ask me anything, I answer right away."
    )
    brand_colour = models.CharField(
        max_length=7,
        default="#4338ca",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Write a colour as #4338ca.")],
    )
    operator_label = models.CharField(max_length=13, choices=OperatorLabel, default=OperatorLabel.NAME)
    # "Cautious" to "eager": added to the calibrated thresholds of the representative, -0.15 to 0.15.
    answer_eagerness = models.FloatField(
        default=0, validators=[MinValueValidator(-0.15), MaxValueValidator(0.15)]
    )

    takeover_timeout_s = models.PositiveIntegerField(
        "takeover timeout (seconds)",
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
    )
    control_timeout_s = models.PositiveIntegerField(
        "a request for control passes after (seconds)",
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(3_600)],
    )
    message_gap_ms = models.PositiveIntegerField(default=3000, validators=[MaxValueValidator(60_000)])
    operator_message_gap_ms = models.PositiveIntegerField(
        default=3000, validators=[MaxValueValidator(60_000)]
    )

    taken_over_text = models.CharField(
        max_length=500, default="You're now connected with a member of our team."
    )
    handed_back_text = models.CharField(
        max_length=500,
        default="You're back with our AI assistant — let me know if there's anything else I can help with.",
    )
    human_requested_text = models.CharField(
        max_length=500, default="Of course — let me bring in a team member. One moment."
    )
    takeover_timeout_text = models.CharField(
        max_length=500,
        default="Our team is unavailable right now — I'll make sure someone follows up with you shortly.",
    )

    new_conversation_alerts = models.BooleanField("alert about new conversations", default=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a change of the origins holds at once for handshakes with this process."""
        super().save(*args, **kwargs)
        transaction.on_commit(listed_origins.entries.forget)
