"""A console socket ends with what opened it: log-out, a new password, a revoked API token.

Django and allauth tell of sessions by signals of their own; this is only their way in. The heartbeat looks again
anyway, so a lost message costs seconds.
"""

import uuid
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from accounts import tokens
from accounts.models import User
from domains import publishing


def connect() -> None:
    """Listen. Called once, when the app is ready."""
    user_logged_out.connect(_logged_out, dispatch_uid="close sockets of the session")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(_new_password, dispatch_uid="close sockets of the person")
    tokens.when_revoked(_revoked)


def _logged_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    # Django sends this before it empties the session, so the key is still the one the sockets know.
    if user is not None and request.session.session_key:
        publishing.close_sockets(user.pk, credential=request.session.session_key)


def _new_password(sender: Any, user: User, **_: Any) -> None:
    publishing.close_sockets(user.pk)


def _revoked(user_id: uuid.UUID, token_id: uuid.UUID) -> None:
    publishing.close_sockets(user_id, credential=str(token_id))
