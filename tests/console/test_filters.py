"""The filters and the order of the live page and of the list."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations import queries
from conversations.actions import escalation, handling
from conversations.frames import for_team
from conversations.live.browsers import plain_name
from conversations.live.filters import (
    CARDS,
    LIVE_FOR,
    ListFilters,
    LiveFilters,
    counts,
    live_conversations,
    order,
)
from conversations.models import Conversation
from conversations.states import Badge
from domains.templatetags.look import BADGES
from tests.cast import Cast, crowd, say, vera

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def a_card(badge: str, ago: int = 0, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(seconds=ago)).isoformat()
    facts = {"score": 50, "started_url": "https://acme.example/pricing?a=1", "awaiting_since": None}
    return {**facts, "badge": badge, "requested_at": at, "last_activity_at": at, "started_at": at, **more}


def test_asked_for_comes_first_then_awaiting_then_newest_then_idle() -> None:
    cards = [
        a_card("idle", 5),
        a_card("ai_active", 90),
        a_card("human_active", 30),
        a_card("awaiting_response", 100),
        a_card("awaiting_response", 300),
        a_card("takeover_requested", 10),
        a_card("takeover_requested", 60),
    ]
    ordered = [(card["badge"], card["started_at"]) for card in sorted(cards, key=order)]
    assert [badge for badge, _ in ordered] == [
        "takeover_requested",
        "takeover_requested",
        "awaiting_response",
        "awaiting_response",
        "human_active",
        "ai_active",
        "idle",
    ]
    assert ordered[0][1] < ordered[1][1], "who has waited longest is first"
    assert ordered[2][1] < ordered[3][1]


@pytest.mark.parametrize(
    ("query", "admitted"),
    [
        ({}, True),
        ({"badge": "ai_active"}, True),
        ({"badge": "idle"}, False),
        ({"badge": "__class__"}, True),
        ({"score_min": "50"}, True),
        ({"score_min": "51"}, False),
        ({"score_min": "-1"}, True),
        ({"score_min": "999999"}, True),
        ({"page_url": "acme.example/pricing"}, True),
        ({"page_url": "acme.example/other"}, False),
    ],
)
def test_a_card_is_shown_or_not(query: dict[str, str], admitted: bool) -> None:
    assert LiveFilters.of(query).admits(a_card("ai_active")) is admitted


def test_what_is_unknown_in_a_query_is_ignored() -> None:
    nonsense = {
        "status": "x' OR 1=1",
        "handoff": "domain__x",
        "badge": "?",
        "date": "31",
        "activity": "",
        "score_min": "x",
    }
    assert not ListFilters.of(nonsense).active
    assert ListFilters.of({"q": "  Vera "}).q == "Vera"


def test_each_status_is_counted_whatever_is_filtered() -> None:
    numbers = {
        value: number for value, _, number in counts([a_card("idle"), a_card("idle"), a_card("ai_active")])
    }
    assert (numbers[""], numbers["idle"], numbers["ai_active"], numbers["human_active"]) == (3, 2, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_live_page_forgets_what_nobody_touches_but_not_who_waits(cast: Cast) -> None:
    _old, waiting, held = (say(vera(cast.acme), "Hello?") for _ in range(3))
    escalation.escalate(waiting.pk, operator=cast.omar, reason="")
    handling.take_over(held.pk, operator=cast.omar)
    Conversation.objects.update(last_activity_at=timezone.now() - LIVE_FOR * 2)
    rows, more = live_conversations(cast.omar, None, timezone.now())
    assert {row.pk for row in rows} == {waiting.pk, held.pk}
    assert not more
    assert live_conversations(cast.mallory, None, timezone.now()) == ([], False)


@pytest.mark.django_db(transaction=True)
def test_the_list_is_narrowed_by_each_filter(cast: Cast) -> None:
    mine = say(vera(cast.acme), "Hello?")
    now = timezone.now()
    everything = queries.conversations_of(cast.omar)
    for query, expected in [
        ({"q": "vera"}, 0),
        ({"q": "anon"}, 0),
        ({"status": "unresolved"}, 1),
        ({"status": "resolved"}, 0),
        ({"handoff": "ai_handling"}, 1),
        ({"handoff": "agent_active"}, 0),
        ({"date": "today"}, 1),
        ({"activity": "low"}, 1),
        ({"activity": "high"}, 0),
        ({"score_min": "1"}, 0),
        ({"badge": "ai_active"}, 1),
    ]:
        assert ListFilters.of(query).narrow(everything, now).count() == expected, query
    assert for_team.card(mine, now)["badge"] == "ai_active"


@pytest.mark.parametrize(
    ("long", "short"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36",
            "Chrome 145 on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/145.0.0.0 Safari/537.36 Edg/145.0.1",
            "Edge 145 on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari 19 on iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0",
            "Firefox 150 on macOS",
        ),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_plainly(long: str, short: str) -> None:
    assert plain_name(long) == short


@pytest.mark.django_db
def test_each_status_to_filter_by_shows_which_badge_it_means(cast: Cast, client: Any) -> None:
    client.force_login(cast.omar)
    page = client.get("/live/").content.decode()
    choices = re.findall(r"<label[^>]*>(?:(?!</label>).)*name=\"badge\"(?:(?!</label>).)*</label>", page)
    shown = {re.search(r'value="(\w*)"', choice)[1]: choice for choice in choices}  # type: ignore[index]
    for badge, (form, tone, word) in BADGES.items():
        if badge == Badge.RESOLVED:
            continue
        choice = shown.pop(badge)
        assert f'data-tone="{tone}"' in choice
        assert f"#shape-{form}" in choice
        assert f'title="Cards that say {word}"' in choice
        # What the mission calls otherwise keeps its name; all else has the one of its badge.
        assert f">{'Human Takeover' if badge == Badge.HUMAN_ACTIVE else word} <b" in choice
    assert list(shown) == [""]


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_person_is_shown_however_many_newer_talks_there_are(cast: Cast) -> None:
    asking = escalation.ring_bell(vera(cast.acme), client_id="b", reason="").conversation
    crowd(cast.acme, CARDS)
    rows, more = live_conversations(cast.omar, None, timezone.now())
    assert rows[0].pk == asking.pk
    assert (len(rows), more) == (CARDS, True)
