"""The visitor's token: a signed proof of who is in the widget.

Nothing is stored, so an idle widget costs no row and a stolen database holds nothing usable. The signature is
salted with the domain, so a token of one domain is worth nothing on another.
"""

import base64
import binascii
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

PREFIX = "vt_"
LIVES = timedelta(days=30)
REFRESH_AFTER = timedelta(days=1)
_NONCE_BYTES = 16


class TokenRefused(Exception):
    """The token is broken, expired, or of another domain; which of them is nobody's business."""


@dataclass(frozen=True)
class Session:
    """Who the token says it is. `fresh` is a token to hand out in its place, where the time has come."""

    visitor_id: uuid.UUID
    fresh: str | None


def begin(domain_id: uuid.UUID) -> Session:
    """A new visitor of this domain."""
    visitor_id = uuid.uuid4()
    return Session(visitor_id, fresh=token_for(domain_id, visitor_id))


def resume(domain_id: uuid.UUID, token: str) -> Session:
    """The visitor whom this token proves. Raises TokenRefused.

    A token older than a day comes back with a fresh one, so whoever visits at least monthly stays known.
    """
    if not token.startswith(PREFIX):
        raise TokenRefused
    signer = _signer(domain_id)
    try:
        payload = signer.unsign(token.removeprefix(PREFIX), max_age=LIVES)
        packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        issued_at = signing.b62_decode(token.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, binascii.Error):
        raise TokenRefused from None
    if len(packed) != 16 + _NONCE_BYTES:
        raise TokenRefused
    visitor_id = uuid.UUID(bytes=packed[:16])
    age = datetime.now(UTC) - datetime.fromtimestamp(issued_at, UTC)
    return Session(visitor_id, fresh=token_for(domain_id, visitor_id) if age > REFRESH_AFTER else None)


def token_for(domain_id: uuid.UUID, visitor_id: uuid.UUID) -> str:
    """A new token. 128 random bits ride along, so that no two tokens of a visitor are alike."""
    packed = visitor_id.bytes + secrets.token_bytes(_NONCE_BYTES)
    payload = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    return PREFIX + _signer(domain_id).sign(payload)


def _signer(domain_id: uuid.UUID) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"widget.visitor.{domain_id}")
