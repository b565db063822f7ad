"""Pages of the desk by Django's own client: they show, they are refused, they leak nothing."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.utils.html import escape

from conversations import queries
from conversations.actions import closing, handling, operators, representatives
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "canary-of-acme"


def test_the_root_leads_to_the_live_page_or_to_log_in(cast: Cast, client: Any, at: Any) -> None:
    assert client.get("/").url == "/accounts/login/"
    assert at(cast.omar).get("/").url == "/live/"


@pytest.mark.parametrize(
    "path", ["/live/", "/live/desk/", "/conversations/", "/domains/", "/accounts/profile/"]
)
def test_without_a_session_one_logs_in_and_comes_back(client: Any, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={path}")


def test_the_link_of_an_alert_mail_comes_back_to_the_thread(cast: Cast, client: Any) -> None:
    path = f"/conversations/{say(vera(cast.acme), 'Hello?').pk}/"
    assert client.get(path).url == f"/accounts/login/?next={path}"
    answer = client.post(
        f"/accounts/login/?next={path}", {"login": cast.omar.email, "password": "correct horse battery"}
    )
    assert answer.url == path
    assert client.get(path).status_code == 200


def test_the_card_shows_the_six_facts(cast: Cast, at: Any) -> None:
    talk = say(vera(cast.acme), "Do you ship to Norway?")
    representatives.learn_facts(
        talk.pk,
        facts={"name": "Vera"},
        score=62,
        reasons=[{"points": 62, "reason": "Asks for a price", "n": 1}],
    )
    page = at(cast.omar).get("/live/").content.decode()
    for fact in (
        "Vera",
        "acme.example/pricing",
        'data-time="elapsed"',
        'value="62"',
        "Asks for a price",
        "AI Active",
    ):
        assert fact in page
    assert re.search(r"<b>Visitor:</b> Do you ship to Norway\?", page)


def test_a_stranger_sees_nothing_of_it(cast: Cast, at: Any) -> None:
    talk = say(vera(cast.acme), CANARY)
    browser = at(cast.mallory)
    for path in ("/live/", "/live/desk/", "/conversations/"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
    assert "No conversation matches" in browser.get(f"/conversations/?q={CANARY}").content.decode()
    assert browser.get("/live/waiting/").json() == {"asked": [], "missed": [], "mine": []}
    for path in ("", "events/", "visitor/", "?part=thread"):
        answer = browser.get(f"/conversations/{talk.pk}/{path}")
        assert answer.status_code == 404, path
        assert CANARY not in answer.content.decode()
    assert browser.get(f"/live/?c={talk.pk}").status_code == 404
    assert browser.get("/live/?c=nonsense").status_code == 404
    assert browser.get(f"/live/?domain={cast.acme.pk}").status_code == 200
    assert CANARY not in browser.get(f"/live/?domain={cast.acme.pk}").content.decode()


def test_a_viewer_reads_and_is_told_why_not_more(cast: Cast, at: Any) -> None:
    talk = say(vera(cast.acme), "Hello?")
    page = at(cast.vic).get(f"/conversations/{talk.pk}/").content.decode()
    assert "Your role on Acme lets you read." in page
    assert "data-composer" not in page
    assert "data-command" not in page


def test_the_thread_says_whose_turn_it_is(cast: Cast, at: Any) -> None:
    talk = say(vera(cast.acme), "Hello?")
    path = f"/conversations/{talk.pk}/"
    assert 'data-state="ai"' in at(cast.omar).get(path).content.decode()
    handling.take_over(talk.pk, operator=cast.omar)
    page = at(cast.omar).get(path).content.decode()
    assert 'data-state="mine"' in page
    assert "Human takeover by <b>Omar</b>" in page
    handling.request_control(talk.pk, operator=cast.ona)
    for person, asked in ((cast.omar, "colleague"), (cast.ona, "me"), (cast.olga, "colleague")):
        page = at(person).get(path).content.decode()
        assert f'data-asked="{asked}"' in page
        assert re.search(r"passes to you in <time [^>]*>0:[0-3]\d</time>", page)
    assert re.search(r"<b data-ask-name>Ona</b> asks for control", at(cast.omar).get(path).content.decode())
    assert 'data-state="other"' in at(cast.ona).get(path).content.decode()
    handling.withdraw_control(talk.pk, operator=cast.ona)
    assert 'data-asked="no"' in at(cast.omar).get(path).content.decode()
    closing.resolve(talk.pk, operator=cast.omar)
    assert 'data-state="closed"' in at(cast.ona).get(path).content.decode()


def test_the_thread_comes_in_pages_of_fifty(cast: Cast, at: Any) -> None:
    seen = vera(cast.acme)
    talk = [say(seen, f"word {number}") for number in range(60)][-1]
    browser = at(cast.omar)
    page = browser.get(f"/conversations/{talk.pk}/").content.decode()
    assert page.count('data-kind="message"') == 50
    assert f"/conversations/{talk.pk}/events/?before=11" in page
    older = browser.get(f"/conversations/{talk.pk}/events/?before=11").content.decode()
    assert older.count('data-kind="message"') == 10
    assert "data-older" not in older
    missed = browser.get(f"/conversations/{talk.pk}/events/?after=58").content.decode()
    assert re.findall(r'data-n="(\d+)"', missed) == ["59", "60"]


def test_the_list_pages_by_keyset_and_misses_none(cast: Cast, at: Any) -> None:
    talks = {str(say(vera(cast.acme), f"talk {number}").pk) for number in range(60)}
    browser = at(cast.omar)
    first = browser.get("/conversations/").content.decode()
    more = re.search(r'hx-get="(/conversations/\?[^"]+)"', first)
    assert more
    second = browser.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in second
    shown = re.findall(r'data-card="([^"]+)"', first) + re.findall(r'data-card="([^"]+)"', second)
    assert sorted(shown) == sorted(talks)
    assert browser.get("/conversations/?cursor=broken").status_code == 404


def test_a_visitors_words_are_words_wherever_they_stand(cast: Cast, at: Any) -> None:
    evil = '<img src=x onerror="window.__x=1">'
    seen = vera(cast.acme, page_title=evil, referrer=f"javascript:{evil}", user_agent=evil, timezone=evil)
    talk = say(seen, evil)
    representatives.learn_facts(
        talk.pk, facts={"name": evil}, score=5, reasons=[{"points": 5, "reason": evil, "n": 1}]
    )
    handling.take_over(talk.pk, operator=cast.omar)
    operators.add_note(talk.pk, operator=cast.omar, client_id="a", text=evil)
    browser = at(cast.omar)
    for path in (
        "/live/",
        f"/live/?c={talk.pk}",
        "/conversations/",
        f"/conversations/{talk.pk}/",
        f"/conversations/?q={evil}",
    ):
        page = browser.get(path).content.decode()
        assert "<img src=x" not in page, path
        assert 'href="javascript:' not in page, path
        assert escape(evil) in page, path


def test_every_page_carries_the_policy_and_no_cache(cast: Cast, at: Any) -> None:
    browser = at(cast.olga)
    for path in ("/live/", "/conversations/", "/domains/", "/nowhere/"):
        answer = browser.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
    assert browser.get("/live/")["Cache-Control"] == "no-store"


def test_pages_are_read_only(cast: Cast, at: Any) -> None:
    talk = say(vera(cast.acme), "Hello?")
    for path in ("/live/", f"/conversations/{talk.pk}/", "/conversations/"):
        assert at(cast.omar).post(path).status_code == 405


def test_the_theme_is_kept_and_written_by_the_server(cast: Cast, at: Any) -> None:
    browser = at(cast.omar)
    assert 'data-theme="auto"' in browser.get("/live/").content.decode()
    assert (
        browser.post("/accounts/theme/", {"theme": "dark", "next": "/conversations/"}).url
        == "/conversations/"
    )
    assert '<html lang="en" data-theme="dark">' in browser.get("/live/").content.decode()
    assert browser.post("/accounts/theme/", {"theme": "pink"}).status_code == 400
    assert browser.post("/accounts/theme/", {"theme": "light", "next": "https://evil.example/"}).url == "/"


def test_demo_log_ins_are_shown_in_the_demo_only(client: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    people = [
        {"role": "Owner", "email": "o@demo.example", "password": "demo-word", "admin": True},
        {"role": "Admin", "email": "a@demo.example", "password": "demo-other"},
    ]
    (tmp_path / "demo-logins.json").write_text(json.dumps(people))
    settings.DEMO = True
    shown = client.get("/accounts/login/").content.decode()
    assert "demo-word" in shown
    # Which of them opens the administration is told: the role "Admin" does not.
    assert shown.count("/admin/") == 1
    assert shown.index("demo-word") < shown.index("/admin/") < shown.index("a@demo.example")
    settings.DEMO = False
    assert "demo-word" not in client.get("/accounts/login/").content.decode()


def test_a_refused_page_says_what_the_role_does_not_allow(cast: Cast, at: Any) -> None:
    answer = at(cast.vic).post(f"/domains/{cast.acme.pk}/settings/general/", {"name": "Mine"})
    assert answer.status_code == 403
    assert (
        "Your role on this domain does not let you manage. Ask an owner or admin" in answer.content.decode()
    )


def test_nobody_signs_up_by_themselves(client: Any) -> None:
    assert settings.ACCOUNT_ADAPTER == "accounts.adapter.AccountAdapter"
    assert client.get("/accounts/signup/").status_code == 200
    answer = client.post(
        "/accounts/signup/", {"email": "new@x.example", "password1": "correct horse battery"}
    )
    assert answer.status_code in (200, 403)
    assert "sessionid" not in client.cookies


def test_a_page_shows_nothing_beyond_the_number_that_its_socket_goes_on_from(
    cast: Cast, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = vera(cast.acme)
    talk = say(seen, "Hello?")
    read = queries.thread

    def read_late(*arguments: Any, **options: Any) -> Any:
        say(seen, "Said while the page was made")
        return read(*arguments, **options)

    monkeypatch.setattr(queries, "thread", read_late)
    page = at(cast.omar).get(f"/conversations/{talk.pk}/").content.decode()
    assert 'data-head="1"' in page
    assert "Hello?" in page
    assert "Said while the page was made" not in page


def test_what_was_said_to_the_visitor_at_a_takeover_stands_at_the_first_one_alone(
    cast: Cast, at: Any
) -> None:
    talk = say(vera(cast.acme), "Hello?")
    handling.take_over(talk.pk, operator=cast.omar)
    handling.request_control(talk.pk, operator=cast.ona)
    handling.pass_control(talk.pk, operator=cast.omar)
    page = at(cast.omar).get(f"/conversations/{talk.pk}/").content.decode()
    # From one person to the next the widget names the new one, in words of its own.
    assert page.count("Human takeover by") == 2
    assert page.count("The visitor was told") == 1
