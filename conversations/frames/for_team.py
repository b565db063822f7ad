"""An event and a card as the team reads them, as data and as HTML."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from conversations import markdown, states
from conversations.models import Conversation, Event
from conversations.states import ActorKind, Kind, Lifecycle


def frame(event: Event, conversation: Conversation) -> dict[str, Any]:
    """The event as the console's socket and the REST API send it, numbered as the team counts."""
    data = dict(event.data)
    if event.message is not None:
        data["text"] = event.message.text
        data["html"] = markdown.render(event.message.text, event.actor_kind)
        data["client_id"] = event.message.client_id
        data["draft"] = event.message.draft
        data["sources"] = event.message.sources
    if event.note is not None:
        data["text"] = event.note.text
        data["html"] = markdown.render(event.note.text, ActorKind.OPERATOR)
        data["client_id"] = event.note.client_id
    if event.kind == Kind.TAKEN_OVER:
        # The timeline's own sentence; the HTML shows the time in the reader's zone.
        data["line"] = f"Human takeover by {event.actor_name} at {event.created_at:%H:%M} UTC"
    by: dict[str, Any] = {"kind": event.actor_kind, "name": event.actor_name}
    if event.actor_kind == ActorKind.VISITOR:
        # Who has said their name since is called by it in all they said.
        by["name"] = conversation.visitor.display_name
    if event.actor_id:
        by["id"] = str(event.actor_id)
    return {
        "t": "event",
        "c": str(event.conversation_id),
        "n": event.n,
        "kind": event.kind,
        "at": event.created_at.isoformat(),
        "by": by,
        "epoch": event.epoch,
        "data": data,
    }


def card(conversation: Conversation, now: datetime) -> dict[str, Any]:
    """The whole card of a conversation."""
    badge = conversation.badge(now)
    visitor, operator = conversation.visitor, conversation.operator
    missed = conversation.missed_at is not None and conversation.lifecycle == Lifecycle.OPEN
    waits = conversation.requested_at is not None or missed
    return {
        "id": str(conversation.pk),
        "domain": {"id": str(conversation.domain_id), "name": conversation.domain.name},
        "visitor": {"id": str(visitor.pk), "name": visitor.display_name, "email": visitor.email},
        "page_url": visitor.page_url,
        "page_title": visitor.page_title,
        "started_url": conversation.started_url,
        "started_at": conversation.created_at.isoformat(),
        "last_activity_at": conversation.last_activity_at.isoformat(),
        "awaiting_since": _iso(conversation.awaiting_since),
        "requested_at": _iso(conversation.requested_at),
        "requested_cause": conversation.requested_cause if waits else "",
        "requested_reason": conversation.requested_reason if waits else "",
        "missed": missed,
        "score": conversation.score,
        "score_reasons": conversation.score_reasons,
        "badge": badge.value,
        "badge_label": badge.label,
        "status": states.status(conversation.situation),
        "handler": conversation.handler,
        "operator": {"id": str(operator.pk), "name": operator.display_name} if operator else None,
        "last": {
            "text": conversation.last_text,
            "by": conversation.last_by,
            "name": conversation.last_by_name,
        },
        "turns": conversation.turns,
        "head": conversation.head,
        "epoch": conversation.handling_epoch,
        "lifecycle": conversation.lifecycle,
    }


def card_html(card: dict[str, Any]) -> str:
    """The card's HTML; the same for every viewer."""
    return render_to_string("conversations/_card.html", {"card": card})


def event_html(frame: dict[str, Any]) -> str:
    """One line of the thread; the same for every viewer."""
    return render_to_string("conversations/_event.html", {"event": frame})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
