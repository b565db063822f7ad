"""What the AI writes: always under the epoch it saw, checked inside the transaction that writes."""

import uuid
from typing import Any

from django.utils import timezone

from conversations import broadcast, limits, transitions
from conversations.escalations import open_escalation, spoken, withdraw
from conversations.events import Actor, Written, record
from conversations.locking import changing
from conversations.models import Event, Message
from conversations.states import ActorKind, EscalationCause, Kind, Lifecycle

# Facts that have a column of their own on the visitor.
_COLUMNS = {"name": 120, "email": 254, "phone": 40, "company": 120}


def post_reply(
    conversation_id: uuid.UUID,
    *,
    epoch: int,
    answers_n: int,
    text: str,
    draft: str,
    sources: list[dict[str, Any]] | None = None,
) -> Written:
    """The AI's finished reply to everything up to the visitor's message `answers_n`.

    Raises Stale when a person has taken over since, or the visitor has said more. The same draft again is the
    same message.
    """
    text = limits.checked(text, limits.OPERATOR_CHARACTERS)
    with changing(conversation_id) as conversation:
        known = Message.objects.filter(conversation=conversation, draft=draft).first()
        if known is not None:
            return Written(Event.objects.get(message=known), conversation, dup=True)
        transitions.ai_may_speak(conversation, epoch=epoch, answers_n=answers_n)
        actor = Actor.ai(conversation.domain)
        message = Message.objects.create(
            conversation=conversation,
            author_kind=ActorKind.AI,
            author_name=actor.name,
            text=text,
            draft=draft,
            sources=sources or [],
        )
        conversation.awaiting_since = None
        spoken(conversation, text, actor)
        event = record(conversation, Kind.MESSAGE, actor, message=message)
    return Written(event, conversation)


def leave_unanswered(conversation_id: uuid.UUID, *, epoch: int, answers_n: int) -> None:
    """The visitor's words up to `answers_n` need no reply, so nobody is awaited. Raises Stale."""
    with changing(conversation_id) as conversation:
        transitions.ai_may_speak(conversation, epoch=epoch, answers_n=answers_n)
        conversation.awaiting_since = None
    broadcast.card(conversation)


def request_person(
    conversation_id: uuid.UUID, *, epoch: int, answers_n: int, cause: str, reason: str
) -> Written:
    """The AI brings in a person, in the domain's own words. While one wish is open it is the same.

    Raises Stale when a person has taken over since, or the visitor has said more than `answers_n`: those words wait
    for an answer too.
    """
    with changing(conversation_id) as conversation:
        transitions.ai_may_speak(conversation, epoch=epoch, answers_n=answers_n)
        conversation.awaiting_since = None
        actor = Actor.ai(conversation.domain)
        return open_escalation(conversation, EscalationCause(cause), reason, actor)


def learn_facts(
    conversation_id: uuid.UUID,
    *,
    facts: dict[str, str],
    score: int,
    reasons: list[dict[str, Any]],
    read_n: int | None = None,
) -> Written | None:
    """What the talk told about the visitor, and the score that follows; also while a person speaks.

    None when nothing is new. What the visitor's own site has signed for stays, and so does what the visitor or the
    site has told after `read_n`, the newest event that was known to who read the facts.
    """
    with changing(conversation_id) as conversation:
        visitor = conversation.visitor
        if read_n is not None:
            told = Event.objects.filter(conversation=conversation, kind=Kind.IDENTIFIED, n__gt=read_n)
            since = {field for data in told.values_list("data", flat=True) for field in data}
            facts = {field: value for field, value in facts.items() if field not in since}
        columns = {key: facts[key][:length] for key, length in _COLUMNS.items() if facts.get(key)}
        changed = {key: value for key, value in columns.items() if getattr(visitor, key) != value}
        if visitor.verified:
            changed = {}
        if not changed and conversation.score == score and conversation.score_reasons == reasons:
            return None
        if changed:
            for key, value in changed.items():
                setattr(visitor, key, value)
            visitor.save(update_fields=list(changed))
        conversation.score = max(0, min(100, score))
        conversation.score_reasons = reasons
        told = Event.objects.filter(conversation=conversation, kind=Kind.FACTS_LEARNED).order_by("n")
        before = {
            key: value for data in told.values_list("data", flat=True) for key, value in data["facts"].items()
        }
        new = {key: value for key, value in facts.items() if before.get(key) != value}
        data = {"facts": new, "score": conversation.score}
        event = record(conversation, Kind.FACTS_LEARNED, Actor.ai(conversation.domain), data=data)
    return Written(event, conversation)


def resolve_confirmed(conversation_id: uuid.UUID, *, epoch: int, answers_n: int) -> Written:
    """The visitor confirmed that all is answered: the talk closes. Raises Stale."""
    with changing(conversation_id) as conversation:
        transitions.ai_may_speak(conversation, epoch=epoch, answers_n=answers_n)
        transitions.close(conversation, Lifecycle.RESOLVED, timezone.now(), confirmed=True)
        withdraw(conversation)
        event = record(conversation, Kind.RESOLVED, Actor.ai(conversation.domain), data={"confirmed": True})
    return Written(event, conversation)


def record_discard(conversation_id: uuid.UUID, *, draft: str, why: str) -> None:
    """Note for the team that a reply was thrown away, and why."""
    with changing(conversation_id) as conversation:
        record(
            conversation,
            Kind.REPLY_DISCARDED,
            Actor.ai(conversation.domain),
            data={"draft": draft, "why": why},
        )
