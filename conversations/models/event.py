"""One numbered thing that happened in a conversation."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations import states
from conversations.models.conversation import Conversation


class Event(models.Model):
    """Timeline, resume cursor, gap alarm, audit of a talk and outbox, in one append-only row.

    Numbers are taken under the conversation's lock, in the transaction that writes what they number; a
    cursor of serial ids would skip rows that become visible out of order. Written by events.record() only.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="events")
    n = models.PositiveIntegerField()
    # Null where the visitor must not know that anything happened.
    visitor_n = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=20, choices=states.Kind)
    actor_kind = models.CharField(max_length=8, choices=states.ActorKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=120, blank=True)
    epoch = models.PositiveIntegerField()
    message = models.ForeignKey(
        "conversations.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    note = models.ForeignKey(
        "conversations.Note", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    escalation = models.ForeignKey(
        "conversations.Escalation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    # Since when nobody need wake its reactions any more; null is work for the sweep.
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "n"], name="event_numbers_without_doubles"),
            models.UniqueConstraint(
                fields=["conversation", "visitor_n"], name="visitor_numbers_without_doubles"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="event_not_relayed", condition=Q(relayed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.n} {self.kind}"
