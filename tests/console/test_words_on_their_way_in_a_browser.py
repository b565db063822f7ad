"""Words on their way: one gap apart, over reloads and log-outs, and only in the turn they were written in."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.console.desk import Desk, card, live
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(180)]


@pytest.fixture
def gap(desk: Desk) -> Iterator[None]:
    """Operators of Acme write once in 1.5 seconds."""
    set_to = (
        "cast.acme.operator_message_gap_ms = {}; cast.acme.save(update_fields=['operator_message_gap_ms'])"
    )
    desk.do(set_to.format(1500))
    yield
    desk.do(set_to.format(0))


@pytest.mark.usefixtures("gap")
def test_enter_fixes_the_words_and_each_goes_out_once_one_gap_apart(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zoe")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    thread, words = page.locator(".thread"), page.locator("[data-words]")
    for text in ("First", "my battery is", "dead"):
        words.fill(text)
        words.press("Enter")
        expect(words).to_have_value("")
    words.press_sequentially("and I also wan")
    expect(thread.locator("[data-unsent]").last).to_contain_text("Goes out in")
    said = thread.locator('.message[data-by="operator"][data-n] .message__body')
    expect(said).to_have_text(["First", "my battery is", "dead"], timeout=10_000)
    expect(thread.locator("[data-unsent]")).to_have_count(0)
    expect(words).to_have_value("and I also wan")


@pytest.mark.usefixtures("gap")
def test_words_that_wait_go_out_over_a_reload_and_from_another_thread(desk: Desk, browser: Any) -> None:
    pk, elsewhere = desk.talk("Zeno"), desk.talk("Zara")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    words = page.locator("[data-words]")
    said = page.locator(f'[data-thread="{pk}"] .message[data-by="operator"][data-n] .message__body')
    for text in ("First", "Second"):
        words.fill(text)
        words.press("Enter")
    page.reload()
    expect(said).to_have_text(["First", "Second"], timeout=10_000)
    words.fill("Third")
    words.press("Enter")
    card(page, elsewhere).locator("[data-open]").click()
    expect(page.locator(".thread")).to_have_attribute("data-thread", elsewhere)
    until(lambda: desk.do(f"result = Conversation.objects.get(pk={pk!r}).last_text") == "Third")


@pytest.mark.usefixtures("gap")
def test_words_left_at_a_log_out_wait_for_who_wrote_them(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zia")
    page = desk.page(browser, None, f"/conversations/{pk}/")
    words = page.locator("[data-words]")
    authors = (
        "from conversations.models import Message\n"
        f"said = Message.objects.filter(conversation={pk!r}, author_kind='operator').order_by('pk')\n"
        "result = [[one.text, one.author_name] for one in said]"
    )

    def log_in(who: str) -> None:
        page.fill("[name=login]", desk.people[who])
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        expect(page.locator(".thread")).to_have_attribute("data-synced", "")

    log_in("omar")
    for text in ("Before", "Waiting for its turn"):
        words.fill(text)
        words.press("Enter")
    words.fill("Half a li")
    page.goto(f"/accounts/logout/?next=/conversations/{pk}/")
    page.click("main button")
    log_in("ona")
    expect(words).to_have_value("")
    expect(page.locator("[data-unsent]")).to_have_count(0)
    assert desk.do(authors) == [["Before", "Omar"]]
    page.goto(f"/accounts/logout/?next=/conversations/{pk}/")
    page.click("main button")
    log_in("omar")
    expect(words).to_have_value("Half a li")
    until(lambda: desk.do(authors) == [["Before", "Omar"], ["Waiting for its turn", "Omar"]])


def test_what_can_be_pressed_beside_a_problem_stays_in_its_place(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zelda")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    page.route("**/messages/", lambda route: route.abort())
    words, composer = page.locator("[data-words]"), page.locator(".composer")
    words.fill("Are you there?")
    words.press("Enter")
    expect(page.locator("[data-problem]")).to_contain_text("No answer from the server")
    inside = composer.bounding_box()
    page.locator("[data-log]").focus()
    assert composer.bounding_box() == inside


@pytest.mark.usefixtures("gap")
def test_the_talk_is_returned_after_the_words_written_before_that(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zita")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    thread, words = page.locator(".thread"), page.locator("[data-words]")
    for text in ("Ava knows this best.", "Back to her!"):
        words.fill(text)
        words.press("Enter")
    thread.get_by_role("button", name="Return to AI").click()
    expect(thread).to_have_attribute("data-state", "ai", timeout=10_000)
    told = (
        "from conversations.models import Event\n"
        f"result = list(Event.objects.filter(conversation={pk!r}).order_by('n').values_list('kind', flat=True))"
    )
    assert desk.do(told)[-4:] == ["taken_over", "message", "message", "handed_back"]
    assert desk.do(f"result = Conversation.objects.get(pk={pk!r}).handler") == "ai"


@pytest.mark.usefixtures("gap")
def test_words_of_a_turn_that_has_passed_go_out_only_when_asked_again(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zora")
    desk.do(f"handling.take_over({pk!r}, operator=cast.omar)")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    thread, words = page.locator(".thread"), page.locator("[data-words]")
    expect(thread).to_have_attribute("data-state", "mine")
    for text in ("First", "Second"):
        words.fill(text)
        words.press("Enter")
    said = thread.locator('.message[data-by="operator"][data-n] .message__body')
    expect(said).to_have_text(["First"])
    # On his telephone, where nothing waits.
    desk.do(f"handling.hand_back({pk!r}, operator=cast.omar)")
    kept = thread.locator("[data-unsent][data-failed]")
    expect(kept).to_contain_text("Second", timeout=10_000)
    expect(thread.locator("[data-problem]")).to_contain_text("has changed hands meanwhile")
    expect(thread).to_have_attribute("data-state", "ai")
    kept.get_by_role("button", name="Retry").click()
    expect(said).to_have_text(["First", "Second"])
    expect(thread).to_have_attribute("data-state", "mine")


@pytest.mark.usefixtures("gap")
def test_nothing_is_returned_or_closed_when_the_words_before_it_fail(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Zack")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    thread, words = page.locator(".thread"), page.locator("[data-words]")
    for text in ("Here is the answer.", "Good-bye!"):
        words.fill(text)
        words.press("Enter")
    said = thread.locator('.message[data-by="operator"][data-n] .message__body')
    expect(said).to_have_text(["Here is the answer."])
    page.route("**/messages/", lambda route: route.abort())
    thread.get_by_role("button", name="Return to AI").click()
    expect(page.locator("#assertive")).to_contain_text("Nothing was changed", timeout=10_000)
    expect(thread.locator("[data-unsent][data-failed]")).to_contain_text("Good-bye!")
    assert desk.do(f"result = Conversation.objects.get(pk={pk!r}).handler") == "operator"
