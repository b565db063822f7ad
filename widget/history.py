"""What a visitor's socket reads from the database, in the form in which it is sent. Synchronous."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from conversations import broadcast, limits, queries
from conversations.frames import for_visitors
from conversations.models import Conversation, Visitor
from domains.listed_origins import is_listed
from domains.models import Domain
from domains.origins import is_plausible

PAGE = 200


@dataclass(frozen=True)
class Told:
    """An event as its frame, with its number and epoch beside it."""

    n: int
    epoch: int
    frame: str


def domain_of(key: str) -> Domain | None:
    """The domain with this widget key."""
    return Domain.objects.filter(widget_key=key).first()


def is_listed_anywhere(origin: str | None) -> bool:
    """Whether some domain lists this page."""
    return origin is not None and is_plausible(origin) and is_listed(origin, lists_of_origins)


def lists_of_origins() -> Iterator[list[object]]:
    """The pages that each domain lists."""
    lists = Domain.objects.exclude(allowed_origins=[]).values_list("allowed_origins", flat=True)
    return lists.iterator()


def events_after(conversation_id: uuid.UUID | str, n: int) -> list[Told]:
    """The next events that the visitor may see."""
    conversation = Conversation.objects.select_related("domain").filter(pk=conversation_id).first()
    if conversation is None:
        return []
    told = []
    for event in queries.visitor_events_after(conversation.pk, n, PAGE):
        frame = for_visitors.frame(event, conversation)
        if frame is not None and event.visitor_n is not None:
            told.append(Told(event.visitor_n, event.epoch, broadcast.encode(frame)))
    return told


def ready(domain: Domain, visitor_id: uuid.UUID, conversation: Conversation | None) -> dict[str, Any]:
    """The state that a socket begins with. Without a conversation: that of one which has yet to begin."""
    operator = conversation.operator if conversation else None
    return {
        "t": "ready",
        "visitor": str(visitor_id),
        "conversation": str(conversation.pk) if conversation else None,
        "head": conversation.visitor_head if conversation else 0,
        "read": conversation.visitor_read_n if conversation else 0,
        "handler": conversation.handler if conversation else "ai",
        "operator": {"name": for_visitors.operator_name(operator.display_name, domain)} if operator else None,
        "lifecycle": conversation.lifecycle if conversation else "open",
        "known": {"email": bool(conversation and conversation.visitor.email)},
        "now": timezone.now().isoformat(),
        "limits": {
            "text": limits.VISITOR_CHARACTERS,
            "reason": limits.REASON_CHARACTERS,
            "message_gap_ms": domain.message_gap_ms,
            "takeover_timeout_s": domain.takeover_timeout_s,
        },
        "texts": {
            "name": domain.name,
            "representative": domain.representative_name,
            "greeting": domain.greeting,
        },
    }


def display_name(visitor_id: uuid.UUID) -> str:
    """How the team calls the visitor."""
    visitor = Visitor.objects.filter(pk=visitor_id).first()
    return visitor.display_name if visitor else Visitor().display_name
