"""A talk between one visitor and whoever handles it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When

from conversations import states
from conversations.models.visitor import Visitor
from domains.models import Domain

# The talk a visitor is in: the open one, which may be an older one opened again; else the newest.
CURRENT_FIRST = (
    Case(When(lifecycle=states.Lifecycle.OPEN, then=Value(0)), default=Value(1)),
    "-created_at",
)


class Conversation(models.Model):
    """The row whose lock orders everything that happens in the talk.

    `head` counts every event, `visitor_head` those a visitor may see: two counters, so that a hidden note
    neither looks like a loss nor betrays itself. `handling_epoch` rises with every change of handler; every
    write of the AI or an operator carries the epoch it saw.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="conversations")
    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="conversations")

    handler = models.CharField(max_length=8, choices=states.Handler, default=states.Handler.AI)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="held_conversations",
    )
    handling_epoch = models.PositiveIntegerField(default=1)
    lifecycle = models.CharField(max_length=8, choices=states.Lifecycle, default=states.Lifecycle.OPEN)

    head = models.PositiveIntegerField(default=0)
    visitor_head = models.PositiveIntegerField(default=0)
    # The visitor's newest visible event that was on screen.
    visitor_read_n = models.PositiveIntegerField(default=0)

    # Kept beside the talk, so that a card or a row of a list costs no second query.
    turns = models.PositiveIntegerField(default=0)
    last_text = models.CharField(max_length=200, blank=True)
    last_by = models.CharField(max_length=8, choices=states.ActorKind, blank=True)
    last_by_name = models.CharField(max_length=120, blank=True)
    score = models.PositiveSmallIntegerField(default=0)
    # [{"points": 20, "reason": "Gave an e-mail address", "n": 7}, …]
    score_reasons = models.JSONField(default=list, blank=True)
    started_url = models.CharField(max_length=2000, blank=True)
    started_title = models.CharField(max_length=300, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    last_activity_at = models.DateTimeField(auto_now_add=True)
    last_visitor_message_at = models.DateTimeField(null=True, blank=True)
    last_operator_message_at = models.DateTimeField(null=True, blank=True)
    # The number of the visitor's newest message (as the team counts): a reply to an older one is late.
    last_visitor_message_n = models.PositiveIntegerField(default=0)
    # Since when the visitor waits for any answer.
    awaiting_since = models.DateTimeField(null=True, blank=True)
    # Since when a person is wished for, and since when that wish went unmet.
    requested_at = models.DateTimeField(null=True, blank=True)
    # Why, for the card: of the newest wish, met or not. The event has the whole reason.
    requested_cause = models.CharField(max_length=12, choices=states.EscalationCause, blank=True)
    requested_reason = models.CharField(max_length=200, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # A visitor has one open talk; a second tab joins it.
            models.UniqueConstraint(
                fields=["visitor"], condition=Q(lifecycle="open"), name="one_open_conversation_per_visitor"
            ),
            # Whoever reads either column knows the other.
            models.CheckConstraint(
                condition=Q(handler="operator", operator__isnull=False)
                | Q(handler="ai", operator__isnull=True),
                name="operator_exactly_when_handled_by_one",
            ),
            # A closed talk is held by nobody.
            models.CheckConstraint(
                condition=Q(lifecycle="open") | Q(handler="ai"), name="closed_talk_has_no_operator"
            ),
            models.CheckConstraint(
                condition=Q(visitor_head__lte=F("head")), name="visitor_counts_no_further_than_team"
            ),
        ]
        indexes = [
            # The lists: newest first within a domain, by lifecycle and overall, paged by keyset.
            models.Index(
                fields=["domain", "lifecycle", "-last_activity_at", "-id"], name="conversation_list"
            ),
            models.Index(fields=["domain", "-last_activity_at", "-id"], name="conversation_list_all"),
            models.Index(fields=["visitor", "-created_at"], name="conversation_of_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.visitor} on {self.domain}"

    @property
    def situation(self) -> states.Situation:
        """The facts from which badge and status follow."""
        return states.Situation(
            lifecycle=self.lifecycle,
            handler=self.handler,
            requested_at=self.requested_at,
            missed_at=self.missed_at,
            awaiting_since=self.awaiting_since,
            last_activity_at=self.last_activity_at,
        )

    def badge(self, now: datetime) -> states.Badge:
        """The badge at this moment."""
        return states.badge(self.situation, now)
