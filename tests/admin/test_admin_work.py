"""What administrators do: people, domains, routing, mail servers, mails, tokens."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken, User
from conversations.models import Conversation, Event
from domains import guard, publishing
from domains.models import Domain
from emailops import custom_email, servers
from emailops.models import WHY_NO_BODY, EmailJob, EmailStatus, MailServer
from emailops.queueing import Letter, queue_email
from notifications.models import AlertRule
from representative.models import Article
from tests.admin.conftest import HOSTILE, SMTP_SECRET, Things, errors, path
from tests.cast import PASSWORD


def test_the_timeline_of_a_talk_marks_what_no_visitor_reads(things: Things, desk: Client):
    html = desk.get(path("conversations.Conversation", "change", things.talk.pk)).content.decode()
    assert "Note, team only" in html
    assert "A quiet word" in html
    assert "&lt;script&gt;alert(&#x27;visitor&#x27;)" in html
    assert "Taken over" in html
    assert f'href="{HOSTILE[:20]}' not in html


@pytest.mark.parametrize(
    "label", ["conversations.Conversation", "conversations.Visitor", "emailops.EmailJob"]
)
def test_records_are_for_looking(things: Things, desk: Client, label: str):
    ids = {"conversations.Conversation": things.talk.pk, "conversations.Visitor": things.talk.visitor_id}
    key = ids.get(label, things.job.pk)
    assert desk.post(path(label, "add"), {}).status_code == 403
    assert desk.post(path(label, "change", key), {"name": "x", "status": "sent"}).status_code == 403
    assert desk.post(path(label, "delete", key), {"post": "yes"}).status_code == 403
    gone = desk.post(
        path(label, "changelist"),
        {"action": "delete_selected", "_selected_action": [str(key)], "post": "yes"},
    )
    assert gone.status_code in (200, 302)
    assert Conversation.objects.exists()
    assert EmailJob.objects.get(pk=things.job.pk).status == "queued"
    assert Event.objects.filter(conversation=things.talk).exists()


def test_the_list_of_mails_is_short_and_the_mail_is_whole(things: Things, desk: Client):
    subject = "New conversation: " + "a long question " * 9
    things.job.content.__class__.objects.filter(pk=things.job.content_id).update(subject=subject)
    assert subject.strip() not in desk.get(path("emailops.EmailJob", "changelist")).content.decode()
    assert subject.strip() in desk.get(path("emailops.EmailJob", "change", things.job.pk)).content.decode()


def server_form(domain: Domain | None, **more: Any) -> dict[str, Any]:
    form = {
        "host": "mail.example.com",
        "port": 587,
        "security": "starttls",
        "username": "desk",
        "password": "",
        "from_address": "desk@example.com",
        "from_name": "Desk",
        "max_connections": 1,
    }
    return {**form, **({"domain": str(domain.pk)} if domain else {}), **more}


def test_a_mail_server_is_added_and_its_password_kept_but_never_shown(things: Things, desk: Client):
    made = desk.post(
        path("emailops.MailServer", "add"), server_form(things.cast.bolt, password="first-canary")
    )
    assert made.status_code == 302, errors(made)
    server = MailServer.objects.get(domain=things.cast.bolt)
    where = path("emailops.MailServer", "change", server.pk)
    assert b"first-canary" not in desk.get(where).content
    changed = desk.post(where, server_form(None, from_name="New name"))
    assert changed.status_code == 302, errors(changed)
    server.refresh_from_db()
    assert (server.password, server.from_name, server.version) == ("first-canary", "New name", 2)
    again = desk.post(where, server_form(None, password="second-canary", port=99))
    assert (again.status_code, "ports for mail" in errors(again)) == (200, True)
    assert b"second-canary" not in again.content
    assert b'name="password_kept"' in again.content
    server.refresh_from_db()
    assert (server.password, server.port) == ("first-canary", 587)


def test_a_mail_server_has_a_domain_and_the_built_in_system_is_not_set_here(things: Things, desk: Client):
    built_in = servers.built_in()
    letter = Letter("Password", "text", "<p>text</p>")
    job = queue_email(None, kind="account", recipient="olga@acme.example", letter=letter)
    refused = desk.post(path("emailops.MailServer", "add"), server_form(None, password="x"))
    assert (refused.status_code, "domain" in errors(refused)) == (200, True)
    with pytest.raises(custom_email.InvalidServer):
        custom_email.save_server(
            None, host="mail.example.com", port=587, security="starttls", from_address="a@b.example"
        )
    built_in.refresh_from_db()
    job.refresh_from_db()
    assert (built_in.host, built_in.version, job.server) == ("", 1, None)


def test_nobody_waits_for_the_name_of_a_mail_server_but_who_saves_it(
    things: Things, desk: Client, monkeypatch
):
    around = len(connection.atomic_blocks)
    inside: list[int] = []
    monkeypatch.setattr(guard, "check", lambda *_: inside.append(len(connection.atomic_blocks) - around))
    made = desk.post(path("emailops.MailServer", "add"), server_form(things.cast.bolt, password="x"))
    assert made.status_code == 302
    where = path("emailops.MailServer", "change", things.server.pk)
    assert desk.post(where, server_form(None, password="x")).status_code == 302
    assert inside == [0, 0]
    assert LogEntry.objects.filter(content_type__model="mailserver").count() == 2


def test_a_stored_password_is_not_sent_to_another_host(things: Things, desk: Client):
    where = path("emailops.MailServer", "change", things.server.pk)
    moved = desk.post(where, server_form(None, host="evil.example.com"))
    assert (moved.status_code, "enter the password again" in errors(moved)) == (200, True)
    things.server.refresh_from_db()
    assert (things.server.host, things.server.password) == ("smtp.example.com", SMTP_SECRET)


def test_a_removed_server_hands_its_mail_to_the_built_in_system(things: Things, desk: Client):
    assert EmailJob.objects.get().server == things.server
    assert (
        desk.post(path("emailops.MailServer", "delete", things.server.pk), {"post": "yes"}).status_code == 302
    )
    job = EmailJob.objects.get()
    assert (job.server, job.status) == (None, "queued")


def act(desk: Client, label: str, action: str, *keys) -> str:
    body = {"action": action, "_selected_action": [str(key) for key in keys]}
    answer = desk.post(path(label, "changelist"), body, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def test_mails_are_cancelled_and_tried_again(things: Things, desk: Client):
    assert "1 mails are cancelled" in act(desk, "emailops.EmailJob", "cancel", things.job.pk)
    assert EmailJob.objects.get().status == "cancelled"
    assert "cancelled already" in act(desk, "emailops.EmailJob", "cancel", things.job.pk)
    assert "1 mails are queued again" in act(desk, "emailops.EmailJob", "retry", things.job.pk)
    EmailJob.objects.update(status=EmailStatus.SENT)
    assert "It was sent" in act(desk, "emailops.EmailJob", "retry", things.job.pk)
    html = desk.get(path("emailops.EmailJob", "change", things.job.pk)).content.decode()
    assert "450 try later" in html
    assert "The whole &lt;i&gt;text" in html


@pytest.mark.parametrize("kind", ["account", "invitation"])
def test_a_mail_that_lets_its_bearer_in_is_not_shown_to_administrators(
    things: Things, desk: Client, kind: str
):
    EmailJob.objects.update(kind=kind)
    html = desk.get(path("emailops.EmailJob", "change", things.job.pk)).content.decode()
    assert "The whole" not in html
    assert WHY_NO_BODY in html


def test_a_token_is_shown_once_and_revoked(things: Things, desk: Client):
    body = {"user": str(things.cast.vic.pk), "name": "Screen", "scopes": ["read"]}
    made = desk.post(path("accounts.ApiToken", "add"), body)
    assert made.status_code == 200
    secret = next(
        word
        for word in made.content.decode().replace("<", " ").replace(">", " ").split()
        if word[:4] == "pvt_"
    )
    token = tokens.verify(secret)
    assert token is not None
    assert (token.user, token.scopes) == (things.cast.vic, ["read"])
    assert ApiToken.objects.filter(name="Screen").count() == 1
    assert secret not in str(desk.cookies)
    renamed = desk.post(path("accounts.ApiToken", "change", token.pk), {"name": "Wall screen"})
    assert renamed.status_code == 302, errors(renamed)
    token.refresh_from_db()
    assert (token.name, token.scopes, token.user) == ("Wall screen", ["read"], things.cast.vic)
    act(desk, "accounts.ApiToken", "revoke", token.pk)
    assert tokens.verify(secret) is None


def test_a_token_that_is_deleted_closes_what_it_opened(
    things: Things, desk: Client, monkeypatch, django_capture_on_commit_callbacks
):
    told: list[Any] = []
    monkeypatch.setattr(publishing, "close_sockets", lambda user_id, **more: told.append(more["credential"]))
    one, several = (tokens.mint(things.cast.omar, name=name)[0] for name in ("One", "Several"))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(path("accounts.ApiToken", "delete", one.pk), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [str(several.pk)], "post": "yes"}
        desk.post(path("accounts.ApiToken", "changelist"), chosen)
    assert told == [str(one.pk), str(several.pk)]
    assert not ApiToken.objects.filter(user=things.cast.omar).exists()


def test_a_person_is_made_and_two_spellings_of_an_address_are_one(things: Things, desk: Client):
    body = {"email": "Nina@Acme.Example", "name": "Nina", "usable_password": "true"}
    words = {"password1": "correct horse battery", "password2": "correct horse battery"}
    made = desk.post(path("accounts.User", "add"), {**body, **words})
    assert made.status_code == 302, errors(made)
    assert User.objects.get(name="Nina").email == "nina@acme.example"
    torn = {**body, **words, "email": "torn@acme.example", "name": "To\u2028rn"}
    assert "A name is one line" in errors(desk.post(path("accounts.User", "add"), torn))
    again = desk.post(path("accounts.User", "add"), {**body, **words, "email": "NINA@acme.example"})
    assert "already" in errors(again)


def test_a_password_that_an_administrator_sets_ends_the_persons_sessions_and_tells_the_sockets(
    things: Things, desk: Client, monkeypatch
):
    omar = things.cast.omar
    theirs = Client()
    theirs.login(username=omar.email, password=PASSWORD)
    told: list[Any] = []
    monkeypatch.setattr(publishing, "close_sockets", lambda user_id, **more: told.append(user_id))
    where = f"/admin/accounts/user/{omar.pk}/password/"
    assert desk.get(where).status_code == 200
    words = {"usable_password": "true", "password1": "quite another one", "password2": "quite another one"}
    assert desk.post(where, words).status_code == 302
    assert told == [omar.pk]
    assert theirs.get("/api/v1/me/").status_code == 401
    assert desk.get("/admin/password_change/").headers["Location"] == "/accounts/password/change/"


def test_a_new_address_takes_the_log_in_from_the_old_one(things: Things, desk: Client):
    omar = things.cast.omar
    EmailAddress.objects.create(user=omar, email=omar.email, primary=True, verified=True)
    body = {"email": "omar@new.example", "name": "Omar", "theme": "auto", "is_active": "on"}
    changed = desk.post(path("accounts.User", "change", omar.pk), body)
    assert changed.status_code == 302, errors(changed)
    assert not EmailAddress.objects.filter(user=omar).exists()


def test_a_rule_names_exactly_one_recipient(things: Things, desk: Client):
    body = {"domain": str(things.cast.acme.pk), "event": "new_conversation", "active": "on"}
    for wrong in ({}, {"role": "owner", "team": "Sales"}, {"address": "no address"}):
        assert desk.post(path("notifications.AlertRule", "add"), {**body, **wrong}).status_code == 200
    assert desk.post(path("notifications.AlertRule", "add"), {**body, "team": "Sales"}).status_code == 302
    assert AlertRule.objects.filter(event="new_conversation").get().team == "Sales"


def test_an_article_takes_its_phrasings_one_a_line(things: Things, desk: Client):
    body = {
        "domain": str(things.cast.acme.pk),
        "title": "Prices",
        "text": "Low",
        "phrasings": "How much?\n\nWhat price?",
    }
    made = desk.post(path("representative.Article", "add"), body)
    assert made.status_code == 302, errors(made)
    assert Article.objects.get(title="Prices").phrasings == ["How much?", "What price?"]
    bad = desk.post(path("representative.Article", "add"), {**body, "url": "javascript:alert(1)"})
    assert bad.status_code == 200
