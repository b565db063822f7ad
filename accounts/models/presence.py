"""An open console."""

import uuid

from django.conf import settings
from django.db import models


class Presence(models.Model):
    """One open socket of a console. While it is refreshed, its person is there (accounts/presence.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"console of {self.user_id}"
