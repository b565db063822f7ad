"""An open wish for a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations import states
from conversations.models.conversation import Conversation


class Escalation(models.Model):
    """Why a person is wished for, until when, and what became of it. The clock finds it by `due_at`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="escalations")
    cause = models.CharField(max_length=12, choices=states.EscalationCause)
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=9, choices=states.EscalationState, default=states.EscalationState.OPEN
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Asking twice while the first wish is open is one wish.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state="open"),
                name="one_open_escalation_per_conversation",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="escalation_due", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} ({self.state})"
