"""Reads. Those for people begin at domains/access.py."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import Presence, User
from accounts.presence import gone_since
from conversations.models import Conversation, Event, Visitor
from conversations.models.conversation import CURRENT_FIRST
from conversations.states import AWAITING_AFTER, IDLE_AFTER, Badge, Handler, Lifecycle
from domains import access
from domains.access import Forbidden, May, NotFound

JOINED = ("domain", "visitor", "operator")
# What a frame needs of an event.
EVENT_JOINED = ("message", "note")


def conversations_of(user: User, needs: May = May.READ) -> QuerySet[Conversation]:
    """The conversations of all domains on which this user may do this."""
    return Conversation.objects.filter(domain__in=access.domains_of(user, needs)).select_related(*JOINED)


def conversation_for(user: User, conversation_id: uuid.UUID | str, needs: May = May.READ) -> Conversation:
    """One conversation. Raises NotFound for strangers, Forbidden for members whose role does not allow it."""
    wanted = access.as_uuid(conversation_id)
    conversation = conversations_of(user).filter(pk=wanted).first()
    if conversation is None:
        raise NotFound
    if access.membership_of(user, conversation.domain_id).role not in access.roles_that_may(needs):
        raise Forbidden(needs)
    return conversation


def held_by_departed() -> QuerySet[Conversation]:
    """The conversations whose operator may no longer talk there. Not for people: the clock reads it."""
    talks = access.members_who(May.TALK).filter(user=OuterRef("operator"), domain=OuterRef("domain"))
    return Conversation.objects.filter(~Exists(talks), operator__isnull=False)


def held_by_absent() -> QuerySet[Conversation]:
    """Those in which a visitor waits for an operator who has gone, who waits longest first. The clock's, too."""
    consoles = Presence.objects.filter(user=OuterRef("operator"), seen_at__gt=gone_since())
    held = Conversation.objects.filter(lifecycle=Lifecycle.OPEN, operator__isnull=False)
    return held.filter(~Exists(consoles), awaiting_since__isnull=False).order_by("awaiting_since")


def with_badge(conversations: QuerySet[Conversation], now: datetime) -> QuerySet[Conversation]:
    """Annotate `badge_now`, the same word that states.badge() derives in Python."""
    open_ = Q(lifecycle=Lifecycle.OPEN)
    return conversations.annotate(
        badge_now=Case(
            When(~open_, then=Value(Badge.RESOLVED.value)),
            When(handler=Handler.OPERATOR, then=Value(Badge.HUMAN_ACTIVE.value)),
            When(requested_at__isnull=False, then=Value(Badge.TAKEOVER_REQUESTED.value)),
            When(missed_at__isnull=False, then=Value(Badge.AWAITING_RESPONSE.value)),
            When(awaiting_since__lte=now - AWAITING_AFTER, then=Value(Badge.AWAITING_RESPONSE.value)),
            When(last_activity_at__lte=now - IDLE_AFTER, then=Value(Badge.IDLE.value)),
            default=Value(Badge.AI_ACTIVE.value),
            output_field=CharField(),
        )
    )


def with_status(conversations: QuerySet[Conversation], status: str) -> QuerySet[Conversation]:
    """Those whose status is `unresolved`, `escalated` or `resolved`."""
    if status == "resolved":
        return conversations.exclude(lifecycle=Lifecycle.OPEN)
    escalated = Q(requested_at__isnull=False) | Q(handler=Handler.OPERATOR)
    conversations = conversations.filter(lifecycle=Lifecycle.OPEN)
    return conversations.filter(escalated) if status == "escalated" else conversations.exclude(escalated)


def with_handoff(conversations: QuerySet[Conversation], handoff: str) -> QuerySet[Conversation]:
    """Those of the list filter `ai_handling`, `escalated` (asked for, nobody there yet) or `agent_active`."""
    conversations = conversations.filter(lifecycle=Lifecycle.OPEN)
    if handoff == "agent_active":
        return conversations.filter(handler=Handler.OPERATOR)
    return conversations.filter(handler=Handler.AI, requested_at__isnull=handoff == "ai_handling")


def with_activity(conversations: QuerySet[Conversation], activity: str) -> QuerySet[Conversation]:
    """Those whose number of turns is `low` (under 5), `medium` (5 to 10) or `high` (over 10)."""
    ranges = {"low": Q(turns__lt=5), "medium": Q(turns__gte=5, turns__lte=10), "high": Q(turns__gt=10)}
    return conversations.filter(ranges[activity])


def searched(conversations: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those whose visitor's name or e-mail contains these words."""
    visitors = Visitor.objects.filter(Q(name__icontains=words) | Q(email__icontains=words))
    return conversations.filter(visitor__in=visitors)


def events_after(conversation: Conversation, n: int, limit: int = 200) -> list[Event]:
    """The team's events numbered above `n`, in order."""
    return list(
        Event.objects.filter(conversation=conversation, n__gt=n)
        .select_related(*EVENT_JOINED)
        .order_by("n")[:limit]
    )


def thread(conversation: Conversation, *, before_n: int | None = None, limit: int = 50) -> list[Event]:
    """The newest events, or those before a number, oldest first."""
    events = Event.objects.filter(conversation=conversation).select_related(*EVENT_JOINED)
    if before_n is not None:
        events = events.filter(n__lt=before_n)
    return list(events.order_by("-n")[:limit])[::-1]


def visitor_events_after(conversation_id: uuid.UUID, visitor_n: int, limit: int = 200) -> list[Event]:
    """The events a visitor may see, numbered above `visitor_n`, in order."""
    return list(
        Event.objects.filter(conversation=conversation_id, visitor_n__gt=visitor_n)
        .select_related("message")
        .order_by("visitor_n")[:limit]
    )


def latest_conversation_of(visitor_id: uuid.UUID) -> Conversation | None:
    """The conversation the visitor is in: the open one, else the newest."""
    return (
        Conversation.objects.filter(visitor=visitor_id)
        .select_related(*JOINED)
        .order_by(*CURRENT_FIRST)
        .first()
    )


def latest_conversations_of(visitor_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Conversation]:
    """The same for many visitors at once, by visitor; the rows alone, with nothing joined."""
    theirs = Conversation.objects.filter(visitor=OuterRef("pk")).order_by(*CURRENT_FIRST)
    latest = Visitor.objects.filter(pk__in=list(visitor_ids)).values_list(Subquery(theirs.values("pk")[:1]))
    return {row.visitor_id: row for row in Conversation.objects.filter(pk__in=latest)}


def heads_of(conversation_ids: list[uuid.UUID]) -> dict[str, int]:
    """The newest number of each, as the team counts."""
    rows = Conversation.objects.filter(pk__in=conversation_ids).values_list("pk", "head")
    return {str(pk): head for pk, head in rows}


def changed_since(domain_ids: list[uuid.UUID], since: datetime) -> list[Conversation]:
    """Conversations of these domains in which something happened since then: a deaf desk catches up from it."""
    return list(
        Conversation.objects.filter(domain__in=domain_ids, last_activity_at__gte=since).select_related(
            *JOINED
        )
    )


def ahead_of(domain_ids: list[uuid.UUID], known: dict[str, int]) -> list[Conversation]:
    """Of the conversations whose newest known numbers are given, those in which more has happened."""
    wanted = [uuid.UUID(c) for c in known]
    rows = Conversation.objects.filter(domain__in=domain_ids, pk__in=wanted).select_related(*JOINED)
    return [row for row in rows if row.head > known[str(row.pk)]]
