"""FIELD_KEYS was changed and the old key is gone: pages say so, nothing is sent, the password is typed again."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from emailops import custom_email, delivery, servers
from emailops.models import EmailJob, EmailStatus, MailServer
from tests.api.caller import Caller
from tests.cast import Cast, logged_in
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, smtp

OLD, NEW = "the old key, long enough for all", "another key, long enough for all"
FORM = {
    "do": "save",
    "host": "127.0.0.1",
    "security": "none",
    "username": "desk",
    "password": "",
    "from_address": "a@acme.example",
}


@pytest.fixture
def lost(cast: Cast, settings: Any) -> MailServer:
    """Acme's server, whose password nobody can read any more."""
    settings.FIELD_KEYS = [OLD]
    server = own_server(cast.acme, 2525, settings, username="desk", password="canary")
    settings.FIELD_KEYS = [NEW]
    return server


@pytest.mark.parametrize("page", ["/emails/", "/live/", "/domains/{}/settings/email/"])
def test_the_pages_open(cast: Cast, lost: MailServer, page: str) -> None:
    queued(cast.acme)
    assert logged_in(cast.olga).get(page.format(cast.acme.pk)).status_code == 200


def test_the_settings_ask_for_the_password_again(cast: Cast, lost: MailServer, settings: Any) -> None:
    client: Client = logged_in(cast.olga)
    where = f"/domains/{cast.acme.pk}/settings/email/"
    assert "cannot be opened any more" in client.get(where).content.decode()
    form = {**FORM, "port": str(lost.port)}
    refused = client.post(where, form)
    assert (refused.status_code, "Type the password again" in refused.content.decode()) == (400, True)
    assert client.post(where, {**form, "password": "typed"}).status_code == 302
    assert MailServer.objects.get().password == "typed"
    assert "cannot be opened any more" not in client.get(where).content.decode()


def test_it_is_asked_for_over_rest_too(cast: Cast, lost: MailServer) -> None:
    path = f"domains/{cast.acme.pk}/mail-server/"
    fields = {name: value for name, value in FORM.items() if name not in {"do", "password"}}
    olga = Caller(cast.olga)
    assert olga.get(path).body["has_password"] is False
    assert list(olga.put(path, port=lost.port, **fields).body["error"]["fields"]) == ["password"]


def test_mail_waits_and_no_empty_password_is_tried(cast: Cast, settings: Any) -> None:
    with smtp(Sink(), password="canary") as sink:
        settings.FIELD_KEYS = [OLD]
        server = own_server(cast.acme, sink.port, settings, username="desk", password="canary")
        queued(cast.acme)
        settings.FIELD_KEYS = [NEW]
        server = MailServer.objects.get()
        assert delivery.drain(server).handled == 0
        assert (sink.connections, EmailJob.objects.get().status) == (0, EmailStatus.QUEUED)
        server = MailServer.objects.get()
        assert "password again" in server.last_error
        # The old key is put back: all is as it was.
        settings.FIELD_KEYS = [NEW, OLD]
        custom_email.save_server(
            cast.acme,
            host="127.0.0.1",
            port=sink.port,
            security="none",
            username="desk",
            from_address="a@b.example",
        )
        assert delivery.drain(MailServer.objects.get()).handled == 1


def test_a_secret_that_cannot_be_opened_stays_as_it_is_stored(
    cast: Cast, lost: MailServer, settings: Any
) -> None:
    server = MailServer.objects.get()
    with pytest.raises(ImproperlyConfigured):
        servers.target_of(server)
    server.save()
    settings.FIELD_KEYS = [OLD]
    assert MailServer.objects.get().password == "canary"
