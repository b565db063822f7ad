"""What cannot be taken back is asked about first, by mouse and by keys."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.console.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@pytest.fixture
def server(desk: Desk) -> str:
    """A mail server of Acme; its settings page."""
    desk.do(
        "from emailops.models import MailServer\n"
        "MailServer.objects.update_or_create(domain=cast.acme, defaults={'host': 'smtp.acme.example', "
        "'from_address': 'hi@acme.example'})"
    )
    return f"/domains/{desk.acme}/settings/email/"


def servers_left(desk: Desk) -> int:
    return int(desk.do("result = MailServer.objects.filter(domain=cast.acme).count()"))


def press_through(page: Page, name: str) -> None:
    """Open the question, step to its answer and give it, all by keys."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_mail_server_is_removed_only_after_a_yes(desk: Desk, browser: Any, server: str) -> None:
    page = desk.page(browser, "olga", server)
    opener = page.get_by_role("button", name="Remove…")
    for leave in ("Escape", "Enter"):
        opener.click()
        dialog = page.get_by_role("dialog", name="Remove smtp.acme.example:587?")
        expect(dialog).to_contain_text("is kept as files and reaches nobody")
        page.keyboard.press(leave)
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
    assert servers_left(desk) == 1
    press_through(page, "Remove…")
    expect(page.locator(".toast")).to_be_visible()
    expect(opener).to_have_count(0)
    assert servers_left(desk) == 0


def test_a_member_is_removed_only_after_a_yes(desk: Desk, browser: Any) -> None:
    desk.do(
        "from accounts.models import User\nfrom domains.models import Membership\n"
        f"newcomer = User.objects.create_user('nell@acme.example', {PASSWORD!r}, name='Nell')\n"
        "Membership.objects.create(domain=cast.acme, user=newcomer, role='viewer')"
    )
    page = desk.page(browser, "olga", f"/domains/{desk.acme}/settings/members/")
    page.get_by_role("button", name="Remove… Nell").click()
    page.get_by_role("dialog", name="Remove Nell from Acme?").get_by_role("button", name="Cancel").click()
    expect(page.locator(".people__who").filter(has_text="Nell")).to_be_visible()
    press_through(page, "Remove… Nell")
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".people__who").filter(has_text="Nell")).to_have_count(0)
