"""What a console's socket reads from the database, in the form in which it is sent. Synchronous."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from conversations import broadcast, queries
from domains import access

# Events a console reads at once while it catches up.
PAGE = 200
# A desk that was deaf for so long is told what changed meanwhile.
DESK_LOOKS_BACK = timedelta(minutes=2)


def domain_ids(user: User) -> list[uuid.UUID]:
    """The domains that this person may see now, whatever they might when the socket opened."""
    fresh = User.objects.filter(pk=user.pk, is_active=True).first()
    return list(access.domains_of(fresh).values_list("pk", flat=True)) if fresh else []


def events_after(user: User, conversation_id: str, n: int) -> list[dict[str, Any]]:
    """The next events of a thread."""
    conversation = queries.conversation_for(user, conversation_id)
    return [
        broadcast.team_message(event, conversation) for event in queries.events_after(conversation, n, PAGE)
    ]


def known_heads(after: dict[str, Any]) -> dict[str, int]:
    """Of what a console says to know, the numbers of conversations; of more than any desk shows, some."""
    return {c: n for c, n in list(after.items())[:500] if isinstance(n, int) and _is_uuid(c)}


def cards_ahead_of(desks: list[uuid.UUID], known: dict[str, int]) -> list[dict[str, Any]]:
    """The cards of these domains that changed lately, and those in which more happened than is known."""
    changed = queries.changed_since(desks, timezone.now() - DESK_LOOKS_BACK)
    both = {row.pk: row for row in [*changed, *queries.ahead_of(desks, known)]}
    return [broadcast.card_message(row) for row in both.values()]


def cards_changed(desks: list[uuid.UUID], known: dict[str, int]) -> list[dict[str, Any]]:
    """Of the cards that changed lately, those in which more happened than is known."""
    changed = queries.changed_since(desks, timezone.now() - DESK_LOOKS_BACK) if desks else []
    return [broadcast.card_message(row) for row in changed if row.head > known.get(str(row.pk), 0)]


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
