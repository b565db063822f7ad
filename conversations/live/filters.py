"""What the live page and the list of conversations can be narrowed to. An allow-list: anything else is ignored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Q, QuerySet, When

from accounts.models import User
from conversations import queries
from conversations.models import Conversation
from conversations.states import Badge, Handler, Lifecycle
from domains.models import Domain
from domains.templatetags.look import host_path

# In the order of urgency, as the live page shows them: each by the words of its badge, but for one that is asked for
# by what was done (a human takeover) and not by what is (a human is active). Both carry the same shape and colour.
STATUSES: tuple[tuple[str, str], ...] = (
    ("", "All"),
    (Badge.TAKEOVER_REQUESTED, Badge.TAKEOVER_REQUESTED.label),
    (Badge.AWAITING_RESPONSE, Badge.AWAITING_RESPONSE.label),
    (Badge.HUMAN_ACTIVE, "Human Takeover"),
    (Badge.AI_ACTIVE, Badge.AI_ACTIVE.label),
    (Badge.IDLE, Badge.IDLE.label),
)
_RANKS = {Badge.TAKEOVER_REQUESTED: 0, Badge.AWAITING_RESPONSE: 1, Badge.IDLE: 3}

# A talk that nobody has touched for so long is not live, unless somebody waits in it or holds it.
LIVE_FOR = timedelta(hours=24)
# More cards than anybody can watch; what lies behind them is in the list of conversations.
CARDS = 300

DATES = (("", "Any date"), ("today", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days"))
HANDOFFS = (
    ("", "Any handling"),
    ("ai_handling", "AI-Handling"),
    ("escalated", "Escalated"),
    ("agent_active", "Agent Active"),
)
LIST_STATUSES = (
    ("", "Any status"),
    ("unresolved", "Unresolved"),
    ("escalated", "Escalated"),
    ("resolved", "Resolved"),
)
ACTIVITIES = (
    ("", "Any activity"),
    ("low", "Low, under 5 turns"),
    ("medium", "Medium, 5 to 10"),
    ("high", "High, over 10"),
)


@dataclass(frozen=True)
class LiveFilters:
    """Status, score above a threshold, page where the talk started."""

    badge: str = ""
    score_min: int = 0
    page_url: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "LiveFilters":
        """The filters in a query string."""
        return cls(
            badge=_one_of(query.get("badge"), STATUSES),
            score_min=_score(query.get("score_min")),
            page_url=str(query.get("page_url") or "")[:2000],
        )

    @property
    def active(self) -> bool:
        """Whether anything is narrowed."""
        return self != LiveFilters()

    def admits(self, card: Mapping[str, Any]) -> bool:
        """Whether a card is shown; static/js/filters.js says the same of cards that arrive live."""
        return (
            self.badge in ("", card["badge"])
            and card["score"] >= self.score_min
            and self.page_url in ("", host_path(card["started_url"]))
        )


def live_conversations(user: User, domain: Domain | None, now: datetime) -> tuple[list[Conversation], bool]:
    """The open conversations of one domain or all, and whether there are more than fit.

    Whoever waits for a person is among them, however many newer ones there are.
    """
    found = queries.conversations_of(user).filter(lifecycle=Lifecycle.OPEN)
    if domain is not None:
        found = found.filter(domain=domain)
    waiting = Q(handler=Handler.OPERATOR) | Q(requested_at__isnull=False) | Q(missed_at__isnull=False)
    found = found.filter(waiting | Q(last_activity_at__gte=now - LIVE_FOR))
    urgency = Case(
        When(requested_at__isnull=False, then=0),
        When(missed_at__isnull=False, then=1),
        When(awaiting_since__isnull=False, then=2),
        default=3,
    )
    rows = list(found.order_by(urgency, "-last_activity_at", "-id")[: CARDS + 1])
    return rows[:CARDS], len(rows) > CARDS


def order(card: Mapping[str, Any]) -> tuple[int, float]:
    """Asked-for first, then awaiting, each by who has waited longest; the others newest first, the idle last."""
    rank = _RANKS.get(card["badge"], 2)
    if rank == 0:
        return rank, _seconds(card["requested_at"])
    if rank == 1:
        return rank, _seconds(card["awaiting_since"] or card["last_activity_at"])
    return rank, -_seconds(card["started_at"])


def counts(cards: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Value, word and number of cards of each status, filtered or not."""
    badges = [card["badge"] for card in cards]
    return [(value, word, badges.count(value) if value else len(badges)) for value, word in STATUSES]


@dataclass(frozen=True)
class ListFilters:
    """Search and filters of the list of conversations."""

    q: str = ""
    status: str = ""
    handoff: str = ""
    badge: str = ""
    date: str = ""
    activity: str = ""
    score_min: int = 0

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "ListFilters":
        """The filters in a query string."""
        return cls(
            q=str(query.get("q") or "").strip()[:100],
            status=_one_of(query.get("status"), LIST_STATUSES),
            handoff=_one_of(query.get("handoff"), HANDOFFS),
            badge=_one_of(query.get("badge"), Badge.choices),
            date=_one_of(query.get("date"), DATES),
            activity=_one_of(query.get("activity"), ACTIVITIES),
            score_min=_score(query.get("score_min")),
        )

    @property
    def active(self) -> bool:
        """Whether anything is narrowed."""
        return self != ListFilters()

    @property
    def query(self) -> str:
        """The filters as a query string, for the next page's address."""
        return urlencode({key: value for key, value in vars(self).items() if value})

    def narrow(self, conversations: QuerySet[Conversation], now: datetime) -> QuerySet[Conversation]:
        """Those conversations that pass."""
        if self.q:
            conversations = queries.searched(conversations, self.q)
        if self.status:
            conversations = queries.with_status(conversations, self.status)
        if self.handoff:
            conversations = queries.with_handoff(conversations, self.handoff)
        if self.badge:
            conversations = queries.with_badge(conversations, now).filter(Q(badge_now=self.badge))
        if self.activity:
            conversations = queries.with_activity(conversations, self.activity)
        if self.score_min:
            conversations = conversations.filter(score__gte=self.score_min)
        if self.date:
            days = 0 if self.date == "today" else int(self.date)
            since = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
            conversations = conversations.filter(last_activity_at__gte=since)
        return conversations


def _one_of(value: object, choices: Iterable[tuple[Any, Any]]) -> str:
    return str(value) if any(value == choice for choice, _ in choices) else ""


def _score(value: object) -> int:
    text = str(value or "")
    return min(100, int(text)) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def _seconds(moment: str | None) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0
