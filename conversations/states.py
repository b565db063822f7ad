"""The words for what a conversation is, and the badge derived from them. Pure: no database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices


class Handler(TextChoices):
    """Who speaks to the visitor now."""

    AI = "ai", "AI"
    OPERATOR = "operator", "Operator"


class Lifecycle(TextChoices):
    """Whether the talk goes on. Resolved and ended are both closed; ended came without a solution."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    ENDED = "ended", "Ended"


class ActorKind(TextChoices):
    """Who did it."""

    VISITOR = "visitor", "Visitor"
    AI = "ai", "AI"
    OPERATOR = "operator", "Operator"
    SYSTEM = "system", "System"


class EscalationState(TextChoices):
    """What became of a wish for a person."""

    OPEN = "open", "Open"
    CLAIMED = "claimed", "Claimed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class EscalationCause(TextChoices):
    """Why a person is wished for."""

    BELL = "bell", "Bell"
    WORDS = "words", "Asked in words"
    OUT_OF_SCOPE = "out_of_scope", "Outside the knowledge"
    FRUSTRATION = "frustration", "Frustration"
    UNABLE = "unable", "The AI got stuck"
    MANUAL = "manual", "By an operator"


class ControlRequestState(TextChoices):
    """What became of a colleague's wish for control."""

    OPEN = "open", "Open"
    PASSED = "passed", "Passed"
    KEPT = "kept", "Kept"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Badge(TextChoices):
    """The one word on a card."""

    AI_ACTIVE = "ai_active", "AI Active"
    AWAITING_RESPONSE = "awaiting_response", "Awaiting Response"
    TAKEOVER_REQUESTED = "takeover_requested", "Takeover Requested"
    HUMAN_ACTIVE = "human_active", "Human Active"
    IDLE = "idle", "Idle"
    RESOLVED = "resolved", "Resolved"


class Kind(TextChoices):
    """Every kind of event. docs/events.md has a line for each; frames/for_visitors.py says which a visitor may see."""

    MESSAGE = "message", "Message"
    TAKEN_OVER = "taken_over", "Taken over"
    HANDED_BACK = "handed_back", "Handed back"
    HUMAN_REQUESTED = "human_requested", "Person requested"
    REQUEST_EXPIRED = "request_expired", "Nobody came"
    RESOLVED = "resolved", "Resolved"
    ENDED = "ended", "Ended"
    REOPENED = "reopened", "Reopened"
    IDENTIFIED = "identified", "Identified"
    NOTE = "note", "Note"
    CONTROL_REQUESTED = "control_requested", "Control requested"
    CONTROL_KEPT = "control_kept", "Control kept"
    CONTROL_WITHDRAWN = "control_withdrawn", "Request for control withdrawn"
    FACTS_LEARNED = "facts_learned", "Facts learned"
    REPLY_DISCARDED = "reply_discarded", "AI reply discarded"
    RATED = "rated", "Rated"


# How long a visitor may wait for an answer before the card says so, and how long silence makes a talk idle.
AWAITING_AFTER = timedelta(seconds=60)
IDLE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Situation:
    """The facts from which the badge follows."""

    lifecycle: str
    handler: str
    requested_at: datetime | None
    missed_at: datetime | None
    awaiting_since: datetime | None
    last_activity_at: datetime


def badge(situation: Situation, now: datetime) -> Badge:
    """The badge at this moment. conversations/queries.py says the same in SQL; a test holds the two together."""
    if situation.lifecycle != Lifecycle.OPEN:
        return Badge.RESOLVED
    if situation.handler == Handler.OPERATOR:
        return Badge.HUMAN_ACTIVE
    if situation.requested_at is not None:
        return Badge.TAKEOVER_REQUESTED
    if situation.missed_at is not None:
        return Badge.AWAITING_RESPONSE
    if situation.awaiting_since is not None and now - situation.awaiting_since >= AWAITING_AFTER:
        return Badge.AWAITING_RESPONSE
    if now - situation.last_activity_at >= IDLE_AFTER:
        return Badge.IDLE
    return Badge.AI_ACTIVE


def status(situation: Situation) -> str:
    """The status for lists: `unresolved`, `escalated` or `resolved`."""
    if situation.lifecycle != Lifecycle.OPEN:
        return "resolved"
    if situation.requested_at is not None or situation.handler == Handler.OPERATOR:
        return "escalated"
    return "unresolved"


def activity(turns: int) -> str:
    """How long the talk is, in visitor's messages: `low` under 5, `medium` 5 to 10, `high` over 10."""
    return "low" if turns < 5 else "medium" if turns <= 10 else "high"
