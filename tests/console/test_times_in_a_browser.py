"""Times as people far from Greenwich read them."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.redis]

TOLD = re.compile(r"(\d{1,2} [A-Z][a-z]{2,3}( \d{4})?, )?([01]\d|2[0-3]):[0-5]\d")
_TIMES = "times => times.map((time) => [time.textContent, time.title, time.dateTime])"


def test_all_pages_tell_times_alike_in_the_readers_zone(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Nele")
    desk.do(
        "import datetime\n"
        "from conversations.models import Event\n"
        f"told = Event.objects.filter(conversation={pk!r})\n"
        "told.filter(n=1).update(created_at=datetime.datetime(2020, 3, 1, 18, 5, 7, tzinfo=datetime.UTC))\n"
        f"Conversation.objects.filter(pk={pk!r}).update(last_activity_at=timezone.now() - timedelta(days=1))\n"
        "from emailops.queueing import Letter, queue_email\n"
        "queue_email(cast.acme, kind='manual', recipient='v@customers.example', letter=Letter('Hi', 'x', '<p>x</p>'),\n"
        "    idempotency_key='times')"
    )
    american: dict[str, Any] = {"locale": "en-US", "timezone_id": "America/New_York"}
    page = desk.page(browser, "olga", **american)
    for path in (f"/live/?c={pk}", f"/conversations/{pk}/", "/conversations/", "/emails/"):
        page.goto(path)
        expect(page.locator("[data-sound]")).to_be_visible()
        times = page.locator("[data-time=clock]").evaluate_all(_TIMES)
        assert times, path
        for text, title, iso in times:
            assert TOLD.fullmatch(text), (path, text)
            assert re.search(r"\d{4} at \d\d:\d\d:\d\d", title), (path, title)
            assert iso.endswith("+00:00"), (path, iso)
    page.goto(f"/conversations/{pk}/")
    oldest = page.locator('[data-n="1"] time')
    expect(oldest).to_have_text("1 Mar 2020, 13:05")
    expect(oldest).to_have_attribute("title", re.compile("^Sunday,? 1 March 2020 at 13:05:07 "))
