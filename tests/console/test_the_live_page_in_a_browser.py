"""Two operators and a visitor at the live page, in a real browser over the running product."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.desk import Desk, card, live

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(180)]

# How many talks the live page has.
_LIVE = "result = Conversation.objects.filter(domain=cast.acme, lifecycle='open').count()"


def test_a_card_comes_and_changes_without_a_reload(desk: Desk, browser: Any) -> None:
    page = live(desk, browser, "omar")
    pk = desk.talk("Nora", "Do you ship to Norway?")
    mine = card(page, pk)
    expect(mine).to_be_visible()
    expect(mine.locator("h2")).to_have_text("Nora")
    expect(mine.locator(".card__page")).to_have_text("acme.example/pricing")
    expect(mine.locator(".badge")).to_have_text("AI Active")
    expect(mine.locator(".score__number")).to_have_text("40")
    expect(mine.locator(".card__last")).to_contain_text("Visitor: Do you ship to Norway?")
    expect(mine.locator(".card__foot time")).to_have_text(re.compile(r"^0:\d\d$"))
    desk.do(f"reply({pk!r}, 'Yes, in two days.')")
    expect(mine.locator(".card__last")).to_contain_text("AI: Yes, in two days.")
    desk.do(f"closing.resolve({pk!r}, operator=cast.ona)")
    expect(mine).to_have_count(0)


def test_a_wish_for_a_person_comes_first_and_into_the_title(desk: Desk, browser: Any) -> None:
    page = live(desk, browser, "omar")
    first, second = desk.talk("Rita"), desk.talk("Sam")
    expect(card(page, second)).to_be_visible()
    page.mouse.move(2, 2)
    desk.ring("Rita", "I need an offer today")
    expect(page.locator(".card").first).to_have_id(f"card-{first}")
    expect(card(page, first).locator(".badge")).to_have_text("Takeover Requested")
    expect(card(page, first).locator(".card__why")).to_have_text(
        "The visitor rang the bell: I need an offer today"
    )
    expect(page).to_have_title(re.compile(r"^\(\d+\) Live · Privas$"))
    expect(page.locator("#assertive")).to_contain_text("Takeover requested, Rita, score 40")
    desk.do(f"handling.take_over({first!r}, operator=cast.ona)")
    expect(card(page, first).locator(".badge")).to_have_text("Human Active")
    expect(card(page, first).locator(".card__operator")).to_have_text("Ona")
    expect(page).to_have_title("Live · Privas")


def test_the_thread_that_was_asked_for_last_is_the_one_that_stays(desk: Desk, browser: Any) -> None:
    slow, quick = desk.talk("Slow"), desk.talk("Quick")
    page = live(desk, browser, "omar")
    held: list[Any] = []
    page.route(f"**/conversations/{slow}/?part=thread", lambda route: held.append(route))
    card(page, slow).locator("[data-open]").first.click()
    card(page, quick).locator("[data-open]").first.click()
    thread = page.locator("[data-drawer] [data-thread]")
    expect(thread).to_have_attribute("data-thread", quick)
    with page.expect_request_finished(lambda request: f"/{slow}/?part=thread" in request.url):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    expect(thread).to_have_attribute("data-thread", quick)


def test_nothing_moves_under_the_hand(desk: Desk, browser: Any) -> None:
    desk.talk("Uma")
    page = live(desk, browser, "omar")
    page.locator(".card").first.hover()
    before = page.locator(".card").evaluate_all("cards => cards.map((card) => card.id)")
    pk = desk.talk("Vito")
    expect(page.locator("[data-pill]")).to_have_text("1 new")
    assert page.locator(".card").evaluate_all("cards => cards.map((card) => card.id)") == before
    page.locator("[data-pill]").click()
    expect(card(page, pk)).to_be_visible()


def test_filters_hold_for_cards_that_come_later(desk: Desk, browser: Any) -> None:
    page = live(desk, browser, "omar", "/live/?score_min=60")
    pk = desk.talk("Wim")
    expect(page.locator('[data-count=""]')).not_to_have_text("0")
    expect(card(page, pk)).to_have_count(0)
    desk.do(f"representatives.learn_facts({pk!r}, facts={{}}, score=80, reasons=[])")
    expect(card(page, pk)).to_be_visible()
    page.get_by_role("link", name="Clear filters").first.click()
    expect(page).to_have_url(re.compile(r"/live/$"))


def test_a_card_that_came_while_all_were_fetched_anew_stays(desk: Desk, browser: Any) -> None:
    page = live(desk, browser, "omar")
    told: list[str] = []

    def late(route: Any) -> None:
        answer = route.fetch()
        told.append(desk.talk("Zoe"))
        expect(card(page, told[-1])).to_be_visible()
        route.fulfill(response=answer)

    page.route("**/live/desk/**", late, times=1)
    with page.expect_response("**/live/desk/**"):
        page.locator("[data-filters]").get_by_text("AI Active").click()
    after = desk.talk("Zack")
    expect(card(page, after)).to_be_visible()
    expect(card(page, told[0])).to_be_visible()
    expect(page.locator('[data-count=""]')).to_have_text(str(desk.do(_LIVE)))


def test_by_keyboard_alone(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Dora")
    page = live(desk, browser, "omar")
    expect(card(page, pk)).to_be_visible()
    for _ in range(30):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.dataset.open") == pk:
            break
        if page.evaluate("document.activeElement === [...document.querySelectorAll('[data-open]')].at(-1)"):
            break
    page.locator(f'[data-open="{pk}"]').focus()
    page.keyboard.press("Enter")
    thread = page.locator(".thread")
    log, words = page.locator("[data-log]"), thread.locator("[data-words]")
    # Who came by keys takes over by a key, and then writes.
    expect(log).to_be_focused()
    page.keyboard.press("t")
    expect(thread).to_have_attribute("data-state", "mine")
    expect(words).to_be_focused()
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")
    expect(thread.locator('.message[data-by="operator"]')).to_contain_text(["By keys"])
    page.keyboard.press("Escape")
    expect(log).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.type("A note by keys")
    page.keyboard.press("Enter")
    expect(thread.locator(".message--note")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(thread.locator(".composer")).to_have_attribute("data-mode", "reply")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+T")
    expect(thread).to_have_attribute("data-state", "ai")
    page.keyboard.press("Escape")
    expect(page.locator("[data-drawer]")).to_be_hidden()
    expect(page.locator(f'[data-open="{pk}"]')).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")


def test_in_the_box_letters_are_words_and_the_first_escape_only_leaves_it(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Theo")
    page = live(desk, browser, "omar")
    card(page, pk).locator("[data-open]").click()
    thread, words = page.locator(".thread"), page.locator("[data-words]")
    expect(words).to_be_focused()
    expect(thread.locator("[data-hint=inside]")).to_have_text("Enter sends · Esc leaves the box")
    page.keyboard.type("Tell me")
    expect(words).to_have_value("Tell me")
    expect(thread).to_have_attribute("data-state", "ai")
    page.keyboard.press("Escape")
    expect(page.locator("[data-log]")).to_be_focused()
    expect(words).to_have_value("Tell me")
    expect(thread.locator("[data-hint=outside]")).to_contain_text("T takes over")
    page.keyboard.press("t")
    expect(thread).to_have_attribute("data-state", "mine")
    # Back in the box, behind what was typed.
    expect(words).to_be_focused()
    page.keyboard.type(" more")
    expect(words).to_have_value("Tell me more")
    page.keyboard.press("Escape")
    expect(thread).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-drawer]")).to_be_hidden()


def test_a_key_acts_on_the_card_that_has_the_focus_before_the_open_thread(desk: Desk, browser: Any) -> None:
    opened, focused = desk.talk("Ulla"), desk.talk("Udo")
    page = live(desk, browser, "omar", f"/live/?c={opened}")
    page.locator(f'[data-open="{focused}"]').focus()
    page.keyboard.press("t")
    expect(page.locator(".thread")).to_have_attribute("data-thread", focused)
    expect(page.locator(".thread")).to_have_attribute("data-state", "mine")
    expect(card(page, opened)).to_have_attribute("data-badge", "ai_active")


def test_hostile_words_stay_words(desk: Desk, browser: Any) -> None:
    evil = "<img src=x onerror=window.__x=1><script>window.__x=1</script>[x](javascript:window.__x=1)"
    page = live(desk, browser, "omar")
    pk = desk.talk(evil, evil)
    desk.do(
        f"reply({pk!r}, {evil!r})\n"
        f"operators.add_note({pk!r}, operator=cast.ona, client_id='evil', text={evil!r})\n"
        f"escalation.ring_bell(seen[{evil!r}], client_id='evil', reason={evil!r})"
    )
    expect(card(page, pk).locator("h2")).to_have_text(evil[:120])
    card(page, pk).locator("[data-open]").click()
    expect(page.locator(".thread .message--note")).to_be_visible()
    for path in ("/conversations/", f"/conversations/{pk}/"):
        assert page.evaluate("window.__x") is None
        assert page.locator("img[src=x], a[href^=javascript]").count() == 0
        page.goto(path)
        expect(page.locator("[data-sound]")).to_be_visible()
    assert page.evaluate("window.__x") is None
    desk.do(f"closing.resolve({pk!r}, operator=cast.ona)")


def test_one_tab_speaks_and_muting_is_kept(desk: Desk, browser: Any) -> None:
    page = live(desk, browser, "omar")
    other = page.context.new_page()
    other.goto("/conversations/")
    expect(other.locator("[data-sound]")).to_be_visible()
    holders = "async () => (await navigator.locks.query()).held.filter((lock) => lock.name === 'privas-voice').length"
    assert other.evaluate(holders) == 1
    pk = desk.talk("Gil")
    desk.ring("Gil")
    expect(other).to_have_title(re.compile(r"^\(\d+\) Conversations"))
    expect(other.locator("[data-waiting]")).to_be_visible()
    other.keyboard.press("m")
    expect(other.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")
    desk.do(f"closing.resolve({pk!r}, operator=cast.ona)")


def test_a_viewer_reads_and_has_no_buttons(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Eva")
    page = live(desk, browser, "vic", f"/live/?c={pk}")
    expect(page.locator(".thread__readonly")).to_be_visible()
    expect(page.locator("[data-command]:visible")).to_have_count(0)
