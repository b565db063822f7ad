"""A text column that is encrypted at rest."""

import base64
import hashlib
from functools import lru_cache
from typing import Any, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("Set FIELD_KEYS: secrets such as SMTP passwords are encrypted with it.")
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hashlib.sha256(k.encode()).digest())) for k in keys])


def encrypt(plain: str) -> str:
    """Encrypt with the newest of FIELD_KEYS. Raises ImproperlyConfigured without a key."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(plain.encode()).decode()


def decrypt(sealed: str, within_s: int | None = None) -> str:
    """Decrypt with whichever of FIELD_KEYS fits. Raises ImproperlyConfigured when none does, or it is too old."""
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(sealed.encode(), ttl=within_s).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            "A stored secret fits none of FIELD_KEYS: put the old key back at the end of the list."
        ) from None


class Lost(str):
    """A stored secret that none of FIELD_KEYS opens: empty for whoever reads it, and saved again as it was stored."""

    sealed: str

    def __new__(cls, sealed: str) -> Self:
        """Keep what is stored: the old key may come back."""
        lost = super().__new__(cls, "")
        lost.sealed = sealed
        return lost


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # not subscriptable when run
    """Plain in Python, sealed in the database (MultiFernet: AES-128-CBC with HMAC-SHA256).

    A page that shows the row must open all the same when a key was changed, so what cannot be read is Lost.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Seal on the way in."""
        if isinstance(value, Lost):
            return value.sealed
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Open on the way out."""
        try:
            return decrypt(value) if value else value
        except ImproperlyConfigured:
            return Lost(value)
