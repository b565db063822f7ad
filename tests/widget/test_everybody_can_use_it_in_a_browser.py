"""Keyboard, screen reader, dark, small, still, right to left."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.axe import violations
from tests.waiting import until
from tests.widget.conftest import GAP_MS, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]
Visit = Callable[..., Visitor]
LOOKS: list[Any] = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {
        "color_scheme": "light",
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
    },
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
]


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "light-390", "dark-390"])
def test_axe_finds_nothing_in_any_state(shop: Any, visit: Visit, look: dict[str, Any]) -> None:
    vera = visit(reduced_motion="reduce", **look)
    assert violations(vera.page) == []
    vera.open()
    vera.told("Ask me anything")
    found = {"first": violations(vera.frame)}
    vera.say("How much is it?")
    vera.stored("How much is it?")
    shop.stage.do("stream('d1', 'One **moment**')")
    vera.told("One moment")
    found["stream"] = violations(vera.frame)
    shop.stage.do(
        "reply('It is [119 €](https://acme.example) with `CODE`.\\n\\n- one\\n- two\\n\\n> said\\n\\n```\\nx\\n```')"
    )
    vera.told("119 €")
    found["answer"] = violations(vera.frame)
    vera.chat.get_by_role("button", name="Ask for a person").click()
    found["bell"] = violations(vera.frame)
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.chat.locator(".waiting").wait_for()
    found["waiting"] = violations(vera.frame)
    shop.stage.do("take_over()")
    shop.stage.do("write('Dana here')")
    shop.stage.do("typing()")
    vera.chat.locator(".dots").wait_for()
    found["human"] = violations(vera.frame)
    vera.chat.get_by_role("button", name="Menu").click()
    found["menu"] = violations(vera.frame)
    vera.page.keyboard.press("Escape")
    shop.stage.do("hand_back()")
    vera.told("You're back")
    vera.chat.get_by_role("button", name="Ask for a person").click()
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.chat.locator(".waiting").wait_for()
    shop.stage.do("nobody_came()")
    vera.chat.get_by_label("Where may we answer you?").wait_for()
    found["address"] = violations(vera.frame)
    vera.page.wait_for_timeout(GAP_MS)
    vera.text.fill("x" * 4001)
    found["too long"] = violations(vera.frame)
    vera.text.fill("One")
    vera.text.press("Enter")
    vera.stored("One")
    vera.say("Two")
    found["armed"] = violations(vera.frame)
    vera.stored("Two")
    vera.page.context.set_offline(True)
    vera.say("Three")
    expect(vera.chat.locator("#status")).to_have_text("Reconnecting…")
    found["offline"] = violations(vera.frame)
    vera.page.context.set_offline(False)
    vera.stored("Three")
    shop.stage.do("resolve()")
    vera.chat.get_by_role("button", name="5 of 5, Very good").wait_for()
    found["closed"] = violations(vera.frame)
    found["page"] = violations(vera.page)
    assert {state: list_ for state, list_ in found.items() if list_} == {}


def test_everything_is_done_with_the_keyboard_alone(shop: Any, visit: Visit) -> None:
    vera = visit()
    keys = vera.page.keyboard
    for _ in range(10):
        keys.press("Tab")
        if vera.launcher.evaluate("node => node.matches(':focus')"):
            break
    keys.press("Enter")
    expect(vera.text).to_be_focused()
    keys.type("Line one")
    keys.press("Shift+Enter")
    keys.type("line two")
    keys.press("Enter")
    vera.stored("Line one")
    assert vera.own == ["Line one\nline two"]
    keys.press("Shift+Tab")
    expect(vera.chat.get_by_role("log")).to_be_focused()
    for name in ("Close chat", "Menu", "Ask for a person"):
        keys.press("Shift+Tab")
        expect(vera.chat.get_by_role("button", name=name)).to_be_focused()
    keys.press("Enter")
    expect(vera.chat.get_by_label("What is it about?")).to_be_focused()
    keys.press("Escape")
    expect(vera.chat.get_by_role("button", name="Ask for a person")).to_be_focused()
    keys.press("Enter")
    keys.type("A refund")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    vera.told("Of course")
    expect(vera.text).to_be_focused()
    keys.press("Escape")
    expect(vera.launcher).to_be_focused()
    expect(vera.launcher).to_have_attribute("aria-expanded", "false")
    keys.press("Tab")
    assert not vera.page.evaluate("document.activeElement.tagName === 'IFRAME'")


def test_a_half_composed_word_is_not_sent_by_enter(visit: Visit) -> None:
    vera = visit().open()
    vera.text.fill("にほん")
    vera.text.evaluate(
        "node => node.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(vera.text).to_have_value("にほん")
    assert vera.own == []


def test_a_screen_reader_hears_finished_words_once_and_the_past_never(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    vera.frame.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.getElementById('say').innerText.trim()))"
        ".observe(document.getElementById('say'), {childList: true})"
    )
    shop.stage.do("stream('d1', 'It', ' costs', ' 119')")
    vera.told("It costs 119")
    shop.stage.do("reply('It costs **119**.')")
    vera.told("It costs 119.")
    assert until(lambda: vera.frame.evaluate("said")) == ["Ava, AI assistant, said: It costs 119."]
    vera.page.reload()
    vera.told("It costs 119.")
    assert vera.frame.evaluate("document.getElementById('say').innerText") == ""
    assert vera.frame.evaluate("document.getElementById('log').getAttribute('aria-live')") == "off"


def test_on_a_phone_it_fills_the_screen_and_the_page_behind_stands_still(visit: Visit) -> None:
    vera = visit(**LOOKS[2]).open()
    box = vera.page.locator("#privas-widget iframe").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert vera.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    buttons = "[...document.querySelectorAll('header button, footer button')].filter((b) => b.offsetWidth)"
    small = vera.frame.evaluate(f"{buttons}.filter((b) => b.offsetWidth < 44 || b.offsetHeight < 44).length")
    assert small == 0
    vera.chat.get_by_role("button", name="Close chat").click()
    expect(vera.launcher).to_be_visible()
    assert vera.page.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"


@pytest.mark.parametrize("look", LOOKS[::3], ids=["desk", "phone"])
def test_only_the_talk_scrolls_and_never_the_panel_with_its_buttons(
    shop: Any, visit: Visit, look: dict[str, Any]
) -> None:
    vera = visit(**look).open()
    for n in range(6):
        vera.say(f"Line {n} of a talk that is longer than the panel\n\n\nand goes on")
        vera.stored(f"Line {n}")
    vera.chat.get_by_role("button", name="Ask for a person").click()
    vera.chat.get_by_role("button", name="Not now").click()
    vera.chat.get_by_role("button", name="Ask for a person").click()
    expect(vera.chat.get_by_label("What is it about?")).to_be_focused()
    room = (
        "() => { const e = document.documentElement; return [e.scrollTop, e.scrollHeight - e.clientHeight]; }"
    )
    assert vera.frame.evaluate(room) == [0, 0]


def test_right_to_left_pages_get_a_mirrored_panel(visit: Visit) -> None:
    vera = visit()
    vera.page.evaluate("document.documentElement.dir = 'rtl'")
    vera.open()
    face, close = vera.chat.locator("header .face"), vera.chat.get_by_role("button", name="Close chat")
    expect(close).to_be_visible()
    assert face.bounding_box()["x"] > close.bounding_box()["x"]
    assert vera.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
