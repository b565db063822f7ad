"""From the person a socket describes to the rows: a visitor and a conversation exist from the first act on."""

import uuid
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from conversations.models import Conversation, Visitor
from conversations.models.conversation import CURRENT_FIRST
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


def talk_of(seen: VisitorSeen) -> uuid.UUID:
    """The visitor's talk: the open one, else the newest; begun now if there has been none at all.

    Its id alone, as this is asked for every message. Two tabs that begin at once get the same row (a unique
    constraint decides).
    """
    newest = (
        Conversation.objects.filter(visitor=seen.id)
        .order_by(*CURRENT_FIRST)
        .values_list("pk", flat=True)
        .first()
    )
    return begin(visitor_of(seen)).pk if newest is None else newest


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
