"""axe finds nothing on any page, in both themes, on a phone and on a desk; nothing scrolls sideways."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.axe import SIZES, THEMES, scrolls_sideways, violations
from tests.console.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.slow, pytest.mark.timeout(300)]

ENTRANCE = ("/accounts/login/", "/accounts/password/reset/", "/nowhere/")


@pytest.fixture(scope="module")
def paths(desk: Desk) -> list[str]:
    """Every page of the console, full and empty."""
    pk, held, closed = desk.talk("Gwen"), desk.talk("Hugo"), desk.talk("Iris")
    desk.ring("Gwen")
    article = desk.do(
        f"handling.take_over({held!r}, operator=cast.omar)\n"
        f"operators.post_operator_message({held!r}, operator=cast.omar, client_id='h', text='Hello from **Omar**')\n"
        f"operators.add_note({held!r}, operator=cast.ona, client_id='n', text='A note')\n"
        f"handling.request_control({held!r}, operator=cast.ona)\n"
        f"closing.resolve({closed!r}, operator=cast.omar)\n"
        "from representative.models import Article\n"
        "one = Article.objects.create(domain=cast.acme, title='Shipping', text='Two days.', phrasings=['Norway?'])\n"
        "result = str(one.pk)\n"
        "from emailops import suppressions\n"
        "for reason in ('manual', 'bad_address'):\n"
        "    suppressions.suppress(cast.acme, f'{reason}@{\"a-very-long.\" * 5}example', reason, cast.olga)"
    )
    settings = f"/domains/{desk.acme}/settings"
    return [
        "/live/",
        f"/live/?c={pk}",
        f"/live/?c={held}",
        "/live/?score_min=100",
        "/conversations/",
        "/conversations/?q=nobody-has-this-name",
        f"/conversations/{pk}/",
        f"/conversations/{closed}/",
        "/domains/",
        "/domains/new/",
        *(f"{settings}/{tab}/" for tab in ("general", "live", "email", "ai", "widget", "members")),
        *(f"{settings}/email/{page}/" for page in ("templates", "suppressions")),
        f"{settings}/ai/articles/new/",
        f"{settings}/ai/articles/{article}/",
        "/emails/",
        "/accounts/profile/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/logout/",
    ]


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_accessible(desk: Desk, browser: Any, paths: list[str], theme: str, size: str) -> None:
    wrong = {}
    page = desk.page(browser, None, "/accounts/login/", color_scheme=theme, viewport=SIZES[size])
    for path in ENTRANCE:
        page.goto(path)
        if found := violations(page):
            wrong[path] = found
    page = desk.page(browser, "olga", "/live/", color_scheme=theme, viewport=SIZES[size])
    for path in paths:
        page.goto(path)
        expect(page.locator("[data-sound]")).to_be_visible()
        if found := violations(page) + scrolls_sideways(page):
            wrong[path] = found
    assert wrong == {}


def test_menus_and_dialogs_are_accessible_when_open(desk: Desk, browser: Any) -> None:
    page = desk.page(browser, "olga", "/live/")
    page.get_by_role("button", name="Switch domain").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Olga: account and theme").click()
    assert violations(page) == []
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Olga: account and theme").click()
    page.get_by_role("button", name="As the system").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert violations(page) == []


def test_single_keys_can_be_turned_off(desk: Desk, browser: Any) -> None:
    page = desk.page(browser, "olga", "/conversations/")
    page.keyboard.press("?")
    page.get_by_label("Single keys work when no field has focus").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page).to_have_url("/conversations/")
