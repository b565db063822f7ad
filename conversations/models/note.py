"""Words that only the team may read. Kept apart from messages, so that no query can mix them up."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.conversation import Conversation


class Note(models.Model):
    """An internal note on a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=120)
    text = models.TextField()
    client_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null is "none", and not unique
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=Q(client_id__isnull=False),
                name="one_note_per_client_id",
            ),
        ]

    def __str__(self) -> str:
        return f"Note of {self.author_name}"
