"""What becomes of an answer on the visitor's screen, and when it was given."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_words_of_a_worker_that_died_go_when_another_has_answered(
    shop: Any, visit: Callable[..., Visitor]
) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    shop.stage.do("stream('d1', 'Half an ans')")
    vera.told("Half an ans")
    shop.stage.do("stream('d2', 'A whole')")
    vera.told("A whole")
    shop.stage.do("reply('A whole answer.', draft='d2')")
    vera.told("A whole answer.")
    expect(vera.chat.locator("body")).not_to_contain_text("Half an ans")


def test_a_day_has_24_hours_for_americans_too(shop: Any, visit: Callable[..., Visitor]) -> None:
    vera = visit(locale="en-US").open()
    vera.say("When?")
    expect(vera.stored("When?").locator(".state")).to_have_text(re.compile(r"^Sent [0-2]\d:[0-5]\d$"))
    shop.stage.do("reply('Now.')")
    expect(vera.told("Now.").locator("time")).to_have_text(re.compile(r"^[0-2]\d:[0-5]\d$"))
