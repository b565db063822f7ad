"""What a visitor may read of an event: an allow-list of kinds, and of fields within each kind."""

from typing import Any

from conversations.models import Conversation, Event
from conversations.states import ActorKind, Kind
from domains.models import Domain
from domains.models.domain import OperatorLabel

# A new kind is hidden until somebody puts it here, with its fields.
VISIBLE: dict[str, tuple[str, ...]] = {
    Kind.MESSAGE: (),
    Kind.TAKEN_OVER: ("text",),
    Kind.HANDED_BACK: ("text",),
    # `client_id` is there when the visitor rang the bell.
    Kind.HUMAN_REQUESTED: ("text", "timeout_s", "client_id"),
    # `email` is there when the visitor's address is known.
    Kind.REQUEST_EXPIRED: ("text", "email"),
    Kind.RESOLVED: (),
    Kind.ENDED: (),
    Kind.REOPENED: (),
    Kind.IDENTIFIED: ("name", "email"),
}


def frame(event: Event, conversation: Conversation) -> dict[str, Any] | None:
    """The event as the visitor's socket sends it; None when it is not for visitors."""
    if event.visitor_n is None or event.kind not in VISIBLE:
        return None
    data = {field: event.data[field] for field in VISIBLE[Kind(event.kind)] if field in event.data}
    if event.kind == Kind.MESSAGE and event.message is not None:
        data["text"] = event.message.text
        if event.actor_kind == ActorKind.VISITOR:
            data["client_id"] = event.message.client_id
        if event.message.draft:
            data["draft"] = event.message.draft
    if event.kind == Kind.TAKEN_OVER:
        data["operator"] = {"name": operator_name(event.actor_name, conversation.domain)}
    name = event.actor_name
    if event.actor_kind == ActorKind.OPERATOR:
        name = operator_name(name, conversation.domain)
    return {
        "t": "event",
        "c": str(event.conversation_id),
        "n": event.visitor_n,
        "kind": event.kind,
        "at": event.created_at.isoformat(),
        "by": {"kind": event.actor_kind, "name": name},
        "data": data,
    }


def operator_name(name: str, domain: Domain) -> str:
    """The name under which an operator speaks to visitors of this domain."""
    return "Support Agent" if domain.operator_label == OperatorLabel.SUPPORT_AGENT else name
