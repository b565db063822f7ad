"""The email settings of a domain."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from domains.fields import encrypt
from domains.models import Role
from emailops.models import EmailJob, MailServer, ServerState
from notifications.models import AlertEvent, AlertRule
from notifications.rules import Told, table, tell
from tests.cast import Cast, logged_in
from tests.emailops.conftest import queued
from tests.notifications.conftest import SMTP, settings_url


def test_alerts_are_switched_off_and_on(cast: Cast) -> None:
    client = logged_in(cast.olga)
    assert client.post(settings_url(cast), {"do": "alerts"}).status_code == 302
    cast.acme.refresh_from_db()
    assert not cast.acme.new_conversation_alerts
    client.post(settings_url(cast), {"do": "alerts", "new_conversation_alerts": "on"})
    cast.acme.refresh_from_db()
    assert cast.acme.new_conversation_alerts


@pytest.mark.parametrize("deed", ["alerts", "add", "change", "save", "remove", "test"])
def test_only_owners_and_admins_change_settings(cast: Cast, deed: str) -> None:
    for user, status in ((cast.vic, 403), (cast.omar, 403), (cast.mallory, 404)):
        assert logged_in(user).post(settings_url(cast), {**SMTP, "do": deed}).status_code == status
    assert Client().post(settings_url(cast), {**SMTP, "do": deed}).status_code == 302
    assert not MailServer.objects.filter(domain=cast.acme).exists()
    assert logged_in(cast.omar).get(settings_url(cast)).status_code == 200
    assert logged_in(cast.mallory).get(settings_url(cast)).status_code == 404
    assert logged_in(cast.olga).post(settings_url(cast), {"do": "nonsense"}).status_code == 404


def test_recipients_are_addresses_roles_and_teams(cast: Cast) -> None:
    client = logged_in(cast.olga)
    for fields in ({"address": "Sales@ACME.example"}, {"role": Role.OPERATOR}, {"team": "Support"}):
        answer = client.post(settings_url(cast), {"do": "add", "events": AlertEvent.values, **fields})
        assert answer.status_code == 302
    page = client.get(settings_url(cast)).content.decode()
    for words in (
        "Sales@acme.example",
        "Everybody with the role Operator",
        "Team Support",
        "reaches 2 members",
    ):
        assert words in page
    client.post(settings_url(cast), {"do": "change", "team": "Support", "events": [AlertEvent.ESCALATION]})
    lines = {line.told: line.events for line in table(cast.acme)}
    assert lines[Told(team="Support")] == {AlertEvent.ESCALATION}
    client.post(settings_url(cast), {"do": "change", "role": Role.OPERATOR, "remove": "1"})
    assert Told(role=Role.OPERATOR) not in {line.told for line in table(cast.acme)}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": "not an address"}, "is not an e-mail address"),
        ({"address": "a@b.de\r\nBcc: x@y.de"}, "line breaks"),
        ({"address": "a@b.de", "team": "Sales"}, "one of the three"),
        ({}, "one of the three"),
        ({"role": "emperor"}, "not one of the available choices"),
    ],
)
def test_a_bad_recipient_is_told_and_nothing_typed_is_lost(
    cast: Cast, fields: dict[str, str], words: str
) -> None:
    answer = logged_in(cast.olga).post(
        settings_url(cast), {"do": "add", "events": AlertEvent.values, **fields}
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    if "address" in fields:
        assert f'value="{fields["address"].split()[0]}' in page
    assert AlertRule.objects.count() == 0


@pytest.mark.parametrize("deed", ["add", "change"])
def test_a_recipient_too_many_is_told_at_the_form(cast: Cast, deed: str) -> None:
    rules = [
        AlertRule(domain=cast.acme, event=AlertEvent.ESCALATION, address=f"a{n}@acme.example")
        for n in range(50)
    ]
    AlertRule.objects.bulk_create(rules)
    one_more = {"do": deed, "address": "one.more@acme.example", "events": [AlertEvent.ESCALATION]}
    answer = logged_in(cast.olga).post(settings_url(cast), one_more)
    assert answer.status_code == 400
    assert "at most 50 recipients" in answer.content.decode()
    assert AlertRule.objects.count() == 50
    known = {**one_more, "do": "change", "address": "a0@acme.example", "events": []}
    assert logged_in(cast.olga).post(settings_url(cast), known).status_code == 302


@pytest.mark.parametrize(
    "again", [{"address": "SALES@acme.example"}, {"role": Role.OPERATOR}, {"team": "Support"}]
)
def test_a_recipient_who_is_there_already_stays_as_it_is(cast: Cast, again: dict[str, str]) -> None:
    for told in (Told(address="sales@acme.example"), Told(role=Role.OPERATOR), Told(team="Support")):
        tell(cast.acme, told, {AlertEvent.NEW_CONVERSATION})
    answer = logged_in(cast.olga).post(
        settings_url(cast), {"do": "add", "events": AlertEvent.values, **again}
    )
    assert answer.status_code == 400
    assert "is there already. Change it in the list above." in answer.content.decode()
    assert [line.events for line in table(cast.acme)] == [{AlertEvent.NEW_CONVERSATION}] * 3


def test_where_no_mail_server_is_set_the_settings_say_that_mail_reaches_nobody(
    cast: Cast, settings: Any
) -> None:
    def page(user: Any) -> str:
        return logged_in(user).get(settings_url(cast)).content.decode()

    settings.EMAIL_URL = "smtp://127.0.0.1:25"
    assert "Not set — the built-in mail system sends" in page(cast.olga)
    assert "kept as files" not in page(cast.olga) + page(cast.omar)
    settings.EMAIL_URL = ""
    for user in (cast.olga, cast.omar):
        assert "Not set — mails are kept as files" in page(user)
        assert "mails of Acme are kept as files and reach nobody" in page(user)
        assert "built-in mail system" not in page(user)
    answer = logged_in(cast.olga).post(settings_url(cast), {**SMTP, "do": "save"}, follow=True)
    assert answer.status_code == 200
    assert "No mail server is set" not in page(cast.olga)
    answer = logged_in(cast.olga).post(settings_url(cast), {"do": "remove"}, follow=True)
    assert "No mail server is set now" in answer.content.decode()


def test_a_role_to_choose_is_named_by_words(cast: Cast) -> None:
    page = logged_in(cast.olga).get(settings_url(cast)).content.decode()
    choice = page.partition('<select name="role"')[2].partition("</select>")[0]
    assert re.findall(r"<option[^>]*>([^<]+)<", choice)[0] == "Choose a role"


def test_an_event_that_reaches_nobody_is_said_aloud(cast: Cast) -> None:
    page = logged_in(cast.olga).get(settings_url(cast)).content.decode()
    assert "the owners of Acme are told" in page
    assert "nobody is told" not in page
    tell(cast.acme, Told(team="Nobody's"), set(AlertEvent.values))
    page = logged_in(cast.olga).get(settings_url(cast)).content.decode()
    assert page.count("nobody is told") == 2
    assert "reaches nobody now" in page


def test_smtp_is_saved_and_the_password_never_comes_back(cast: Cast) -> None:
    client = logged_in(cast.olga)
    assert client.post(settings_url(cast), SMTP).status_code == 302
    server = MailServer.objects.get(domain=cast.acme)
    assert (server.host, server.port, server.password) == ("smtp.acme.example", 587, "s3cret-canary")
    assert server.state == ServerState.UNVERIFIED
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM emailops_mailserver WHERE domain_id IS NOT NULL")
        assert "s3cret-canary" not in str(cursor.fetchall())
    page = client.get(settings_url(cast)).content.decode()
    assert "s3cret-canary" not in page
    assert "stored" in page
    # Empty keeps it, as long as it goes to the same server.
    client.post(settings_url(cast), {**SMTP, "password": "", "from_name": "Acme Ltd"})
    server.refresh_from_db()
    assert (server.password, server.from_name, server.version) == ("s3cret-canary", "Acme Ltd", 2)
    answer = client.post(settings_url(cast), {**SMTP, "password": "", "host": "smtp.elsewhere.example"})
    assert answer.status_code == 400
    assert "enter the password again" in answer.content.decode()
    server.refresh_from_db()
    assert server.host == "smtp.acme.example"
    assert "mailer" not in logged_in(cast.omar).get(settings_url(cast)).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": "127.0.0.1"}, "private network"),
        ({"host": "169.254.169.254"}, "private network"),
        ({"host": "localhost"}, "private network"),
        ({"host": "[::ffff:10.0.0.1]"}, "name of the mail server"),
        ({"host": "smtp.acme.example/x"}, "name of the mail server"),
        ({"port": "6379"}, "ports for mail"),
        ({"port": "99999"}, "less than or equal"),
        ({"port": "x"}, "whole number"),
        ({"security": "none"}, "OUTBOUND_ALLOW"),
        ({"from_address": "nobody"}, "is not an e-mail address"),
        ({"from_name": "A\r\nBcc: x@y.de"}, "line breaks"),
        ({"host": ""}, "required"),
    ],
)
def test_settings_that_cannot_be_used_are_told_and_nothing_typed_is_lost(
    cast: Cast, fields: dict[str, str], words: str
) -> None:
    answer = logged_in(cast.olga).post(settings_url(cast), {**SMTP, **fields})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    kept = {**SMTP, **fields}
    if "\r" not in kept["from_name"]:
        assert f'value="{kept["from_name"]}"' in page
    assert f'value="{kept["username"]}"' in page
    assert "s3cret-canary" not in page
    assert "What you typed is kept" in page
    assert not MailServer.objects.filter(domain=cast.acme).exists()


def _sealed(page: str) -> str:
    found = re.search(r'name="password_kept" value="([^"]+)"', page)
    assert found
    return found[1]


def test_all_that_is_wrong_is_told_at_once(cast: Cast) -> None:
    answer = logged_in(cast.olga).post(settings_url(cast), {**SMTP, "host": "", "from_address": "nobody"})
    page = answer.content.decode()
    assert "required" in page
    assert "is not an e-mail address" in page


def test_a_password_that_came_back_with_an_error_need_not_be_typed_again(cast: Cast) -> None:
    client = logged_in(cast.olga)
    page = client.post(settings_url(cast), {**SMTP, "port": "6379"}).content.decode()
    again = {**SMTP, "password": "", "password_kept": _sealed(page)}
    # And once more with another mistake.
    page = client.post(settings_url(cast), {**again, "from_address": "nobody"}).content.decode()
    assert "s3cret-canary" not in page
    client.post(settings_url(cast), {**again, "password_kept": _sealed(page)})
    assert MailServer.objects.get(domain=cast.acme).password == "s3cret-canary"
    client.post(settings_url(cast), {**again, "password": "typed now"})
    assert MailServer.objects.get(domain=cast.acme).password == "typed now"


def test_a_secret_that_somebody_found_elsewhere_is_no_typed_password(cast: Cast) -> None:
    """A row of the database is sealed with the same keys; nobody shall have it sent to a machine of their own."""
    client = logged_in(cast.olga)
    for stolen in (encrypt("of-another-domain"), "nonsense", ""):
        client.post(settings_url(cast), {**SMTP, "password": "", "password_kept": stolen})
        assert MailServer.objects.get(domain=cast.acme).password == ""
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        page = client.post(settings_url(cast), {**SMTP, "port": "6379"}).content.decode()
    client.post(settings_url(cast), {**SMTP, "password": "", "password_kept": _sealed(page)})
    assert MailServer.objects.get(domain=cast.acme).password == ""


def test_port_465_is_tls(cast: Cast) -> None:
    logged_in(cast.olga).post(settings_url(cast), {**SMTP, "port": "465"})
    assert MailServer.objects.get(domain=cast.acme).security == "tls"


def _server_of(job: EmailJob) -> MailServer | None:
    return EmailJob.objects.get(pk=job.pk).server


def test_waiting_mail_moves_with_the_settings(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    job = queued(cast.acme)
    assert _server_of(job) is None
    client.post(settings_url(cast), SMTP)
    assert _server_of(job) == MailServer.objects.get(domain=cast.acme)
    client.post(settings_url(cast), {"do": "remove"})
    assert _server_of(job) is None
