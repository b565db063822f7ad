"""Who hears of it: one place for all fan-out. Each frame is built once and encoded once.

A frame carries the number of its audience and the handling epoch beside it, so that a consumer can see a jump
(and read the rows) or an AI delta that came too late (and drop it) without opening the JSON.
"""

import json
import logging
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import User
from conversations.frames import for_team, for_visitors
from conversations.models import Conversation, Event
from domains import publishing

log = logging.getLogger(__name__)


def visitor_group(visitor_id: uuid.UUID | str) -> str:
    """All sockets of one visitor, whatever conversation they are in."""
    return f"visitor.{visitor_id}"


def thread_group(conversation_id: uuid.UUID | str) -> str:
    """Consoles with this thread open."""
    return f"thread.{conversation_id}"


def desk_group(domain_id: uuid.UUID | str) -> str:
    """Consoles that watch the cards of this domain."""
    return f"desk.{domain_id}"


def event(happened: Event, conversation: Conversation) -> None:
    """After commit: the visitor's form, the team's form, and the card when this is the newest event.

    Never raises: what happened has been committed, and whoever misses the frame reads the row.
    """
    try:
        publishing.publish(_pairs(happened, conversation))
    except Exception:
        log.exception("broadcast.failed", extra={"event_id": happened.pk})


def _pairs(happened: Event, conversation: Conversation) -> list[publishing.Pair]:
    pairs: list[publishing.Pair] = []
    for_visitor = for_visitors.frame(happened, conversation)
    if for_visitor is not None:
        pairs.append(
            (
                visitor_group(conversation.visitor_id),
                layer_message(for_visitor, c=conversation.pk, n=happened.visitor_n, epoch=happened.epoch),
            )
        )
    pairs.append((thread_group(conversation.pk), team_message(happened, conversation)))
    if happened.n == conversation.head:
        pairs.append((desk_group(conversation.domain_id), card_message(conversation)))
    return pairs


def card(conversation: Conversation) -> None:
    """The card alone: something unnumbered changed, such as the visitor's page."""
    publishing.publish([(desk_group(conversation.domain_id), card_message(conversation))])


def delta(conversation: Conversation, *, epoch: int, draft: str, i: int, text: str) -> None:
    """The next words of the AI's draft. May be lost; the finished message is an event."""
    frame = {"t": "delta", "draft": draft, "i": i, "text": text}
    _both(conversation, frame, epoch)


def draft_end(conversation: Conversation, *, epoch: int, draft: str, why: str) -> None:
    """The draft will not become a message."""
    _both(conversation, {"t": "draft_end", "draft": draft, "why": why}, epoch)


def typing(conversation: Conversation, *, who: dict[str, str], on: bool, to_visitor: bool) -> None:
    """Somebody is typing."""
    pairs = [typing_pair(thread_group(conversation.pk), conversation.pk, who=who, on=on)]
    if to_visitor:
        pairs.append(typing_pair(visitor_group(conversation.visitor_id), conversation.pk, who=who, on=on))
    publishing.publish(pairs)


def typing_pair(group: str, conversation_id: uuid.UUID, *, who: dict[str, str], on: bool) -> publishing.Pair:
    """A typing frame and where it goes, for consumers, which publish on their own loop."""
    frame = {"t": "typing", "c": str(conversation_id), "who": who, "on": on}
    return group, layer_message(frame, c=conversation_id)


def presence_message(domain_id: str, operators: list[dict[str, str]]) -> dict[str, Any]:
    """Who of the team is there, for consoles."""
    return layer_message({"t": "presence", "domain": domain_id, "operators": operators}, c=domain_id)


def presence_pairs(there: dict[str, list[dict[str, str]]]) -> list[publishing.Pair]:
    """Who of these domains' teams is there, to their desks; and whether anybody is, to their visitors."""
    pairs: list[publishing.Pair] = []
    for domain_id, operators in there.items():
        pairs.append((desk_group(domain_id), presence_message(domain_id, operators)))
        online = {"type": "team", "online": bool(operators)}
        pairs.append((publishing.widgets_group(domain_id), online))
    return pairs


def name_for_visitors(operator: User, conversation: Conversation) -> str:
    """Under which name this operator speaks there."""
    return for_visitors.operator_name(operator.display_name, conversation.domain)


def team_message(happened: Event, conversation: Conversation) -> dict[str, Any]:
    """A numbered event for consoles."""
    frame = for_team.frame(happened, conversation)
    return layer_message(frame, c=conversation.pk, n=happened.n, epoch=happened.epoch)


def card_message(conversation: Conversation) -> dict[str, Any]:
    """A card for consoles."""
    card = for_team.card(conversation, timezone.now())
    return layer_message({"t": "card", "c": card["id"], "card": card}, c=conversation.pk, n=conversation.head)


def layer_message(
    frame: dict[str, Any],
    *,
    c: uuid.UUID | str,
    n: int | None = None,
    epoch: int | None = None,
) -> dict[str, Any]:
    """A frame as it travels: the encoded text and what a consumer must know without decoding it."""
    return {
        "type": "frame",
        "t": frame["t"],
        "frame": encode(frame),
        "c": str(c),
        "n": n,
        "epoch": epoch,
    }


def encode(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _both(conversation: Conversation, frame: dict[str, Any], epoch: int) -> None:
    message = layer_message({**frame, "c": str(conversation.pk)}, c=conversation.pk, epoch=epoch)
    publishing.publish(
        [(visitor_group(conversation.visitor_id), message), (thread_group(conversation.pk), message)]
    )
