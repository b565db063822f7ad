"""Words that the visitor may read."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations import states
from conversations.models.conversation import Conversation


class Message(models.Model):
    """What a visitor, the AI or an operator said."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author_kind = models.CharField(max_length=8, choices=states.ActorKind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    # The sender's own id for it: a repeat finds this row and writes nothing.
    client_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null is "none", and not unique
    # For the AI: the draft that was streamed, and [{"article": id, "title": …, "score": 0.81}, …].
    draft = models.CharField(max_length=40, blank=True)
    sources = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A resend is the same message, for ever.
            models.UniqueConstraint(
                fields=["conversation", "author_kind", "client_id"],
                condition=Q(client_id__isnull=False),
                name="one_message_per_client_id",
            ),
            # A draft becomes a message once, however often the turn runs.
            models.UniqueConstraint(
                fields=["conversation", "draft"], condition=~Q(draft=""), name="one_message_per_draft"
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_of_conversation"),
            models.Index(
                fields=["client_id"], name="message_by_client_id", condition=Q(client_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
