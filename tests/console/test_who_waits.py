"""Who waits for a person is seen without pointing at anything, also when nobody came in time."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conversations.actions import escalation, handling, operators
from conversations.models import Escalation
from tests.cast import Cast, say, vera
from tests.console.desk import Desk, card, live

_MISS = """
from conversations.models import Escalation
wish = Escalation.objects.filter(conversation={pk!r}).latest("pk")
Escalation.objects.filter(pk=wish.pk).update(due_at=timezone.now() - timedelta(seconds=1))
escalation.expire_request(wish.pk)
"""
# The answer to who waits has left the server, and comes when it is let go.
_HELD = """
const really = window.fetch;
window.fetch = async (path, ...rest) => {
  const answer = await really(path, ...rest);
  if (path === "/live/waiting/" && !window.letGo) {
    const text = await answer.text();
    await new Promise((held) => (window.letGo = () => (held(), new Promise((seen) => setTimeout(seen, 50)))));
    return new Response(text, { headers: { "Content-Type": "application/json" } });
  }
  return answer;
};
"""


@pytest.mark.django_db(transaction=True)
def test_asked_and_missed_talks_are_counted_until_somebody_comes(cast: Cast, at: Any) -> None:
    seen = vera(cast.acme)
    talk = say(seen, "Hello?")
    browser = at(cast.omar)
    assert browser.get("/live/waiting/").json() == {"asked": [], "missed": [], "mine": []}
    escalation.ring_bell(seen, client_id=str(uuid.uuid4()), reason="")
    assert browser.get("/live/waiting/").json() == {"asked": [str(talk.pk)], "missed": [], "mine": []}
    wish = Escalation.objects.get(conversation=talk)
    Escalation.objects.filter(pk=wish.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    escalation.expire_request(wish.pk)
    assert browser.get("/live/waiting/").json() == {"asked": [], "missed": [str(talk.pk)], "mine": []}
    assert ">Missed<" in browser.get("/live/").content.decode()
    handling.take_over(talk.pk, operator=cast.omar)
    assert browser.get("/live/waiting/").json() == {"asked": [], "missed": [], "mine": [str(talk.pk)]}


@pytest.mark.django_db(transaction=True)
def test_a_talk_that_i_hold_is_counted_while_its_visitor_waits_for_me(cast: Cast, at: Any) -> None:
    seen = vera(cast.acme)
    talk = say(seen, "Hello?")
    handling.take_over(talk.pk, operator=cast.omar)
    operators.post_operator_message(talk.pk, operator=cast.omar, client_id=str(uuid.uuid4()), text="Hi")
    assert at(cast.omar).get("/live/waiting/").json()["mine"] == []
    say(seen, "Where is my order?")
    assert at(cast.omar).get("/live/waiting/").json()["mine"] == [str(talk.pk)]
    assert at(cast.ona).get("/live/waiting/").json()["mine"] == []
    assert "The visitor waits for an answer since" in at(cast.ona).get("/live/").content.decode()
    operators.post_operator_message(
        talk.pk, operator=cast.omar, client_id=str(uuid.uuid4()), text="On its way"
    )
    assert at(cast.omar).get("/live/waiting/").json()["mine"] == []
    assert "The visitor waits for an answer since" not in at(cast.ona).get("/live/").content.decode()


@pytest.mark.browser
@pytest.mark.redis
def test_a_missed_visitor_stays_in_the_count_and_rings_anew(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Mona")
    page = live(desk, browser, "omar")
    page.mouse.move(0, 0)
    button = card(page, pk).get_by_role("button", name="Take over")
    count = page.locator("[data-waiting]")
    expect(button).to_have_css("opacity", "0")
    desk.ring("Mona")
    expect(count).to_have_text("1")
    desk.do(_MISS.format(pk=pk))
    expect(card(page, pk)).to_contain_text("Missed")
    expect(button).to_have_css("opacity", "1")
    expect(count).to_have_text("1")
    page.reload()
    expect(count).to_have_text("1")
    desk.ring("Mona")
    expect(page.locator("#assertive")).to_contain_text("Takeover requested, Mona")
    desk.do(f"closing.resolve({pk!r}, operator=cast.omar)")
    expect(count).to_be_hidden()


@pytest.mark.browser
@pytest.mark.redis
def test_who_asks_while_the_server_is_asked_who_waits_is_counted(desk: Desk, browser: Any) -> None:
    pk = desk.talk("Nora")
    page = desk.page(browser, "omar", "/accounts/login/")
    page.add_init_script(_HELD)
    page.goto("/live/")
    expect(page.locator("[data-connection]")).to_have_text("Live")
    page.wait_for_function("() => window.letGo")
    count = page.locator("[data-waiting]")
    desk.ring("Nora")
    expect(count).to_have_text("1")
    page.evaluate("() => window.letGo()")
    expect(count).to_have_text("1")
    desk.do(f"closing.resolve({pk!r}, operator=cast.omar)")
    expect(count).to_be_hidden()
