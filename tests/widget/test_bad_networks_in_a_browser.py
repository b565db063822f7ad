"""Lines that die, servers that restart, pages that reload: nothing typed is lost, nothing comes twice."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.waiting import until
from tests.widget.conftest import GAP_MS, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]
Visit = Callable[..., Visitor]


def online(visitor: Visitor) -> None:
    """What a browser says when its network is back; without it the widget waits as long as its jitter says."""
    visitor.frame.evaluate("dispatchEvent(new Event('online'))")


def test_words_written_offline_go_out_by_themselves_in_order(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Before")
    vera.stored("Before")
    vera.page.context.set_offline(True)
    expect(vera.chat.locator("#status")).to_have_text("Reconnecting…")
    for words in ("First", "Second", "Third"):
        vera.say(words)
    expect(vera.chat.locator(".m.visitor[data-state=sending]")).to_have_count(3)
    expect(vera.chat.locator(".m.visitor").last).to_contain_text("Waiting for the connection")
    vera.page.context.set_offline(False)
    vera.stored("Third")
    assert vera.own == shop.stage.ask("texts()") == ["Before", "First", "Second", "Third"]


def test_unsent_words_and_a_half_written_line_survive_a_reload(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Before")
    vera.stored("Before")
    shop.front.stall()
    vera.page.wait_for_timeout(GAP_MS)
    vera.say("Under way")
    expect(vera.chat.locator(".m.visitor").last).to_contain_text("Sending…")
    vera.text.fill("Half a li")
    shop.front.flow()
    shop.front.cut()
    vera.page.reload()
    vera.stored("Under way")
    expect(vera.text).to_have_value("Half a li")
    assert vera.own == shop.stage.ask("texts()") == ["Before", "Under way"]


def test_words_that_wait_for_their_turn_survive_a_reload(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Before")
    vera.stored("Before")
    for words in ("First", "Second"):
        vera.say(words)
    vera.text.fill("Half a li")
    vera.page.reload()
    vera.stored("Second")
    expect(vera.text).to_have_value("Half a li")
    assert vera.own == shop.stage.ask("texts()") == ["Before", "First", "Second"]


def test_an_answer_lost_with_the_line_is_fetched_and_shown_once(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Question")
    vera.stored("Question")
    for number in range(5):
        shop.front.cut()
        shop.stage.do(f"reply('Answer {number}', draft='a{number}')")
        online(vera)
        vera.told(f"Answer {number}")
        vera.page.wait_for_timeout(GAP_MS)
        vera.say(f"Thanks {number}")
        vera.stored(f"Thanks {number}")
    answers = vera.chat.locator(".m.ai .b").all_inner_texts()
    assert answers[1:] == [f"Answer {number}" for number in range(5)]
    assert vera.own == ["Question", *[f"Thanks {number}" for number in range(5)]]


def test_a_server_that_restarts_is_noticed_and_found_again(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Before")
    vera.stored("Before")
    shop.kill("web1")
    vera.page.wait_for_timeout(GAP_MS)
    vera.say("While it is down")
    expect(vera.chat.locator("#status")).to_have_text("Reconnecting…")
    shop.restart("web1")
    online(vera)
    vera.stored("While it is down")
    assert vera.own == shop.stage.ask("texts()") == ["Before", "While it is down"]


def test_an_unacknowledged_message_can_be_tried_again_or_deleted(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Before")
    vera.stored("Before")
    vera.page.wait_for_timeout(GAP_MS)
    vera.frame.evaluate(
        "Object.defineProperty(WebSocket.prototype, 'send', {value() {}, configurable: true, writable: true})"
    )
    vera.page.clock.install()
    vera.say("Into the void")
    vera.page.clock.fast_forward(31_000)
    failed = vera.chat.locator(".m.visitor[data-state=failed]")
    expect(failed).to_contain_text("Not sent.")
    failed.get_by_role("button", name="Delete").click()
    assert vera.own == ["Before"]
    assert shop.stage.ask("texts()") == ["Before"]


def test_two_tabs_show_the_same_talk(shop: Any, visit: Visit) -> None:
    one = visit().open()
    one.say("From the first")
    one.stored("From the first")
    two = visit("/second", context=one.page.context).open()
    two.stored("From the first")
    two.page.wait_for_timeout(GAP_MS)
    two.say("From the second")
    one.stored("From the second")
    shop.stage.do("reply('To both')")
    one.told("To both")
    two.told("To both")
    assert one.own == two.own == ["From the first", "From the second"]


def test_the_next_page_goes_on_with_the_talk_and_keeps_the_panel_open(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    vera.page.click("#away")
    vera.page.wait_for_url("**/second")
    vera.stored("Hello")
    expect(vera.launcher).to_have_attribute("aria-expanded", "true")
    until(lambda: shop.stage.ask("Visitor.objects.get(pk=talk().visitor_id).page_url").endswith("/second"))


def test_a_widget_that_has_grown_too_old_loads_itself_anew_and_only_once(visit: Visit) -> None:
    vera = visit()
    loaded: list[str] = []
    vera.page.on("request", lambda request: loaded.append(request.url) if "/frame" in request.url else None)
    closed: list[str] = []

    def too_old(line: Any) -> None:
        closed.append(line.url)
        line.close(code=4426)

    vera.page.route_web_socket("**/ws/widget/", too_old)
    vera.launcher.click()
    while len(closed) < 2:
        vera.page.wait_for_timeout(20)
    # A third time would come at once.
    vera.page.wait_for_timeout(500)
    assert (len(closed), len(loaded)) == (2, 2)


def test_a_late_answer_to_a_repeat_does_not_lead_back_to_an_older_talk(visit: Visit) -> None:
    vera = visit()
    here, older = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
    event = {"t": "event", "c": here, "n": 1, "kind": "message", "at": "2026-01-01T00:00:00Z"}
    words = {**event, "by": {"kind": "ai", "name": "Ava"}, "data": {"text": "It goes on here"}}

    def serve(line: Any) -> None:
        def hear(text: str) -> None:
            frame = json.loads(text)
            if frame["t"] == "auth":
                line.send(json.dumps({**READY, "conversation": here}))
                line.send(json.dumps({"t": "synced", "head": 0}))
            elif frame["t"] == "new":
                line.send(json.dumps({"t": "ack", "id": frame["id"], "c": older, "n": 0, "dup": True}))
                line.send(json.dumps(words))

        line.on_message(hear)

    vera.page.route_web_socket("**/ws/widget/", serve)
    vera.open()
    vera.say("Hello again")
    vera.told("It goes on here")


def test_a_bell_that_meets_the_end_of_its_talk_rings_in_a_new_one(visit: Visit) -> None:
    vera = visit()
    here, newer = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
    asked: list[tuple[str, str]] = []

    def serve(line: Any) -> None:
        def hear(text: str) -> None:
            frame = json.loads(text)
            if frame["t"] == "auth":
                line.send(json.dumps({**READY, "conversation": here, "lifecycle": "open"}))
                line.send(json.dumps({"t": "synced", "head": 0}))
            elif frame["t"] in ("bell", "new"):
                asked.append((frame["t"], frame["id"]))
                answer = {"id": frame["id"], "c": newer, "n": len(asked) - 2, "dup": False}
                line.send(json.dumps({"t": "ack", **answer} if asked[1:] else ENDED | {"id": frame["id"]}))

        line.on_message(hear)

    vera.page.route_web_socket("**/ws/widget/", serve)
    vera.open()
    vera.chat.get_by_role("button", name="Ask for a person").click()
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.told("New conversation")
    until(lambda: len(asked) == 3)
    assert [t for t, _ in asked] == ["bell", "new", "bell"]
    assert asked[0] == asked[2]


ENDED = {"t": "err", "code": "ended"}
# A talk that has ended, so that the first words ask for a new one.
READY = {
    "t": "ready",
    "visitor": "v",
    "head": 0,
    "read": 0,
    "handler": "ai",
    "operator": None,
    "lifecycle": "ended",
    "known": {"email": False},
    "now": "2026-01-01T00:00:00Z",
    "limits": {"text": 4000, "message_gap_ms": 0},
    "texts": {},
}
