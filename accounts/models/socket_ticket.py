"""A ticket that opens one console socket."""

import uuid

from django.conf import settings
from django.db import models


class SocketTicket(models.Model):
    """Fetched over a CSRF-protected POST, used once within 30 s; a hostile page can get none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Empty for a ticket fetched with an API token; otherwise the socket dies with the session.
    session_key = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ticket of {self.user_id}"
