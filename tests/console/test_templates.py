"""Templates and scripts as files: each partial renders alone, nothing is inline, nothing comes from elsewhere."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from conversations.frames import for_team
from conversations.states import Badge, EscalationCause, Kind
from domains.templatetags.look import BADGES, breakable, elapsed, initials, left, web_link

TEMPLATES = [
    path for path in (settings.BASE_DIR / "templates").rglob("*.html") if path.parent.name != "letters"
]
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
STYLES = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))

CARD: dict[str, Any] = {
    "id": "0b9c0a56-9dd9-4c42-9d0c-9f6a8f1b2c3d",
    "domain": {"id": "d0", "name": "Acme"},
    "visitor": {"id": "v0", "name": "Anonymous", "email": ""},
    "page_url": "https://acme.example/pricing?plan=team",
    "page_title": "Pricing",
    "started_url": "https://acme.example/",
    "started_at": "2026-11-20T09:00:00+00:00",
    "last_activity_at": "2026-11-20T09:05:00+00:00",
    "awaiting_since": None,
    "requested_at": "2026-11-20T09:04:00+00:00",
    "requested_cause": "bell",
    "requested_reason": "A quote for 40 seats",
    "missed": False,
    "score": 82,
    "score_reasons": [{"points": 30, "reason": "Asks for 40 seats", "n": 1}],
    "badge": "takeover_requested",
    "badge_label": "Takeover Requested",
    "status": "escalated",
    "handler": "ai",
    "operator": None,
    "last": {"text": "Can I talk to a person?", "by": "visitor", "name": "Anonymous"},
    "turns": 3,
    "head": 9,
    "epoch": 1,
    "lifecycle": "open",
}

DATA: dict[str, dict[str, Any]] = {
    "message": {"text": "Hi", "html": "<p>Hi</p>", "client_id": "a", "draft": "", "sources": []},
    "note": {"text": "Hm", "html": "<p>Hm</p>", "client_id": "b"},
    "taken_over": {"text": "You're now connected", "line": "Human takeover by Omar at 09:00 UTC"},
    "human_requested": {"text": "Of course", "cause": "bell", "reason": "A quote"},
    "facts_learned": {"facts": {"email": "v@x.example"}, "score": 40},
    "rated": {"score": 4, "comment": "Good"},
    "reply_discarded": {"draft": "d", "why": "taken_over"},
}


def event(kind: str, **by: str) -> dict[str, Any]:
    who = {"kind": "operator", "name": "Omar", "id": "u0", **by}
    at = "2026-11-20T09:00:00+00:00"
    data = DATA.get(kind, {})
    return {
        "t": "event",
        "c": CARD["id"],
        "n": 3,
        "kind": kind,
        "at": at,
        "by": who,
        "epoch": 1,
        "data": data,
    }


@pytest.mark.parametrize("badge", list(Badge))
def test_a_card_of_every_badge_has_shape_colour_and_word(badge: Badge) -> None:
    form, tone, word = BADGES[badge]
    drawn = for_team.card_html({**CARD, "badge": badge.value, "badge_label": badge.label})
    assert word == badge.label
    assert f"#shape-{form}" in drawn
    assert f'data-tone="{tone}"' in drawn
    assert badge.label in drawn


def test_a_card_is_the_same_for_every_viewer() -> None:
    drawn = for_team.card_html(CARD)
    assert "csrf" not in drawn
    assert "mine" not in drawn
    for fact in (
        "Anonymous",
        "acme.example/pricing",
        "82",
        "Asks for 40 seats",
        "Can I talk to a person?",
        "3 turns",
    ):
        assert fact in drawn


@pytest.mark.parametrize("cause", EscalationCause.values)
def test_a_card_tells_why_a_person_is_wished_for_in_one_line(cause: str) -> None:
    with_words = for_team.card_html({**CARD, "requested_cause": cause})
    line = re.search(r'<p class="card__why" title="([^"]+)">(.*?)</p>', with_words)
    assert line
    assert line[1].endswith(": A quote for 40 seats")
    assert line[2].endswith(": </span>A quote for 40 seats</span>")
    without = for_team.card_html({**CARD, "requested_cause": cause, "requested_reason": ""})
    line = re.search(r'<p class="card__why" title="([^"]+)">(.*?)</p>', without)
    assert line
    assert line[1][0].isupper()
    assert f"<span>{line[1]}</span>" in line[2]
    # What stands below as the last words is not said twice.
    last = {"text": "A quote for 40 seats", "by": "visitor", "name": "Anonymous"}
    assert line[0] in for_team.card_html({**CARD, "requested_cause": cause, "last": last})
    assert "card__why" not in for_team.card_html({**CARD, "requested_cause": "", "requested_reason": ""})


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_event_has_a_line(kind: Kind) -> None:
    drawn = for_team.event_html(event(kind.value))
    assert 'data-n="3"' in drawn
    words = " ".join(re.sub(r"<[^>]+>", " ", drawn).split())
    assert len(words) > 8, words
    assert kind.value not in words or kind.value in ("message", "note", "rated"), (
        "its own words, not the stored ones"
    )


def test_the_takeover_line_reads_as_promised() -> None:
    with time_machine.travel(datetime(2026, 11, 20, 23, 59, tzinfo=UTC)):
        words = " ".join(re.sub(r"<[^>]+>", " ", for_team.event_html(event("taken_over"))).split())
    assert words.startswith("Human takeover by Omar at 09:00")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maria Rossi", "MR"),
        ("ana@x.example", "a"),
        ("maria.rossi@x.example", "mr"),
        ("", "?"),
        ("<img src=x>", "sx"),
        ("Ø", "Ø"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    if name.startswith("<"):
        assert "<" not in initials(name)
    else:
        assert initials(name) == letters


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", " javascript:x", "//evil.example"]
)
def test_an_address_that_is_no_web_address_is_no_link(address: str) -> None:
    assert web_link(address) == ""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_inline(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "a script without a file"
    assert "<style" not in text
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"\b(src|href)=\"(https?:)?//", text), "everything comes from here"
    assert not re.search(r"hx-(ext|on|vars|params|disinherit|disable)\b", text)


def test_only_what_a_sanitiser_made_is_marked_as_safe() -> None:
    safe = {
        (path.name, found)
        for path in TEMPLATES
        for found in re.findall(r"{{ ?([^}]*)\|safe", path.read_text())
    }
    ours = {one for one in safe if one[1].strip() != "field.help_text"}
    assert ours == {("_event.html", "data.html")}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_small_modules_with_named_imports(script: Path) -> None:
    text = script.read_text()
    assert len(text.splitlines()) <= 150
    assert text.startswith("/** "), "a sentence says what it is for"
    for line in text.splitlines():
        if line.startswith("import"):
            assert re.fullmatch(r'import { [\w, ]+ } from "\./\w+\.js";', line), line
    assert not re.search(r"\bimport\(|\beval\(|new Function|export \*|insertAdjacentHTML|outerHTML", text)
    # The one place where a string becomes nodes.
    assert ("innerHTML = " in text) is (script.name == "rest.js")


def test_styles_stay_within_their_budget() -> None:
    everything = b"".join(style.read_bytes() for style in STYLES)
    assert len(gzip.compress(everything)) <= 12 * 1024


def test_an_error_page_needs_no_context() -> None:
    assert "Something broke" in render_to_string("500.html")
    assert "There is nothing here" in render_to_string("404.html")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (47, "0:47"), (725, "12:05"), (3599, "59:59"), (7800, "2 h 10 min"), (260_000, "3 days")],
)
def test_what_counts_is_told_before_any_script_runs(seconds: int, words: str) -> None:
    now = timezone.now()
    assert elapsed((now - timedelta(seconds=seconds)).isoformat()) == words
    assert left((now + timedelta(seconds=seconds + 0.9)).isoformat()) == words
    drawn = for_team.card_html({**CARD, "started_at": (now - timedelta(seconds=seconds)).isoformat()})
    assert f'title="Time active">{words}</time>' in drawn


def test_what_has_no_time_counts_nothing() -> None:
    assert elapsed("") == left("") == ""


def test_an_address_breaks_after_slashes_and_stays_words() -> None:
    assert breakable("a.example/b/<i>") == "a.example/<wbr>b/<wbr>&lt;i&gt;"
    assert breakable("") == ""
