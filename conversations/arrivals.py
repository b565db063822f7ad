"""From the person a socket describes to the rows: a visitor and a conversation exist from the first act on."""

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from conversations import locking
from conversations.models import Conversation, Visitor
from conversations.states import Lifecycle
from domains.models import Domain


@dataclass(frozen=True)
class VisitorSeen:
    """Who a socket says it is (its token proved the id), and what it sees. No row need exist yet."""

    id: uuid.UUID
    domain: Domain
    page_url: str = ""
    page_title: str = ""
    referrer: str = ""
    locale: str = ""
    timezone: str = ""
    user_agent: str = ""


# What a visit tells about a visitor, column by column, with each column's length.
_SEEN = {
    "page_url": 2000,
    "page_title": 300,
    "referrer": 2000,
    "locale": 35,
    "timezone": 64,
    "user_agent": 400,
}


def visitor_of(seen: VisitorSeen) -> Visitor:
    """The visitor's row, made now if this is the first act."""
    return Visitor.objects.get_or_create(pk=seen.id, defaults={"domain": seen.domain, **_told(seen)})[0]


def changing_talk_of(seen: VisitorSeen) -> AbstractContextManager[Conversation]:
    """The visitor's talk, locked, changed and saved: the open one, else the newest; begun if there has been none.

    Two tabs that begin at once get the same row (a unique constraint decides).
    """
    return locking.changing_talk_of(seen.id, begin=lambda: begin(visitor_of(seen)))


def bring_up_to_date(visitor: Visitor, seen: VisitorSeen) -> None:
    """Note what the visit tells, where it is new.

    Whoever also locks a conversation does that first: in the other order two tabs would wait for one another.
    """
    told = _told(seen)
    changed = {name: value for name, value in told.items() if value and getattr(visitor, name) != value}
    # The first referrer tells where the person came from; later ones are our own pages.
    if visitor.referrer:
        changed.pop("referrer", None)
    if changed:
        for name, value in changed.items():
            setattr(visitor, name, value)
        visitor.last_seen_at = timezone.now()
        visitor.save(update_fields=[*changed, "last_seen_at"])


def begin(visitor: Visitor) -> Conversation:
    """The visitor's open talk, made if none is open."""
    conversation, _ = Conversation.objects.get_or_create(
        visitor=visitor,
        lifecycle=Lifecycle.OPEN,
        defaults={
            # The gap between messages is the visitor's: a new talk does not reset it.
            "last_visitor_message_at": Conversation.objects.filter(visitor=visitor).aggregate(
                last=Max("last_visitor_message_at")
            )["last"],
            "domain_id": visitor.domain_id,
            "started_url": visitor.page_url,
            "started_title": visitor.page_title,
        },
    )
    return conversation


def _told(seen: VisitorSeen) -> dict[str, str]:
    return {name: getattr(seen, name).replace("\x00", "")[:length] for name, length in _SEEN.items()}
