"""The console on a phone: nothing lies beside the screen, and what matters is in view."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.redis]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "screen": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
SETTINGS = ("general", "live", "email", "email/templates", "email/suppressions", "ai", "widget", "members")
# Wider than the screen, unless it scrolls by itself. (A phone makes its window wider for a page that is too wide.)
# Of what it scrolls by itself, unseen words may still make the page wider.
_BESIDE = """() => [...document.querySelectorAll("main *, nav *")].filter((element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || box.right <= screen.width + 1) return false;
    for (let up = element.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return false;
    return true;
}).map((element) => element.outerHTML.slice(0, 120)).concat(
    document.documentElement.scrollWidth > screen.width ? ["the page scrolls sideways"] : []
)"""
# Puts addresses of any length on the domain's suppression list.
_SUPPRESSED = """
from emailops import suppressions
suppressions.suppress(cast.acme, "j@x.example", "unsubscribed")
suppressions.suppress(cast.acme, "a-very-long." * 5 + "@" + "a-very-long." * 5 + "example", "bad_address")
suppressions.suppress(cast.acme, "m" * 64 + "@" + "w" * 60 + ".example", "manual", cast.olga)
"""


@pytest.fixture
def talk(desk: Desk) -> str:
    """A talk with long words in it, held by Omar while Ona asks for it."""
    pk = desk.talk("A visitor with a very long name indeed")
    desk.do(
        f"handling.take_over({pk!r}, operator=cast.omar)\n"
        f"handling.request_control({pk!r}, operator=cast.ona)\n"
        "visitors.identify(seen['A visitor with a very long name indeed'], "
        "email='a.very.long.address@a-very-long-domain.example')\n"
        f"operators.add_note({pk!r}, operator=cast.ona, client_id='n', text='https://acme.example/' + 'x' * 90)\n"
        "import dataclasses\n"
        "far = dataclasses.replace(vera(cast.acme), page_url='https://acme.example/' + 'long-' * 20)\n"
        "say(far, 'Hello')\n" + _SUPPRESSED
    )
    return pk


def test_no_page_is_wider_than_the_screen(desk: Desk, browser: Any, talk: str) -> None:
    pages = ["/live/", "/conversations/", "/emails/", "/domains/", "/accounts/profile/"]
    pages += [f"/domains/{desk.acme}/settings/{name}/" for name in SETTINGS]
    for who in ("omar", "ona", "olga"):
        page = desk.page(browser, who, **PHONE)
        for path in [f"/conversations/{talk}/", f"/live/?c={talk}", *(pages if who == "olga" else [])]:
            page.goto(path)
            assert page.evaluate(_BESIDE) == [], (who, path)


_HEIGHTS = "rows => rows.map((row) => row.getBoundingClientRect().height)"


def test_cards_are_dense_and_keep_all_their_facts(desk: Desk, browser: Any) -> None:
    asks, talks = desk.talk("Paula"), desk.talk("Paul")
    desk.ring("Paula", "I need an offer for forty bikes, today if at all possible")
    page = desk.page(browser, "omar", **PHONE)
    for pk in (asks, talks):
        for fact in ("h2", ".card__page", ".card__foot time", ".score__number", ".badge", ".card__last"):
            expect(page.locator(f"#card-{pk} {fact}")).to_be_visible()
    expect(page.locator(f"#card-{asks} .card__why")).to_be_visible()
    expect(page.locator(f"#card-{asks} [data-command=take-over]")).to_be_visible()
    heights = page.locator(".card").evaluate_all(_HEIGHTS)
    assert max(heights) <= 128, heights
    assert page.locator("[data-filters]").bounding_box()["height"] <= 96


def test_mails_are_dense_and_keep_all_their_facts(desk: Desk, browser: Any) -> None:
    desk.do(
        "from emailops.queueing import Letter, queue_email\n"
        "letter = Letter('New conversation on Acme: ' + 'do you ship to Norway ' * 9, 'Hello', '<p>Hello</p>')\n"
        "queue_email(cast.acme, kind='manual', recipient='vera.with.a.long.address@customers.example',\n"
        "    recipient_name='Vera', letter=letter, idempotency_key='dense')"
    )
    page = desk.page(browser, "olga", "/emails/", **PHONE)
    mail = page.locator(".mail").filter(has_text="vera.with")
    for label in ("Created", "Domain", "Recipient", "Subject", "Status", "Attempts"):
        expect(mail.locator(f'td[data-label="{label}"]')).to_be_visible()
    # What there is nothing to say of takes no line.
    expect(mail.locator('td[data-label="Sent at"]')).to_be_hidden()
    heights = mail.evaluate_all(_HEIGHTS)
    assert max(heights) <= 96, heights
    mail.get_by_role("button", name="Mail to").click()
    expect(mail.locator(".letter__frame")).to_be_visible()
    assert page.evaluate(_BESIDE) == []


def test_suppressed_addresses_are_dense_and_keep_all_their_facts(desk: Desk, browser: Any) -> None:
    desk.do(_SUPPRESSED)
    page = desk.page(browser, "olga", f"/domains/{desk.acme}/settings/email/suppressions/", **PHONE)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    for row in rows.all():
        row.scroll_into_view_if_needed()
        for fact in ("td:nth-child(1)", "td:nth-child(2)", "time", "button"):
            expect(row.locator(fact)).to_be_in_viewport(ratio=0.9)
    heights = rows.evaluate_all(_HEIGHTS)
    assert min(heights) <= 56, heights  # of the short address: two lines
    assert page.evaluate(_BESIDE) == []


def test_the_tab_one_is_on_is_in_view(desk: Desk, browser: Any) -> None:
    page = desk.page(browser, "olga", **PHONE)
    for name in SETTINGS:
        page.goto(f"/domains/{desk.acme}/settings/{name}/")
        expect(page.locator(".tabs [aria-current=page]")).to_be_in_viewport(ratio=0.9)


def test_the_state_of_an_article_is_in_view(desk: Desk, browser: Any) -> None:
    desk.do(
        "from representative.knowledge.articles import add_article\n"
        "add_article(cast.acme, title='Shipping to Norway and to other countries', text='Yes, we do.', phrasings=[])"
    )
    page = desk.page(browser, "olga", f"/domains/{desk.acme}/settings/ai/", **PHONE)
    expect(page.locator("td .badge")).to_be_in_viewport(ratio=0.9)
