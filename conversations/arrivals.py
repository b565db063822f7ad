"""From the person a socket describes to the rows: a visitor and a conversation exist from the first act on."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from conversations.models import Conversation, Visitor
from conversations.refusals import Closed
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
    """The visitor's row, made now if this is the first act, with what the visit tells brought up to date."""
    told = {name: getattr(seen, name).replace("\x00", "")[:length] for name, length in _SEEN.items()}
    visitor, made = Visitor.objects.get_or_create(pk=seen.id, defaults={"domain": seen.domain, **told})
    changed = {name: value for name, value in told.items() if value and getattr(visitor, name) != value}
    # The first referrer tells where the person came from; later ones are our own pages.
    if visitor.referrer:
        changed.pop("referrer", None)
    if changed and not made:
        for name, value in changed.items():
            setattr(visitor, name, value)
        visitor.last_seen_at = timezone.now()
        visitor.save(update_fields=[*changed, "last_seen_at"])
    return visitor


def open_conversation_of(visitor: Visitor) -> Conversation:
    """The visitor's open talk, begun now if there has been none at all.

    Raises Closed when the last one is resolved or ended: the visitor starts a new one from the menu. Two tabs
    that begin at once get the same row (a unique constraint decides).
    """
    newest = Conversation.objects.filter(visitor=visitor).order_by("-created_at").first()
    if newest is None:
        return begin(visitor)
    if newest.lifecycle != Lifecycle.OPEN:
        raise Closed
    return newest


def begin(visitor: Visitor) -> Conversation:
    """The visitor's open talk, made if none is open."""
    conversation, _ = Conversation.objects.get_or_create(
        visitor=visitor,
        lifecycle=Lifecycle.OPEN,
        defaults={
            "domain_id": visitor.domain_id,
            "started_url": visitor.page_url,
            "started_title": visitor.page_title,
        },
    )
    return conversation
