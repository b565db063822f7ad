"""Who else of the team is there, as the live page shows it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.desk import Desk, live

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(180)]


def test_colleagues_show_their_faces_while_they_are_there(desk: Desk, browser: Any) -> None:
    omar = live(desk, browser, "omar")
    faces = omar.locator("[data-team] .avatar")
    expect(faces).to_have_count(0)
    ona = live(desk, browser, "ona")
    expect(faces).to_have_text(["O"])
    expect(faces).to_have_attribute("aria-label", "Ona is here")
    expect(ona.locator("[data-team] .avatar")).to_have_attribute("aria-label", "Omar is here")
    live(desk, browser, "vic")
    ona.goto("/conversations/")
    expect(faces).to_have_count(1)
    ona.context.close()
    expect(faces).to_have_count(0, timeout=30_000)


def test_many_leave_room_for_the_rest_of_the_head(desk: Desk, browser: Any) -> None:
    desk.do(
        "from accounts import presence; from tests.cast import person\n"
        "for name in 'Ada Ben Cleo Dan Eve Fay Gil'.split(): presence.arrive(uuid.uuid4(), person(name, cast.acme))"
    )
    page = live(desk, browser, "omar")
    faces = page.locator("[data-team] .avatar")
    expect(faces).to_have_text(list("ABCDEFG"))
    place = page.locator("[data-team]").bounding_box()
    assert place is not None
    assert place["width"] < 120
