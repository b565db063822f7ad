"""One way to tell a time, on every page."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from accounts.models import User
from domains.times import told, told_in_full
from tests.cast import Cast, say, vera

NOW = datetime(2026, 11, 20, 15, 29, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), "00:00"),
        (datetime(2026, 11, 20, 23, 5, tzinfo=UTC), "23:05"),
        (datetime(2026, 11, 19, 23, 59, tzinfo=UTC), "19 Nov, 23:59"),
        (datetime(2026, 11, 21, 6, 20, tzinfo=UTC), "21 Nov, 06:20"),
        (datetime(2025, 12, 31, 9, 5, tzinfo=UTC), "31 Dec 2025, 09:05"),
        # Which day it is, is a question of the zone.
        (datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=-2))), "21 Nov, 01:30"),
    ],
)
def test_today_has_no_date_this_year_no_year_and_a_day_has_24_hours(at: datetime, words: str) -> None:
    assert told(at, NOW) == words


def test_the_whole_moment_stands_behind_it() -> None:
    assert told_in_full(NOW) == "Friday 20 November 2026, 15:29:10 UTC"
    page = Template('{% load look %}{% clock at %}|{% clock iso "muted" %}')
    with time_machine.travel(NOW, tick=False):
        plain, muted = page.render(Context({"at": NOW, "iso": NOW.isoformat()})).split("|")
    rest = (
        'datetime="2026-11-20T15:29:10+00:00" data-time="clock" '
        'title="Friday 20 November 2026, 15:29:10 UTC">15:29</time>'
    )
    assert plain == f"<time {rest}"
    assert muted == f'<time class="muted" {rest}'


def test_no_page_tells_a_time_in_a_way_of_its_own() -> None:
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        # Mails have no script and say their zone; the record of the administration counts seconds.
        if path.parent.name in ("letters", "admin"):
            continue
        text = path.read_text()
        assert not re.search(r"\|(date|time|timesince|naturaltime)\b", text), path
        for time in re.findall(r"<time[^>]*>", text):
            assert re.search(r'data-time="(elapsed|left)"|data-zone=', time), (path, time)


def test_no_module_tells_people_a_time_in_a_way_of_its_own() -> None:
    # Mails say their zone, the takeover's line is a promised sentence, the rest is for logs and names of files.
    allowed = {
        "domains/times.py",
        "notifications/letters.py",
        "conversations/frames/for_team.py",
        "privas/logs.py",
    }
    for app in (
        "accounts",
        "conversations",
        "domains",
        "emailops",
        "notifications",
        "privas",
        "representative",
    ):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if str(path.relative_to(settings.BASE_DIR)) not in allowed:
                assert "%H:%M" not in path.read_text(), path


@pytest.mark.django_db
def test_the_administration_has_24_hours_too(cast: Cast, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root@privas.example", "x"))
    talk = say(vera(cast.acme), "Hello?")
    talk.created_at = NOW
    talk.save()
    page: Any = client.get(f"/admin/conversations/conversation/{talk.pk}/change/").content.decode()
    assert "20 Nov 2026, 15:29" in page
    assert not re.search(r"\d (a|p)\.m\.", page)
