"""The one locking query: whoever changes a conversation holds its row until the commit.

PostgreSQL locks the row. SQLite has no row locks; there every transaction is IMMEDIATE (settings.py), so
writers follow one another anyway. Constraints and unique numbers stand under both.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet

from conversations.models import Conversation
from conversations.models.conversation import CURRENT_FIRST
from domains.access import NotFound

# What actions may change on the row, written back in one UPDATE when the block ends.
CHANGING = (
    "handler",
    "operator",
    "handling_epoch",
    "lifecycle",
    "head",
    "visitor_head",
    "turns",
    "last_text",
    "last_by",
    "last_by_name",
    "score",
    "score_reasons",
    "last_activity_at",
    "last_visitor_message_at",
    "last_operator_message_at",
    "last_visitor_message_n",
    "awaiting_since",
    "requested_at",
    "requested_cause",
    "requested_reason",
    "missed_at",
    "closed_at",
)


@contextmanager
def changing(conversation_id: uuid.UUID) -> Iterator[Conversation]:
    """Lock the conversation, let the block change it, save it, commit.

    Inside, the row is as the last committed change left it, and nobody else changes it. A refusal raised inside
    rolls everything back. Raises NotFound for an unknown id.
    """
    with transaction.atomic():
        yield from _saved(_lock(Conversation.objects.filter(pk=conversation_id)))


@contextmanager
def changing_talk_of(visitor_id: uuid.UUID, begin: Callable[[], Conversation]) -> Iterator[Conversation]:
    """The same with the talk a visitor is in: the open one, else the newest; `begin` makes one if there is none.

    Found and locked in one query, as every message of a visitor comes this way.
    """
    with transaction.atomic():
        newest = _lock(Conversation.objects.filter(visitor=visitor_id).order_by(*CURRENT_FIRST))
        yield from _saved(newest or _lock(Conversation.objects.filter(pk=begin().pk)))


def _saved(conversation: Conversation | None) -> Iterator[Conversation]:
    if conversation is None:
        raise NotFound
    before = _state(conversation)
    yield conversation
    if _state(conversation) != before:
        conversation.save(update_fields=CHANGING)


def _state(conversation: Conversation) -> list[object]:
    return [getattr(conversation, "operator_id" if name == "operator" else name) for name in CHANGING]


def _lock(rows: QuerySet[Conversation]) -> Conversation | None:
    """The first of the rows, locked, with all that a card needs.

    Two queries, never one: PostgreSQL, when it has waited for a locked row, gives the row as it is now but keeps the
    joined rows that it had found before. The operator who had just taken over would be missing.
    """
    if connection.features.has_select_for_update:
        found = rows.select_for_update().values_list("pk", flat=True)[:1]
        rows = Conversation.objects.filter(pk__in=list(found))
    return next(iter(rows.select_related("domain", "visitor", "operator")[:1]), None)
