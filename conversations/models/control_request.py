"""A colleague's wish to hold a conversation that another operator holds."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations import states
from conversations.models.conversation import Conversation


class ControlRequest(models.Model):
    """The holder accepts or keeps; an absent holder's control passes when `due_at` has come."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="control_requests")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=9, choices=states.ControlRequestState, default=states.ControlRequestState.OPEN
    )
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # The holder decides about one colleague at a time.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state="open"),
                name="one_open_control_request_per_conversation",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="control_request_due", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.requester} asks for control ({self.state})"
