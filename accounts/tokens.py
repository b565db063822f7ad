"""API tokens: made once, shown once, kept as a hash."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils import timezone

from accounts.models import ApiToken, User

PREFIX = "pvt_"
# 256 random bits; the hash needs no salt or stretching, there is nothing to guess.
_BYTES = 32
# A busy token would otherwise cost a write with every request.
_NOTE_USE_EVERY = timedelta(minutes=1)
Listener = Callable[[uuid.UUID, uuid.UUID], None]
_listeners: list[Listener] = []


class Scope(TextChoices):
    """How far a token reaches, each step including the one before; never further than its person does."""

    READ = "read", "Read"
    TALK = "talk", "Talk to visitors"
    MANAGE = "manage", "Change domains"


_LADDER = [Scope.READ, Scope.TALK, Scope.MANAGE]


class UnknownScope(ValueError):
    """A scope was asked for that does not exist."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"There is no scope {scope!r}. Choose from: {', '.join(Scope.values)}.")


def mint(user: User, *, name: str, scopes: Iterable[str] = ()) -> tuple[ApiToken, str]:
    """Make a token; the second value is the secret, which nobody can read again.

    Without scopes it may do all that the person may do. Raises UnknownScope.
    """
    wanted = list(dict.fromkeys(scopes))
    for scope in wanted:
        if scope not in Scope.values:
            raise UnknownScope(scope)
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    return ApiToken.objects.create(user=user, name=name, hash=_digest(secret), scopes=wanted), secret


def verify(secret: str) -> ApiToken | None:
    """The living token of an active person behind this secret. Looked up by hash, so time tells nothing."""
    if not secret.startswith(PREFIX):
        return None
    token = (
        ApiToken.objects.select_related("user")
        .filter(hash=_digest(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if token is not None:
        _note_use(token)
    return token


def lives(token_id: uuid.UUID) -> bool:
    """Whether this token still opens doors: not revoked, and its person may sign in."""
    return ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True, user__is_active=True).exists()


def revoke(token: ApiToken) -> None:
    """End a token for good; the first moment counts. Sockets that it opened are told after commit."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        for tell in _listeners:
            transaction.on_commit(partial(tell, token.user_id, token.pk))


def when_revoked(tell: Listener) -> None:
    """Have this called with the person's and the token's id. Sockets live above: the call goes up, not the import."""
    _listeners.append(tell)


def reaches(scopes: Iterable[str], needed: Scope) -> bool:
    """Whether a token of these scopes may do what needs this one. No scopes: no limit."""
    held = list(scopes)
    return not held or max(_LADDER.index(Scope(scope)) for scope in held) >= _LADDER.index(needed)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    due = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - _NOTE_USE_EVERY)
    if token.last_used_at is None or token.last_used_at < now - _NOTE_USE_EVERY:
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=now)
