"""A ticket that opens one console socket."""

import uuid

from django.conf import settings
from django.db import models

from accounts.models.api_token import ApiToken


class SocketTicket(models.Model):
    """Fetched over a CSRF-protected POST, used once within 30 s; a hostile page can get none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # What it was fetched with, one or the other; the socket dies with it.
    session_key = models.CharField(max_length=40, blank=True)
    token = models.ForeignKey(ApiToken, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ticket of {self.user_id}"

    @property
    def credential(self) -> str:
        """The session's key or the token's id: by it the socket is told when it ends."""
        return self.session_key or str(self.token_id or "")
