"""Settings of a domain: owners and admins change them, others read them, strangers find nothing."""

from typing import Any

import pytest
from django.urls import reverse

from domains.models import Domain, Membership, Role
from representative.models import Article
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db(transaction=True)

TABS = ("settings_general", "settings_live", "settings_widget", "settings_members", "settings_ai")
ARTICLE = {
    "title": "Shipping to Norway",
    "text": "Two days.",
    "phrasings": "Do you ship to Norway?\n\nNorway?",
    "published": "on",
}
WRONG = (
    {"takeover_timeout_s": 0},
    {"takeover_timeout_s": "x"},
    {"message_gap_ms": 70_000},
    {"taken_over_text": ""},
)


def path(cast: Cast, name: str = "settings_general", **more: Any) -> str:
    return reverse(name, kwargs={"domain_id": cast.acme.pk, **more})


def live_form(domain: Domain, **changes: Any) -> dict[str, Any]:
    names = (
        "takeover_timeout_s control_timeout_s operator_label message_gap_ms operator_message_gap_ms "
        "human_requested_text takeover_timeout_text taken_over_text handed_back_text"
    )
    return {name: getattr(domain, name) for name in names.split()} | changes


@pytest.mark.parametrize("name", TABS)
def test_each_tab_shows_to_members_and_to_nobody_else(cast: Cast, at: Any, name: str) -> None:
    manager, viewer = at(cast.olga).get(path(cast, name)), None
    assert manager.status_code == 200
    assert "Owners and admins of Acme can change them." not in manager.content.decode()
    viewer = at(cast.vic).get(path(cast, name))
    assert viewer.status_code == 200
    assert "Owners and admins of Acme can change them." in viewer.content.decode()
    stranger = at(cast.mallory).get(path(cast, name))
    assert stranger.status_code == 404
    assert "Acme" not in stranger.content.decode()


@pytest.mark.parametrize("name", TABS)
def test_a_form_of_somebody_without_the_right_changes_nothing(cast: Cast, at: Any, name: str) -> None:
    form = {
        "name": "Taken",
        "brand_colour": "#000000",
        "email": "x@y.example",
        "role": "owner",
        **live_form(cast.acme),
    }
    assert at(cast.omar).post(path(cast, name), form).status_code == 403
    assert at(cast.mallory).post(path(cast, name), form).status_code == 404
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.brand_colour, cast.acme.memberships.count()) == ("Acme", "#4338ca", 4)


def test_the_settings_lead_to_the_first_tab(cast: Cast, at: Any) -> None:
    assert at(cast.olga).get(path(cast, "settings")).url == path(cast)
    assert at(cast.mallory).get(path(cast, "settings")).status_code == 404


def test_sites_are_kept_in_the_form_that_browsers_send(cast: Cast, at: Any) -> None:
    sites = "HTTPS://Acme.example:443/\nhttps://*.acme.example\n\nhttps://acme.example"
    assert at(cast.olga).post(path(cast), {"name": "Acme", "allowed_origins": sites}).status_code == 302
    cast.acme.refresh_from_db()
    assert cast.acme.allowed_origins == ["https://acme.example", "https://*.acme.example"]
    wrong = at(cast.olga).post(path(cast), {"name": "Acme", "allowed_origins": "acme.example/path"})
    assert wrong.status_code == 400
    assert "acme.example/path" in wrong.content.decode()
    assert 'aria-invalid="true"' in wrong.content.decode()


def test_texts_and_timeouts_are_saved_and_limits_hold(cast: Cast, at: Any) -> None:
    form = live_form(cast.acme, takeover_timeout_s=90, taken_over_text="Hello from a person.")
    assert at(cast.olga).post(path(cast, "settings_live"), form).status_code == 302
    cast.acme.refresh_from_db()
    assert (cast.acme.takeover_timeout_s, cast.acme.taken_over_text) == (90, "Hello from a person.")
    for wrong in WRONG:
        assert at(cast.olga).post(path(cast, "settings_live"), form | wrong).status_code == 400, wrong
    cast.acme.refresh_from_db()
    assert cast.acme.takeover_timeout_s == 90


def test_one_tab_leaves_the_others_fields_alone(cast: Cast, at: Any) -> None:
    Domain.objects.filter(pk=cast.acme.pk).update(greeting="Written meanwhile")
    at(cast.olga).post(path(cast), {"name": "Acme Ltd", "allowed_origins": ""})
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.greeting) == ("Acme Ltd", "Written meanwhile")


def test_the_widget_page_has_the_line_to_install(cast: Cast, at: Any, settings: Any) -> None:
    page = at(cast.olga).get(path(cast, "settings_widget")).content.decode()
    line = (
        f"&lt;script async src=&quot;{settings.BASE_URL}/w/{cast.acme.widget_key}.js&quot;&gt;&lt;/script&gt;"
    )
    assert line in page
    assert f"script-src {settings.BASE_URL}; frame-src {settings.BASE_URL}" in page
    form = {"brand_colour": "#0a7", "greeting": "Hi"}
    assert at(cast.olga).post(path(cast, "settings_widget"), form).status_code == 400
    assert (
        at(cast.olga).post(path(cast, "settings_widget"), form | {"brand_colour": "#00aa77"}).status_code
        == 302
    )


def test_people_are_added_changed_and_removed(cast: Cast, at: Any) -> None:
    newcomer = person("Nina")
    browser = at(cast.olga)
    form = {"email": newcomer.email.upper(), "role": "operator", "teams": "Sales, Sales, Support"}
    assert browser.post(path(cast, "settings_members"), form).status_code == 302
    member = Membership.objects.get(domain=cast.acme, user=newcomer)
    assert (member.role, member.teams) == ("operator", ["Sales", "Support"])
    again = browser.post(path(cast, "settings_members"), form)
    assert again.status_code == 400
    assert "is a member already" in again.content.decode()
    change = {f"{member.pk}-role": "viewer", f"{member.pk}-teams": ""}
    browser.post(path(cast, "settings_member", member_id=member.pk), change)
    member.refresh_from_db()
    assert (member.role, member.teams) == ("viewer", [])
    browser.post(path(cast, "settings_member", member_id=member.pk), {"remove": "1"})
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_the_last_owner_stays_and_is_told_why(cast: Cast, at: Any) -> None:
    own = Membership.objects.get(domain=cast.acme, user=cast.olga)
    browser = at(cast.olga)
    answer = browser.post(path(cast, "settings_member", member_id=own.pk), {"remove": "1"}, follow=True)
    assert "This is the last owner." in answer.content.decode()
    change = {f"{own.pk}-role": "viewer", f"{own.pk}-teams": ""}
    assert (
        "This is the last owner."
        in browser.post(path(cast, "settings_member", member_id=own.pk), change, follow=True).content.decode()
    )
    own.refresh_from_db()
    assert own.role == Role.OWNER


def test_an_admin_makes_no_owner_and_unmakes_none(cast: Cast, at: Any) -> None:
    admin = person("Ada", cast.acme, Role.ADMIN)
    own = Membership.objects.get(domain=cast.acme, user=cast.olga)
    omars = Membership.objects.get(domain=cast.acme, user=cast.omar)
    browser = at(admin)
    assert "Make" not in browser.get(path(cast, "settings_members")).content.decode()
    promote = {f"{omars.pk}-role": "owner", f"{omars.pk}-teams": ""}
    assert browser.post(path(cast, "settings_member", member_id=omars.pk), promote).status_code == 403
    assert browser.post(path(cast, "settings_member", member_id=own.pk), {"remove": "1"}).status_code == 403
    new = {"email": "x@y.example", "role": "owner", "teams": ""}
    assert browser.post(path(cast, "settings_members"), new).status_code == 400


def test_a_member_of_another_domain_is_not_found_here(cast: Cast, at: Any) -> None:
    foreign = Membership.objects.get(domain=cast.bolt)
    where = path(cast, "settings_member", member_id=foreign.pk)
    for form in ({"remove": "1"}, {f"{foreign.pk}-role": "viewer", f"{foreign.pk}-teams": ""}):
        assert at(cast.olga).post(where, form).status_code == 404
    assert Membership.objects.filter(pk=foreign.pk, role=Role.OWNER).exists()


@pytest.mark.parametrize("url", ["not an address", "javascript:alert(1)", "ftp://acme.example/a", "http://["])
def test_a_link_that_is_none_is_told_once(cast: Cast, at: Any, url: str) -> None:
    answer = at(cast.olga).post(path(cast, "settings_ai_article_new"), {**ARTICLE, "url": url})
    assert answer.status_code == 400
    assert answer.content.decode().count("Enter a valid URL.") == 1
    assert not Article.objects.exists()


def test_articles_are_written_changed_and_deleted(cast: Cast, at: Any) -> None:
    browser = at(cast.olga)
    new = path(cast, "settings_ai_article_new")
    assert browser.post(new, ARTICLE).status_code == 302
    article = Article.objects.get(domain=cast.acme)
    assert article.phrasings == ["Do you ship to Norway?", "Norway?"]
    edit = path(cast, "settings_ai_article", article_id=article.pk)
    assert "Do you ship to Norway?\nNorway?" in browser.get(edit).content.decode()
    assert browser.post(edit, ARTICLE | {"title": ""}).status_code == 400
    assert browser.post(edit, ARTICLE | {"url": "javascript:alert(1)"}).status_code == 400
    assert browser.post(edit, ARTICLE | {"title": "Norway"}).status_code == 302
    assert at(cast.omar).post(edit, {"delete": "1"}).status_code == 403
    assert at(cast.mallory).get(edit).status_code == 404
    foreign = Article.objects.create(domain=cast.bolt, title="Theirs", text="x")
    there = path(cast, "settings_ai_article", article_id=foreign.pk)
    assert at(cast.olga).post(there, {"delete": "1"}).status_code == 404
    assert at(cast.olga).post(edit, {"delete": "1"}).status_code == 302
    assert list(Article.objects.values_list("title", flat=True)) == ["Theirs"]


def test_a_founder_is_the_owner_of_a_new_domain(cast: Cast, at: Any) -> None:
    founder = person("Finn")
    assert "You are on no domain yet." in at(founder).get("/domains/").content.decode()
    answer = at(founder).post("/domains/new/", {"name": "Finn's", "allowed_origins": "https://finn.example"})
    domain = Domain.objects.get(name="Finn's")
    assert answer.url == reverse("settings_widget", args=[domain.pk])
    assert Membership.objects.get(domain=domain).role == Role.OWNER
    assert at(founder).post("/domains/new/", {"name": ""}).status_code == 400
