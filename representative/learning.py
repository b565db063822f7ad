"""Keeping what a conversation tells: fact rows with their quotes, the visitor's card, the score.

Runs for the AI's turns and while a person speaks, so that nothing has to be asked again after a hand-back.
"""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from conversations.actions import representatives
from conversations.models import Event
from conversations.states import Kind, Lifecycle
from representative.context import Reading
from representative.facts.extraction import Fact, facts_of, latest
from representative.models import LeadFact
from representative.scoring import score_of

_COLUMNS = ("name", "email", "phone", "company")


def learn(reading: Reading, more: Iterable[Fact] = ()) -> dict[str, Fact]:
    """Write down what is new, and answer with the newest fact of each field that still holds."""
    conversation, visitor = reading.conversation, reading.conversation.visitor
    read = facts_of(reading.transcript, locale=visitor.locale, asked_by_ai=reading.asked)
    facts = _holding(_keep(conversation.pk, [*read, *more]), reading)
    if conversation.lifecycle != Lifecycle.OPEN:
        return facts
    row = {field: str(getattr(visitor, field)) for field in _COLUMNS}
    score, reasons = score_of(
        facts,
        reading.transcript,
        known=row,
        pages=[visitor.page_url, conversation.started_url],
        today=timezone.now().date(),
    )
    told = {field: fact.value for field, fact in facts.items()}
    nothing_new = score == conversation.score and reasons == conversation.score_reasons
    if nothing_new and all(row[field] == told[field] for field in _COLUMNS if field in told):
        return facts
    representatives.learn_facts(
        conversation.pk, facts=told, score=score, reasons=reasons, read_n=conversation.head
    )
    return facts


def _holding(facts: dict[str, Fact], reading: Reading) -> dict[str, Fact]:
    """Without those that the visitor, in the widget's form, or the site has told otherwise since.

    What was said before the talk was last opened has been written down then; what stands there now is newer.
    """
    row = {field: str(getattr(reading.conversation.visitor, field)) for field in _COLUMNS}
    differ = {field for field, fact in facts.items() if row.get(field) and row[field] != fact.value}
    if not differ:
        return facts
    told_n = dict.fromkeys(differ, reading.transcript[0].n)
    told = Event.objects.filter(conversation=reading.conversation, kind=Kind.IDENTIFIED).order_by("n")
    for n, data in told.values_list("n", "data"):
        told_n |= dict.fromkeys(differ & data.keys(), n)
    return {field: fact for field, fact in facts.items() if fact.n >= told_n.get(field, 0)}


def _keep(conversation_id: uuid.UUID, found: list[Fact]) -> dict[str, Fact]:
    """Rows for facts that have none yet; of each field all but the newest are superseded by it."""
    rows = list(LeadFact.objects.filter(conversation_id=conversation_id))
    seen = {(row.field, row.n) for row in rows}
    new = [fact for fact in found if (fact.field, fact.n) not in seen]
    held = [Fact(row.field, row.value, row.quote, row.n, row.source) for row in rows]
    if not new:
        return latest(held)
    with transaction.atomic():
        LeadFact.objects.bulk_create(
            [
                LeadFact(
                    conversation_id=conversation_id,
                    field=fact.field,
                    value=fact.value,
                    quote=fact.quote,
                    n=fact.n,
                    source=fact.source,
                )
                for fact in new
            ],
            # Two workers may read the same message; it says one thing.
            ignore_conflicts=True,
        )
        for field in {fact.field for fact in new}:
            of_field = LeadFact.objects.filter(conversation_id=conversation_id, field=field)
            newest = of_field.latest("n")
            of_field.filter(superseded_by=None).exclude(pk=newest.pk).update(superseded_by=newest)
    return latest([*held, *new])
