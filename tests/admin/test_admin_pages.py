"""Every page of the administration: it opens, it is safe, it tells no secret."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from emailops import servers
from tests.admin.conftest import HOSTILE, SMTP_SECRET, Things
from tests.cast import PASSWORD

OURS = {"accounts", "domains", "conversations", "emailops", "representative", "notifications"}
MODELS = sorted((model._meta.label for model in admin.site._registry), key=str)
INLINE = re.compile(
    rb"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\son\w+=|\sstyle=|javascript:"
)


def path(label: str, page: str, *args) -> str:
    return reverse(f"admin:{label.replace('.', '_').lower()}_{page}", args=args)


def pages(label: str) -> list[str]:
    """The list, the form for a new one, and the form of one that is there."""
    model = apps.get_model(label)
    first = model._default_manager.first()
    return [
        path(label, "changelist"),
        path(label, "add"),
        *([path(label, "change", first.pk)] if first else []),
    ]


@pytest.fixture
def everything(things: Things, desk: Client) -> Things:
    servers.built_in()
    # One line for the administration's own record.
    assert (
        desk.post(path("representative.Article", "delete", things.article.pk), {"post": "yes"}).status_code
        == 302
    )
    return things


@pytest.mark.parametrize("label", MODELS)
def test_every_page_opens_without_inline_code_and_without_a_secret(
    everything: Things, desk: Client, label: str
):
    for where in pages(label):
        answer = desk.get(where)
        assert answer.status_code == 200 or (answer.status_code == 403 and where.endswith("/add/")), where
        html = answer.content.replace(HOSTILE.encode().replace(b"<", b"&lt;").replace(b">", b"&gt;"), b"")
        assert not INLINE.findall(html), where
        for secret in (SMTP_SECRET, everything.secret, everything.token.hash):
            assert secret.encode() not in answer.content, where
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("label", MODELS)
def test_every_list_can_be_searched_and_filtered(everything: Things, desk: Client, label: str):
    listed = admin.site._registry[apps.get_model(label)]
    query = {"q": "vera"} if listed.search_fields else {}
    answer = desk.get(path(label, "changelist"), query)
    assert answer.status_code == 200
    for link in set(re.findall(r'<a href="(\?[^"]+)"', answer.content.decode())):
        assert desk.get(path(label, "changelist") + link.replace("&amp;", "&")).status_code == 200, link


def test_all_that_an_administrator_needs_is_here():
    here = {label for label in MODELS if label.partition(".")[0] in OURS}
    assert here >= {
        "accounts.User",
        "accounts.ApiToken",
        "domains.Domain",
        "conversations.Conversation",
        "conversations.Visitor",
        "emailops.MailServer",
        "emailops.EmailJob",
        "notifications.AlertRule",
        "representative.Article",
    }
    assert "mfa.Authenticator" not in MODELS


@pytest.mark.parametrize("who", ["olga", "vic"])
def test_members_who_are_no_administrators_are_refused(things: Things, who: str):
    member = Client()
    member.login(username=getattr(things.cast, who).email, password=PASSWORD)
    for where in (
        "/admin/",
        path("conversations.Conversation", "changelist"),
        path("emailops.MailServer", "add"),
    ):
        answer = member.get(where, follow=True)
        assert answer.status_code == 403, where
        # A role on a domain has nothing to do with it, and no owner of a domain can help.
        assert "whoever runs this installation" in answer.content.decode()
        assert "Ask an owner or admin" not in answer.content.decode()


@pytest.mark.parametrize(("who", "sees"), [("olga", False), ("root", True)])
def test_only_administrators_find_a_way_in_among_the_pages(
    things: Things, desk: Client, who: str, sees: bool
):
    browser = desk
    if who != "root":
        browser = Client()
        browser.force_login(getattr(things.cast, who))
    assert ('href="/admin/"' in browser.get("/domains/").content.decode()) is sees


def test_who_is_not_logged_in_is_sent_to_the_one_log_in(db):
    answer = Client().get("/admin/domains/domain/", follow=True)
    assert "/accounts/login/" in answer.redirect_chain[-1][0]


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    everything: Things, desk: Client, django_assert_max_num_queries
):
    for number in range(20):
        User.objects.create_user(f"p{number}@acme.example")
        everything.job.pk, everything.job.message_id = None, f"<{number}@acme.example>"
        everything.job._state.adding = True
        everything.job.save()
    for label in ("emailops.EmailJob", "conversations.Conversation", "accounts.User", "domains.Domain"):
        with django_assert_max_num_queries(14):
            assert desk.get(path(label, "changelist")).status_code == 200
