"""The one locking query: whoever changes a conversation holds its row until the commit.

PostgreSQL locks the row. SQLite has no row locks; there every transaction is IMMEDIATE (settings.py), so
writers follow one another anyway. Constraints and unique numbers stand under both.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from conversations.models import Conversation
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
        conversation = lock(conversation_id)
        before = _state(conversation)
        yield conversation
        if _state(conversation) != before:
            conversation.save(update_fields=CHANGING)


def _state(conversation: Conversation) -> list[object]:
    return [getattr(conversation, "operator_id" if name == "operator" else name) for name in CHANGING]


def lock(conversation_id: uuid.UUID) -> Conversation:
    """The locked row, with all that a card needs. Call it inside a transaction only.

    Two queries, never one: PostgreSQL, when it has waited for a locked row, gives the row as it is now but keeps the
    joined rows that it had found before. The operator who had just taken over would be missing.
    """
    try:
        if connection.features.has_select_for_update:
            Conversation.objects.select_for_update().only("pk").get(pk=conversation_id)
        return Conversation.objects.select_related("domain", "visitor", "operator").get(pk=conversation_id)
    except Conversation.DoesNotExist:
        raise NotFound from None
