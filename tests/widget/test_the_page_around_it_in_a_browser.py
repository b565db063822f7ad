"""The customer's page: what it may ask of the widget, and what it can neither see nor break."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.waiting import until
from tests.widget.conftest import KEY, Visitor
from tests.widget.host import Host

pytestmark = [pytest.mark.browser, pytest.mark.redis]
Visit = Callable[..., Visitor]


def test_a_page_pays_for_one_script_until_the_visitor_shows_interest(visit: Visit, shop: Any) -> None:
    vera = visit()
    asked: list[str] = []
    vera.page.on("request", lambda request: asked.append(request.url))
    sockets: list[str] = []
    vera.page.on("websocket", lambda socket: sockets.append(socket.url))
    vera.page.reload()
    vera.launcher.wait_for()
    vera.page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.startswith(shop.url)] == [f"{shop.url}/w/{KEY}.js"]
    assert sockets == []
    vera.launcher.hover()
    vera.chat.locator("body:not([data-mode=off])").wait_for(state="attached")
    assert sockets == [shop.url.replace("http", "ws") + "/ws/widget/"]
    assert not any("vt_" in url or "token" in url for url in [*asked, *sockets])


def test_the_host_hears_no_key_and_is_handed_no_word(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    before = len(vera.page.evaluate("heard.keys"))
    vera.text.press_sequentially("My secret number is 4711")
    vera.text.press("Enter")
    vera.stored("4711")
    assert len(vera.page.evaluate("heard.keys")) == before
    shop.stage.do("reply('The secret answer is 4712')")
    vera.told("4712")
    until(lambda: vera.events("message"))
    assert vera.page.evaluate("heard.messages") == ["privas:hello"]
    assert vera.events("sent") == [None]
    assert vera.events("message") == [{"kind": "message", "by": {"kind": "ai", "name": "Ava"}}]
    assert "471" not in vera.page.evaluate("JSON.stringify(heard)")
    reach = "document.getElementById('privas-widget').shadowRoot.querySelector('iframe')"
    assert vera.page.evaluate(f"{reach}.contentDocument") is None
    with pytest.raises(Exception, match="cross-origin"):
        vera.page.evaluate(f"{reach}.contentWindow.document.body.innerText")


def test_the_panel_shows_the_whole_frame_and_has_nothing_to_scroll(visit: Visit) -> None:
    vera = visit().open()
    panel = "document.getElementById('privas-widget').shadowRoot.querySelector('.f')"
    assert vera.page.evaluate(f"{panel}.scrollHeight - {panel}.clientHeight") == 0


def test_a_second_port_and_a_false_greeting_change_nothing(visit: Visit) -> None:
    vera = visit().open()
    vera.page.evaluate(
        """() => {
          const frame = document.getElementById('privas-widget').shadowRoot.querySelector('iframe');
          const channel = new MessageChannel();
          frame.contentWindow.postMessage('privas:port', '*', [channel.port2]);
          channel.port1.postMessage({ t: 'send', text: 'forged' });
          const forged = ['privas:hello', { t: 'token', token: 'vt_forged' }, { t: 'close' }, null, 7];
          for (const data of forged) postMessage(data, '*');
        }"""
    )
    vera.say("Real")
    vera.stored("Real")
    assert vera.own == ["Real"]
    expect(vera.launcher).to_have_attribute("aria-expanded", "true")
    assert "forged" not in vera.page.evaluate("localStorage.getItem('privas:pk_shop')")


def test_a_page_that_is_not_listed_gets_no_button_and_its_developer_the_reason(
    shop: Any, browser: Any
) -> None:
    stranger = Host(shop.url, KEY)
    context = browser.new_context()
    try:
        page = context.new_page()
        with page.expect_event("console", lambda message: "not among the sites" in message.text):
            page.goto(stranger.origin)
        expect(page.locator("#privas-widget")).to_have_count(0)
    finally:
        context.close()
        stranger.stop()


def test_a_page_that_is_not_listed_and_hides_it_gets_no_frame(shop: Any, browser: Any) -> None:
    stranger = Host(shop.url, KEY)
    stranger.options = 'referrerpolicy="no-referrer"'
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(stranger.origin)
        with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
            page.locator("#privas-widget button.l").click()
        assert page.evaluate("privas('state').ready") is False
        assert page.evaluate("localStorage.getItem('privas:pk_shop')") is None
    finally:
        context.close()
        stranger.stop()


def test_what_comes_while_the_panel_is_closed_is_counted_and_shown(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    vera.chat.get_by_role("button", name="Close chat").click()
    expect(vera.launcher).to_be_focused()
    shop.stage.do("take_over()")
    shop.stage.do("write('Are you there?')")
    expect(vera.launcher).to_have_accessible_name("Open chat, 2 unread")
    expect(vera.page.locator("#privas-widget .b")).to_have_text("2")
    expect(vera.page.locator("#privas-widget .t")).to_contain_text("Dana Kay: Are you there?")
    assert vera.events("unread") == [1, 2]
    vera.page.reload()
    expect(vera.launcher).to_have_accessible_name("Open chat, 2 unread")
    vera.launcher.click()
    vera.told("Are you there?")
    expect(vera.launcher).to_have_accessible_name("Close chat")
    until(lambda: shop.stage.ask("talk().visitor_read_n") == 3)
    vera.chat.get_by_role("button", name="Close chat").click()
    expect(vera.launcher).to_be_focused()
    vera.page.reload()
    until(lambda: vera.page.evaluate("privas('state').ready"))
    expect(vera.launcher).to_have_accessible_name("Open chat")


def test_the_page_speaks_with_one_function(shop: Any, visit: Visit) -> None:
    vera = visit(options='data-open="#help" data-launcher="none"')
    expect(vera.launcher).to_be_hidden()
    vera.page.evaluate("privas('identify', {id: 42, name: 'Vera', email: 'vera@acme.example'})")
    vera.page.evaluate("document.getElementById('help').click()")
    expect(vera.text).to_be_visible()
    assert vera.events("queued") == ["open"]
    vera.page.evaluate("privas('prefill', 'A draft')")
    expect(vera.text).to_have_value("A draft")
    assert shop.stage.ask("Visitor.objects.filter(name='Vera').count()") == 0
    vera.page.evaluate("privas('send', 'Sent by the page')")
    vera.stored("Sent by the page")
    until(lambda: shop.stage.ask("talk().visitor.name") == "Vera")
    assert shop.stage.ask("talk().visitor.verified") is False
    vera.page.evaluate("window.calls = []; window.off = privas('on', 'close', () => calls.push(1)); 0")
    vera.page.evaluate("privas('close'); privas('open'); off(); privas('close')")
    assert vera.page.evaluate("calls") == [1]
    assert vera.page.evaluate("privas('nonsense')") is None
    state = vera.page.evaluate("privas('state')")
    assert (state["ready"], state["open"], state["mode"]) == (True, False, "ai")
    vera.page.evaluate("privas('theme', 'dark'); privas('open')")
    assert (
        until(lambda: vera.frame.evaluate("getComputedStyle(document.body).backgroundColor"))
        == "rgb(28, 27, 34)"
    )
    vera.page.evaluate("privas('destroy')")
    assert vera.page.evaluate(
        "[document.querySelectorAll('#privas-widget, iframe').length, typeof privas]"
    ) == [0, "undefined"]


def test_reset_forgets_the_visitor(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Mine")
    vera.stored("Mine")
    before = vera.page.evaluate("localStorage.getItem('privas:pk_shop')")
    vera.page.evaluate("privas('reset')")
    vera.told("Ask me anything")
    until(lambda: vera.page.evaluate("localStorage.getItem('privas:pk_shop')"))
    assert vera.page.evaluate("localStorage.getItem('privas:pk_shop')") != before
    assert vera.own == []


def test_after_a_reset_the_next_visitor_finds_and_sends_nothing_of_the_last(shop: Any, visit: Visit) -> None:
    ada = visit().open()
    ada.say("Mine")
    ada.stored("Mine")
    ada.say("Mine too, waiting for its turn")
    ada.text.fill("Half a secr")
    ada.page.evaluate("privas('reset')")
    bob = ada
    bob.told("Ask me anything")
    expect(bob.text).to_have_value("")
    bob.say("Of the next one")
    bob.stored("Of the next one")
    assert bob.own == shop.stage.ask("texts()") == ["Of the next one"]
    assert "secr" not in bob.frame.evaluate("JSON.stringify(sessionStorage)")


def test_a_reset_reaches_what_was_kept_by_a_frame_that_is_not_there(visit: Visit) -> None:
    ada = visit().open()
    ada.text.fill("Half a secr")
    ada.chat.get_by_role("button", name="Close chat").click()
    ada.page.reload()
    ada.launcher.wait_for()
    ada.page.evaluate("privas('reset'); localStorage.clear()")  # as many pages do when somebody logs out
    ada.open()
    expect(ada.text).to_have_value("")


def test_a_reset_takes_the_last_words_from_the_launcher_and_the_state(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    vera.chat.get_by_role("button", name="Close chat").click()
    shop.stage.do("take_over()")
    shop.stage.do("write('Your code is 4711')")
    teaser = vera.page.locator("#privas-widget .t")
    expect(teaser).to_contain_text("Your code is 4711")
    vera.page.evaluate("privas('reset')")
    expect(teaser).to_be_hidden()
    blank = {"ready": False, "open": False, "unread": 0, "mode": "ai", "visitor": None}
    assert vera.page.evaluate("privas('state')") == blank


def test_a_site_without_page_loads_still_tells_where_the_visitor_is(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    vera.page.evaluate("history.pushState({}, '', '/cart'); document.title = 'Your cart'")
    seen = "(lambda v: [v.page_url, v.page_title])(Visitor.objects.get(pk=talk().visitor_id))"
    until(lambda: shop.stage.ask(seen) == [f"{shop.host.origin}/cart", "Your cart"])


def test_a_token_that_is_refused_is_replaced_without_a_word(shop: Any, visit: Visit) -> None:
    vera = visit()
    vera.page.evaluate("localStorage.setItem('privas:pk_shop', 'vt_long:for:gotten')")
    vera.page.reload()
    vera.open()
    vera.say("Hello again")
    vera.stored("Hello again")
    assert vera.page.evaluate("localStorage.getItem('privas:pk_shop')") != "vt_long:for:gotten"


def test_a_body_that_is_swapped_keeps_its_widget(visit: Visit) -> None:
    vera = visit()
    vera.page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(vera.launcher).to_be_visible()
    assert vera.page.locator("#privas-widget").count() == 1
