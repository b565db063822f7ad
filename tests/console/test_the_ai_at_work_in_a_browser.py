"""What an operator sees of the AI while it answers, and when it has stopped."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_the_ai_is_answering_only_while_it_is(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Ilse")
    page = desk.page(browser, "omar", "/conversations/")
    page.clock.install()
    page.goto(f"/live/?c={pk}")
    thread, line = page.locator(".thread"), page.locator('.composer__line[data-when="ai"]')
    expect(thread).to_have_attribute("data-synced", "")
    quiet = re.compile("is handling this conversation")
    expect(line).to_contain_text(quiet)
    desk.do("say(seen['Ilse'], 'And to Sweden?')")
    expect(line).to_contain_text("is answering")
    begin = (
        "now = Conversation.objects.get(pk={!r})\n"
        "broadcast.delta(now, epoch=now.handling_epoch, draft={!r}, i=0, text='Yes, ')"
    )
    desk.do(begin.format(pk, "d1"))
    expect(thread.locator(".message--draft")).to_be_visible()
    desk.do(
        f"reply({pk!r}, 'Yes, we do.')\nbroadcast.draft_end(now, epoch=now.handling_epoch, draft='d1', why='x')"
    )
    expect(line).to_contain_text(quiet)
    expect(thread.locator(".message--draft")).to_have_count(0)
    # What it began is void, and it begins anew under the same draft.
    desk.do("say(seen['Ilse'], 'And to Denmark?')")
    desk.do(begin.format(pk, "d3"))
    expect(thread.locator(".message--draft .message__body")).to_have_text("Yes,")
    desk.do("broadcast.draft_end(now, epoch=now.handling_epoch, draft='d3', why='reset')")
    expect(thread.locator(".message--draft")).to_have_count(0)
    desk.do("broadcast.delta(now, epoch=now.handling_epoch, draft='d3', i=0, text='To Denmark')")
    expect(thread.locator(".message--draft .message__body")).to_have_text("To Denmark")
    desk.do("broadcast.draft_end(now, epoch=now.handling_epoch, draft='d3', why='failed')")
    # And when its worker dies in the middle of an answer.
    desk.do(begin.format(pk, "d2"))
    expect(line).to_contain_text("is answering")
    page.clock.fast_forward(11_000)
    expect(line).to_contain_text(quiet)
    expect(thread.locator(".message--draft")).to_have_count(0)
    # Another worker goes on with it: its words are shown again.
    desk.do(begin.format(pk, "d2"))
    expect(thread.locator(".message--draft .message__body")).to_have_text("Yes,")
    expect(line).to_contain_text("is answering")
    thread.get_by_role("button", name="Resolve").click()
