"""A conversation with counters, and its messages."""

from django.db import models


class Conversation(models.Model):
    """One visitor's talk."""

    key = models.CharField(max_length=40, unique=True)
    domain = models.CharField(max_length=40)
    message_count = models.PositiveIntegerField(default=0)
    last_text = models.CharField(max_length=200, blank=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "plain_channels"

    def __str__(self) -> str:
        return self.key


class Message(models.Model):
    """What the visitor said."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    client_id = models.CharField(max_length=40)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "plain_channels"

    def __str__(self) -> str:
        return self.text
