"""Tickets for the console socket.

A browser sends its cookie with any handshake, also one that a hostile page starts. A ticket is fetched over a
CSRF-protected POST instead, opens one socket within 30 s, and is worth nothing afterwards.
"""

import uuid
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import tokens
from accounts.models import ApiToken, SocketTicket, User

LIFETIME = timedelta(seconds=30)
_KEPT = timedelta(hours=1)


def issue(user: User, session_key: str = "", token: ApiToken | None = None) -> SocketTicket:
    """Make a ticket; its id is what the socket sends. The socket dies with the session or token behind it."""
    SocketTicket.objects.filter(user=user, created_at__lt=timezone.now() - _KEPT).delete()
    return SocketTicket.objects.create(user=user, session_key=session_key, token=token)


def redeem(ticket: str) -> SocketTicket | None:
    """Use a ticket up. None for one that is unknown, late, used, or whose person, session or token has gone.

    The conditional update decides who was first, so two sockets can never share a ticket.
    """
    try:
        ticket_id = uuid.UUID(ticket)
    except (ValueError, AttributeError, TypeError):
        return None
    now = timezone.now()
    fresh = SocketTicket.objects.filter(pk=ticket_id, used_at__isnull=True, created_at__gt=now - LIFETIME)
    if not fresh.update(used_at=now):
        return None
    row = SocketTicket.objects.select_related("user", "token").get(pk=ticket_id)
    return row if lives(row) else None


def lives(ticket: SocketTicket) -> bool:
    """Whether what the ticket was fetched with still opens doors. Rows are read anew: a socket keeps old ones."""
    if ticket.session_key:
        return session_lives(ticket.session_key, ticket.user)
    if ticket.token_id is not None:
        return tokens.lives(ticket.token_id)
    return User.objects.filter(pk=ticket.user_id, is_active=True).exists()


def reaches(ticket: SocketTicket, needed: tokens.Scope) -> bool:
    """Whether a socket of this ticket may do what needs this scope; a session has no scopes to limit it."""
    return ticket.token is None or tokens.reaches(ticket.token.scopes, needed)


def session_lives(session_key: str, user: User) -> bool:
    """Whether this session is still this user's: not logged out, no password changed, nobody locked out since."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if session.get(SESSION_KEY) != str(user.pk):
        return False
    fresh = User.objects.filter(pk=user.pk, is_active=True).first()
    if fresh is None:
        return False
    seal = session.get(HASH_SESSION_KEY, "")
    good = (fresh.get_session_auth_hash(), *fresh.get_session_auth_fallback_hash())
    return any(constant_time_compare(seal, one) for one in good)
