"""The visitor's screen when they are in another talk than before: the team opens an older one, or a tab begins one."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.waiting import until
from tests.widget.conftest import GAP_MS, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("came_anew", [False, True])
def test_an_older_talk_that_is_opened_again_stands_there_once_and_is_no_news(
    shop: Any, visit: Visit, came_anew: bool
) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    older = shop.stage.ask("talk().pk")
    shop.stage.do("reply('We are open till six.')")
    vera.told("We are open till six.")
    shop.stage.do("resolve()")
    vera.told("Resolved.")
    until(lambda: shop.stage.ask("talk().visitor_read_n == talk().visitor_head"))
    vera.say("One more thing")
    vera.stored("One more thing")
    shop.stage.do("resolve()")
    expect(vera.chat.locator("#status")).to_have_text("Conversation closed")
    if came_anew:
        vera.page.reload()
        vera.stored("One more thing")
    vera.chat.get_by_role("button", name="Close chat").click()
    expect(vera.launcher).to_be_focused()
    messages, unread = vera.events("message"), vera.events("unread")
    read_out = vera.chat.locator("#say").inner_text()
    shop.stage.do(f"closing.reopen({older!r}, operator=dana())")
    expect(vera.chat.locator(".line.reopened")).to_have_count(1)
    expect(vera.chat.locator("#status")).to_have_text("Ava · AI assistant")
    assert vera.own == ["Hello"]
    expect(vera.chat.locator(".m.ai .b")).to_have_text(["We are open till six."])
    expect(vera.chat.locator("#log")).not_to_contain_text("New conversation")
    assert (vera.events("message"), vera.events("unread")) == (messages, unread)
    assert vera.chat.locator("#say").inner_text() == read_out
    expect(vera.launcher).to_have_accessible_name("Open chat")
    # What is said from now on is news again.
    shop.stage.do(
        f"operators.post_operator_message({older!r}, operator=dana(), client_id='1', text='Seven!')"
    )
    expect(vera.launcher).to_have_accessible_name("Open chat, 2 unread")


def test_a_talk_that_begins_in_one_tab_is_shown_in_the_other(shop: Any, visit: Visit) -> None:
    one = visit().open()
    one.say("Hello")
    one.stored("Hello")
    two = visit("/second", context=one.page.context).open()
    two.stored("Hello")
    shop.stage.do("resolve()")
    one.told("Resolved.")
    two.told("Resolved.")
    one.page.wait_for_timeout(GAP_MS)
    one.say("One more thing")
    two.stored("One more thing")
    assert one.own == ["Hello", "One more thing"]
    shop.stage.do("reply('Gladly')")
    two.told("Gladly")
    two.page.wait_for_timeout(GAP_MS)
    two.say("From the second")
    one.stored("From the second")
    two.stored("From the second")
    assert two.own[-2:] == ["One more thing", "From the second"]
    assert two.events("message")[-1:] == [{"kind": "message", "by": {"kind": "ai", "name": "Ava"}}]
