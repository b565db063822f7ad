"""The open thread in a real browser over the running product: turns, words, refusals, gaps."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.console.desk import Desk, card, live

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(180)]


def test_on_a_page_of_its_own_only_the_talk_scrolls(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zelda")
    for n in range(12):
        desk.do(f"reply({pk!r}, 'Reply {n} with many words.')")
    page = desk.page(browser, "omar", f"/conversations/{pk}/", viewport={"width": 1280, "height": 800})
    expect(page.locator("[data-log]")).to_contain_text("Reply 11")
    room = "() => { const e = document.scrollingElement; return e.scrollHeight - e.clientHeight; }"
    assert page.evaluate(room) == 0
    page.context.close()


def test_one_takes_over_the_second_reads_who_and_asks_for_control(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Xena", "I need help with an order")
    omar = live(desk, browser, "omar")
    ona = live(desk, browser, "ona", f"/live/?c={pk}")
    card(omar, pk).locator("[data-open]").click()
    expect(omar).to_have_url(re.compile(f"c={pk}"))
    # He watches unseen: nothing is written by looking.
    assert desk.do(f"result = Conversation.objects.get(pk={pk!r}).head") == 2
    thread = omar.locator(".thread")
    expect(thread).to_have_attribute("data-synced", "")
    desk.do(
        f"now = Conversation.objects.get(pk={pk!r})\n"
        "broadcast.delta(now, epoch=now.handling_epoch, draft='d1', i=0, text='Let me ')\n"
        "broadcast.delta(now, epoch=now.handling_epoch, draft='d1', i=1, text='look')"
    )
    expect(thread.locator(".message--draft .message__body")).to_have_text("Let me look")
    thread.get_by_role("button", name="Take over").click()
    expect(thread).to_have_attribute("data-state", "mine")
    expect(thread.locator(".message--draft")).to_have_count(0)
    expect(thread.locator(".line")).to_contain_text([re.compile("Human takeover by Omar at")])
    other = ona.locator(".thread")
    expect(other).to_have_attribute("data-state", "other")
    expect(other.locator(".composer")).to_contain_text("Omar is currently handling this conversation.")
    expect(other.get_by_role("button", name="Take over")).to_be_hidden()
    # A note is all there is to write, so it is said once: in the box.
    expect(other.locator("[data-words]")).to_have_attribute("placeholder", re.compile("^Leave a note"))
    expect(other.locator("[data-mode-to]:visible")).to_have_count(0)
    ona.locator("[data-log]").focus()
    ona.keyboard.press("n")
    expect(other.locator("[data-words]")).to_be_focused()
    other.get_by_role("button", name="Request control").click()
    expect(thread.locator("[data-ask]")).to_contain_text(
        re.compile(r"Ona asks for control.*passes in 0:\d\d\.")
    )
    expect(other.locator(".composer")).to_contain_text(
        re.compile(r"it passes to you in 0:\d\d unless they keep it")
    )
    expect(other.get_by_role("button", name="Request control")).to_be_hidden()
    other.get_by_role("button", name="Withdraw request").click()
    expect(thread.locator("[data-ask]")).to_be_hidden()
    expect(other.get_by_role("button", name="Withdraw request")).to_be_hidden()
    other.get_by_role("button", name="Request control").click()
    expect(thread.locator("[data-ask]")).to_be_visible()
    thread.get_by_role("button", name="Keep").click()
    expect(other.locator(".line").last).to_contain_text("Omar keeps the conversation")
    other.get_by_role("button", name="Request control").click()
    thread.get_by_role("button", name="Accept").click()
    expect(other).to_have_attribute("data-state", "mine")
    expect(thread.locator(".composer")).to_contain_text("Ona is currently handling this conversation.")
    other.get_by_role("button", name="Return to AI").click()
    expect(thread).to_have_attribute("data-state", "ai")


def test_taking_over_from_a_card_opens_its_thread(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Quin")
    page = live(desk, browser, "omar")
    card(page, pk).hover()
    card(page, pk).get_by_role("button", name="Take over").click()
    expect(page.locator(".thread")).to_have_attribute("data-thread", pk)
    expect(page.locator(".thread")).to_have_attribute("data-state", "mine")
    expect(page.locator("[data-words]")).to_be_focused()


def test_words_go_both_ways_and_notes_stay_amber(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Yann")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    thread = page.locator(".thread")
    words = thread.locator("[data-words]")
    words.fill("Hello Yann, Omar here.")
    words.press("Enter")
    expect(thread).to_have_attribute("data-state", "mine")
    said = thread.locator('.message[data-by="operator"]')
    expect(said).to_have_count(1)
    expect(said).to_contain_text("Hello Yann, Omar here.")
    expect(thread.locator("[data-unsent]")).to_have_count(0)
    expect(words).to_have_value("")
    desk.do("say(seen['Yann'], 'Thank you!')")
    expect(thread.locator(".message").last).to_contain_text("Thank you!")
    thread.get_by_role("button", name="Note", exact=True).click()
    expect(thread.locator(".composer")).to_have_attribute("data-mode", "note")
    words.fill("Wants an invoice")
    words.press("Enter")
    expect(thread.locator(".message--note").last).to_contain_text("team only")
    expect(thread.locator(".message--note")).to_have_count(1)


def test_a_refusal_keeps_the_words_and_names_the_holder(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Abel")
    page = live(desk, browser, "omar", f"/live/?c={pk}")

    def a_colleague_is_faster(route: Any) -> None:
        desk.do(f"handling.take_over({pk!r}, operator=cast.ona)")
        route.continue_()

    page.route("**/messages/", a_colleague_is_faster)
    words = page.locator("[data-words]")
    words.fill("I will take this one")
    words.press("Enter")
    kept = page.locator("[data-unsent][data-failed]")
    expect(kept).to_contain_text("I will take this one")
    expect(kept).to_contain_text("Not sent")
    expect(page.locator("[data-problem]")).to_have_text("Ona is currently handling this conversation.")
    expect(page.locator(".thread")).to_have_attribute("data-state", "other")
    page.unroute("**/messages/")
    page.reload()
    expect(kept).to_contain_text("I will take this one")
    kept.get_by_role("button", name="Delete").click()
    expect(kept).to_have_count(0)


def test_words_without_an_answer_are_tried_again_once(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Abe")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    page.route("**/messages/", lambda route: route.abort())
    words = page.locator("[data-words]")
    words.fill("Are you there?")
    words.press("Enter")
    kept = page.locator("[data-unsent][data-failed]")
    expect(kept).to_contain_text("Are you there?")
    page.unroute("**/messages/")
    kept.get_by_role("button", name="Retry").click()
    said = page.locator('.message[data-by="operator"][data-n] .message__body')
    expect(said).to_have_text(["Are you there?"])
    expect(page.locator("[data-unsent]")).to_have_count(0)


def test_the_composer_tells_that_the_visitor_waits_for_a_person(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Ida")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    line = page.locator('.composer__line[data-when="ai"]')
    expect(line).to_contain_text("is handling this conversation. Sending takes over.")
    desk.ring("Ida")
    expect(line).to_have_text("The visitor is waiting for a person. Sending takes over.", use_inner_text=True)
    page.reload()
    expect(line).to_have_text("The visitor is waiting for a person. Sending takes over.", use_inner_text=True)


def test_nothing_is_missing_or_doubled_after_the_line_was_cut(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Bea")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    desk.stack.front.stall()
    desk.stack.front.cut()
    expect(page.locator("[data-paused]")).to_be_visible(timeout=10_000)
    expect(page.locator("[data-composer]")).to_be_in_viewport(ratio=1)
    for number in range(5):
        desk.do(f"say(seen['Bea'], 'while away {number}')")
    desk.stack.front.flow()
    expect(page.locator("[data-paused]")).to_be_hidden(timeout=20_000)
    bodies = page.locator('.message[data-by="visitor"] .message__body')
    expect(bodies).to_have_text(["Do you ship to Norway?", *(f"while away {number}" for number in range(5))])
    expect(card(page, pk).locator(".card__last")).to_contain_text("while away 4")


def test_older_lines_come_when_one_scrolls_up(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Carl")
    desk.do("for number in range(120): say(seen['Carl'], f'word {number}')")
    page = live(desk, browser, "omar", f"/conversations/{pk}/")
    lines = page.locator("[data-log] [data-n]")
    expect(lines).to_have_count(50)
    expect(page.locator("[data-log] .message").last).to_be_in_viewport()
    for count in (100, 122):
        page.locator("[data-log]").evaluate("log => { log.scrollTop = 0 }")
        expect(lines).to_have_count(count)
        # What was on top has not moved away under the eyes.
        expect(lines.nth(count - 50 if count == 100 else 22)).to_be_in_viewport()
    numbers = lines.evaluate_all("lines => lines.map((line) => Number(line.dataset.n))")
    assert numbers == sorted(set(numbers))


def test_the_alert_mails_link_leads_through_log_in_to_the_thread(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Fay")
    page = desk.page(browser, None, f"/conversations/{pk}/")
    page.fill("[name=login]", desk.people["ona"])
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    expect(page).to_have_url(re.compile(f"/conversations/{pk}/$"))
    expect(page.locator("h1")).to_have_text("Fay")
    expect(page.locator("[data-visitor]")).to_contain_text("+40 Asks for a price")
