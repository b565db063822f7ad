"""The guard taken away, in the process of a control only: what the races would show without it.

Without the `lock` (and its transaction) everybody reads, decides and writes as they come; without the `fence` the AI
writes whatever epoch it has seen.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from conversations import arrivals, queries, transitions
from conversations.actions import escalation, handling, operators, representatives, visitors
from conversations.arrivals import VisitorSeen
from conversations.locking import CHANGING
from conversations.models import Conversation, Escalation, Event
from tests.support.contestant import Line


@contextmanager
def changing_without_lock(conversation_id: uuid.UUID) -> Iterator[Conversation]:
    """As locking.changing, without lock and transaction."""
    conversation = Conversation.objects.select_related("domain", "visitor", "operator").get(
        pk=conversation_id
    )
    before = conversation.head
    yield conversation
    if conversation.head != before:
        conversation.save(update_fields=CHANGING)


@contextmanager
def changing_talk_without_lock(seen: VisitorSeen) -> Iterator[Conversation]:
    """As arrivals.changing_talk_of, without lock and transaction."""
    newest = queries.latest_conversation_of(seen.id) or arrivals.begin(arrivals.visitor_of(seen))
    with changing_without_lock(newest.pk) as conversation:
        yield conversation


def take_away(line: Line, guard: str) -> None:
    """Take the lock, or the fence, away from this process."""
    if guard == "lock":
        for module in (escalation, handling, operators, representatives, visitors):
            module.changing = changing_without_lock  # type: ignore[attr-defined]
        for module in (escalation, visitors):
            module.changing_talk_of = changing_talk_without_lock  # type: ignore[attr-defined]
    if guard == "fence":
        transitions.ai_may_speak = lambda conversation, **_: None


def drop_constraints(line: Line) -> None:
    """Take the unique numbers and the other constraints of a talk out of the database."""
    for model in (Event, Conversation, Escalation):
        for constraint in list(model._meta.constraints):
            # SQLite makes the table anew from what the model says then.
            model._meta.constraints = [kept for kept in model._meta.constraints if kept is not constraint]
            with connection.schema_editor() as editor:
                editor.remove_constraint(model, constraint)
