"""A visitor with a real browser on a strict customer's page: asking, waiting, being helped, and saying goodbye."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.waiting import until
from tests.widget.conftest import GAP_MS, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]
Visit = Callable[..., Visitor]


def test_a_visitor_asks_and_reads_the_answer_as_it_comes(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.told("Ask me anything")
    vera.say("How much is a **service**?")
    vera.stored("How much is a **service**?")
    shop.stage.do("stream('d1', 'A **full', ' service** costs', ' 119')")
    draft = vera.chat.locator(".m.draft")
    expect(draft.locator(".b")).to_have_text("A full service costs 119")
    expect(draft.locator("strong")).to_have_text("full service")
    shop.stage.do("reply('A **full service** costs 119 €.')")
    vera.told("A full service costs 119 €.")
    expect(vera.chat.locator(".m.ai")).to_have_count(2)
    expect(draft).to_have_count(0)
    expect(vera.chat.locator("#say")).to_have_text("Ava, AI assistant, said: A full service costs 119 €.")


def test_words_of_a_draft_that_is_given_up_leave_the_screen(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    shop.stage.do("stream('d2', 'Let me see')")
    vera.told("Let me see")
    shop.stage.do("take_over()")
    vera.told("You're now connected with a member of our team.")
    expect(vera.chat.locator(".m.draft")).to_have_count(0)
    shop.stage.do("stream('d2', 'Let me', ' still talk', epoch=talk().handling_epoch - 1)")
    shop.stage.do("write('Dana here, good morning!')")
    vera.told("Dana here, good morning!")
    expect(vera.chat.locator("body")).not_to_contain_text("still talk")


def test_the_bell_the_wait_the_person_and_the_way_back(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.chat.get_by_role("button", name="Talk to a person").click()
    vera.chat.get_by_label("What is it about?").fill("A bent wheel")
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.told("Of course — let me bring in a team member. One moment.")
    expect(vera.chat.locator(".waiting")).to_contain_text("Looking for a team member · 1:")
    expect(vera.chat.get_by_role("button", name="The team has been notified")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert shop.stage.ask("Escalation.objects.get(conversation=talk()).reason") == "A bent wheel"
    shop.stage.do("take_over()")
    vera.told("You're now connected with a member of our team.")
    expect(vera.chat.locator(".waiting")).to_have_count(0)
    expect(vera.chat.locator("#status")).to_have_text("Dana Kay · Support agent")
    shop.stage.do("typing()")
    expect(vera.chat.locator(".dots")).to_contain_text("Dana Kay is typing")
    shop.stage.do("write('Which wheel?')")
    vera.told("Which wheel?")
    expect(vera.chat.locator(".dots")).to_have_count(0)
    shop.stage.do("hand_back()")
    vera.told("You're back with our AI assistant")
    expect(vera.chat.locator("#status")).to_have_text("Ava · AI assistant")
    assert vera.events("mode")[-3:] == ["waiting", "human", "ai"]


def test_the_next_person_of_the_team_is_named_instead_of_the_same_line_again(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    shop.stage.do("take_over()")
    vera.told("You're now connected with a member of our team.")
    shop.stage.do("pass_to('Omar Reed')")
    vera.told("Omar Reed is with you now.")
    expect(vera.chat.locator(".line.taken_over")).to_have_count(2)
    vera.page.reload()
    vera.told("Omar Reed is with you now.")
    expect(vera.chat.locator(".line.taken_over")).to_have_text(
        ["You're now connected with a member of our team.", "Omar Reed is with you now."]
    )


def test_when_nobody_comes_an_address_can_be_left_or_not(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.chat.get_by_role("button", name="Ask for a person").click()
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.chat.locator(".waiting").wait_for()
    shop.stage.do("nobody_came()")
    vera.told("Our team is unavailable right now")
    vera.chat.get_by_label("Where may we answer you?").fill("vera@acme.example")
    vera.chat.locator(".card").get_by_role("button", name="Send").click()
    expect(vera.chat.locator(".card")).to_contain_text("The team can write to vera@acme.example.")
    assert shop.stage.ask("talk().visitor.email") == "vera@acme.example"
    other = visit().open()
    other.chat.get_by_role("button", name="Ask for a person").click()
    other.chat.get_by_role("button", name="Notify the team").click()
    other.chat.locator(".waiting").wait_for()
    shop.stage.do("nobody_came()")
    other.chat.get_by_role("button", name="No thanks").click()
    expect(other.chat.locator(".card")).to_have_count(0)
    expect(other.text).to_be_focused()


def test_who_has_given_an_address_is_not_asked_for_it(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Please write to vera@acme.example")
    vera.stored("Please write to vera@acme.example")
    shop.stage.do("learn(email='vera@acme.example')")
    vera.chat.get_by_role("button", name="Ask for a person").click()
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.chat.locator(".waiting").wait_for()
    shop.stage.do("nobody_came()")
    vera.told("We have your address: vera@acme.example.")
    expect(vera.chat.locator(".card")).to_have_count(0)


def test_an_address_that_the_server_refuses_stays_and_says_so(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.chat.get_by_role("button", name="Ask for a person").click()
    vera.chat.get_by_role("button", name="Notify the team").click()
    vera.chat.locator(".waiting").wait_for()
    shop.stage.do("nobody_came()")
    field = vera.chat.get_by_label("Where may we answer you?")
    send = vera.chat.locator(".card").get_by_role("button", name="Send")
    field.fill("vera@home")  # good enough for the browser
    send.click()
    told = vera.chat.locator(".card").get_by_role("alert")
    expect(told).to_have_text("We cannot write to this address. Please check it.")
    expect(field).to_have_value("vera@home")
    field.fill("vera@home.example")
    send.click()
    expect(vera.chat.locator(".card")).to_contain_text("The team can write to vera@home.example.")
    assert shop.stage.ask("talk().visitor.email") == "vera@home.example"


def test_enter_fixes_the_words_and_each_goes_out_once_one_gap_apart(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("One")
    vera.stored("One")
    vera.say("my battery is")
    expect(vera.text).to_have_value("")
    expect(vera.chat.locator(".m.visitor[data-state=sending]")).to_contain_text("Goes out in")
    vera.say("dead")
    vera.text.type("and I also wan")
    expect(vera.chat.locator(".m.visitor[data-state=sending]")).to_have_count(2)
    vera.stored("dead")
    expect(vera.text).to_have_value("and I also wan")
    assert vera.own == ["One", "my battery is", "dead"]
    assert shop.stage.ask("texts()") == ["One", "my battery is", "dead"]
    at = shop.stage.ask(
        "[m.created_at.timestamp() for m in Message.objects.filter(conversation=talk()).order_by('id')]"
    )
    assert all(later - sooner >= GAP_MS / 1000 for sooner, later in pairwise(at))


def test_reading_a_lively_talk_leaves_the_line_free_for_words(shop: Any, visit: Visit) -> None:
    vera = visit()
    refused: list[str] = []

    def note(frame: Any) -> None:
        if '"rate_limited"' in str(frame) and '"id":null' in str(frame):
            refused.append(str(frame))

    vera.page.on("websocket", lambda ws: ws.on("framereceived", note))
    vera.open()
    vera.say("Question")
    vera.stored("Question")
    shop.stage.do("Domain.objects.update(operator_message_gap_ms=0); take_over()")
    for number in range(24):
        shop.stage.do(f"write('Answer {number}')")
        vera.told(f"Answer {number}")
    vera.say("Still here?")
    vera.stored("Still here?")
    until(lambda: shop.stage.ask("talk().visitor_read_n") == shop.stage.ask("talk().visitor_head"))
    assert refused == []


def test_too_many_characters_are_counted_before_they_are_sent(visit: Visit) -> None:
    vera = visit().open()
    vera.text.fill("😀" * 4001)
    expect(vera.chat.locator("#note")).to_contain_text(
        "4,001 of 4,000 characters: please send it in two parts"
    )
    expect(vera.chat.get_by_role("button", name="Send")).to_be_disabled()
    vera.text.press("Enter")
    assert vera.own == []
    vera.text.fill("   ")
    expect(vera.chat.get_by_role("button", name="Send")).to_be_disabled()


def test_a_closed_talk_goes_on_in_a_new_one(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    first = shop.stage.ask("talk().pk")
    shop.stage.do("resolve()")
    expect(vera.chat.locator("#status")).to_have_text("Conversation closed")
    vera.chat.get_by_role("button", name="5 of 5, Very good").click()
    until(lambda: shop.stage.ask("Event.objects.filter(conversation=talk(), kind='rated').count()") == 1)
    expect(vera.text).to_have_attribute("placeholder", "Write to start a new conversation…")
    vera.say("One more thing")
    vera.stored("One more thing")
    assert shop.stage.ask("talk().pk") != first
    assert shop.stage.ask("texts()") == ["One more thing"]
    assert vera.own == ["Hello", "One more thing"]
    expect(vera.chat.locator("#status")).to_have_text("Ava · AI assistant")


def test_the_menu_ends_a_talk_only_after_a_question(shop: Any, visit: Visit) -> None:
    vera = visit().open()
    vera.say("Hello")
    vera.stored("Hello")
    vera.chat.get_by_role("button", name="Menu").click()
    vera.chat.get_by_role("button", name="End this conversation").click()
    vera.chat.get_by_role("button", name="Keep talking").click()
    assert shop.stage.ask("talk().lifecycle") == "open"
    vera.chat.get_by_role("button", name="Menu").click()
    vera.chat.get_by_role("button", name="End this conversation").click()
    vera.chat.get_by_role("button", name="End conversation", exact=True).click()
    vera.told("This conversation has ended.")
    vera.chat.get_by_role("button", name="Menu").click()
    vera.chat.get_by_role("button", name="Start a new conversation").click()
    vera.told("New conversation")
    assert shop.stage.ask("talk().head") == 0


@pytest.mark.parametrize(
    "harm",
    [
        "<img src=x onerror=\"document.title='harmed'\">",
        "<script>document.title='harmed'</script>",
        "[click](javascript:document.title='harmed')",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://trap.example/pixel.png)",
        '[a](https://ok.example/ "onmouseover=alert(1)") <svg/onload=alert(1)>',
    ],
)
def test_harmful_words_of_a_model_stay_words(shop: Any, visit: Visit, harm: str) -> None:
    vera = visit().open()
    asked: list[str] = []
    vera.page.on("request", lambda request: asked.append(request.url))
    vera.say(harm)
    vera.stored("")
    shop.stage.do(f"reply({harm!r})")
    expect(vera.chat.locator(".m.ai")).to_have_count(2)
    assert vera.frame.evaluate("document.title") == "Chat with Acme"
    assert (
        vera.frame.evaluate("document.querySelectorAll('img, script:not([src]), #log svg[onload]').length")
        == 0
    )
    links = vera.frame.evaluate("[...document.querySelectorAll('#log a')].map(a => [a.protocol, a.rel])")
    assert all(protocol == "https:" and "nofollow" in rel for protocol, rel in links)
    assert not [url for url in asked if "trap.example" in url]
    assert vera.own == [harm]
