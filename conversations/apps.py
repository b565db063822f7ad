"""Talks between visitors, the representative and operators."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Listens for the end of sessions, to close their sockets."""

    name = "conversations"
    verbose_name = "Conversations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Only now may models be imported."""
        from conversations.live import sessions  # models are not loaded when this module is

        sessions.connect()
