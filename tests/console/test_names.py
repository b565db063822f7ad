"""How the team names a visitor: by name, else by e-mail, else as Anonymous; the same in every place."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import expect

from conversations.actions import escalation, visitors
from emailops.models import EmailJob, EmailKind
from notifications.tasks import alert_escalation
from tests.cast import Cast, say, vera
from tests.console.desk import Desk, card, live

NAMES = [
    ({"name": "Vera Lind", "email": "vera@lind.example"}, "Vera Lind"),
    ({"email": "vera@lind.example"}, "vera@lind.example"),
    ({}, "Anonymous"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("told", "name"), NAMES)
def test_every_place_calls_the_visitor_the_same(cast: Cast, at: Any, told: dict[str, Any], name: str) -> None:
    seen = vera(cast.acme)
    talk = say(seen, "Do you ship to Norway?")
    visitors.identify(seen, **told)
    rung = escalation.ring_bell(seen, client_id=str(uuid.uuid4()), reason="")
    alert_escalation(rung.event.pk)
    browser = at(cast.omar)
    places = ("/live/", "/conversations/", f"/conversations/{talk.pk}/", f"/conversations/{talk.pk}/visitor/")
    for place in places:
        page = browser.get(place).content.decode()
        assert f">{name}<" in page, place
        assert ("Anonymous" in page) == (name == "Anonymous"), place
    subjects = {job.content.subject for job in EmailJob.objects.filter(kind=EmailKind.ESCALATION)}
    assert subjects == {f"{name} asks for a person on Acme"}
    assert browser.get(f"/api/v1/conversations/{talk.pk}/").json()["visitor"]["name"] == name


@pytest.mark.django_db(transaction=True)
def test_the_thread_shows_the_address_beside_a_name_and_never_twice(cast: Cast, at: Any) -> None:
    seen = vera(cast.acme)
    talk = say(seen, "Hello")
    visitors.identify(seen, email="vera@lind.example")
    thread = f"/conversations/{talk.pk}/?part=thread"
    assert 'data-fill="email"></span>' in at(cast.omar).get(thread).content.decode()
    visitors.identify(seen, name="Vera Lind")
    assert 'data-fill="email">vera@lind.example</span>' in at(cast.omar).get(thread).content.decode()


@pytest.mark.browser
@pytest.mark.redis
def test_an_open_thread_and_its_card_learn_the_name(desk: Desk, browser: Any) -> None:
    pk = desk.do("seen['one'] = vera(cast.acme)\nresult = str(say(seen['one'], 'Hello').pk)")
    page = live(desk, browser, "omar", f"/live/?c={pk}")
    thread = page.locator(".thread")
    expect(thread.locator("h2")).to_have_text("Anonymous")
    expect(thread).to_have_attribute("data-synced", "")
    desk.do("visitors.identify(seen['one'], email='vera@lind.example')")
    places = (
        thread.locator("h2"),
        card(page, pk).locator("h2"),
        thread.locator('.message[data-by="visitor"] b'),
    )
    for place in places:
        expect(place).to_have_text("vera@lind.example")
    desk.do("visitors.identify(seen['one'], name='Vera Lind')")
    for place in places:
        expect(place).to_have_text("Vera Lind")
    expect(thread.locator(".thread__email")).to_have_text("vera@lind.example")
