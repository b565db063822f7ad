"""What is saved is not yet what works: page, REST and administration say when it was tested, and how that went."""

import re
from typing import Any

import pytest

from emailops.models import EmailJob, EmailStatus, MailServer
from emailops.trials import run_trial
from tests.api.caller import Caller
from tests.cast import Cast, logged_in
from tests.emailops.servers import Sink, smtp
from tests.notifications.conftest import SMTP, settings_url

UNTESTED = "Saved, not tested yet."


def _page(cast: Cast) -> str:
    html = logged_in(cast.olga).get(settings_url(cast)).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def _save(cast: Cast, settings: Any, port: int, **fields: str) -> Any:
    settings.OUTBOUND_ALLOW = [f"127.0.0.1:{port}"]
    form = {**SMTP, "host": "127.0.0.1", "port": str(port), "security": "none", "username": "", **fields}
    return logged_in(cast.olga).post(settings_url(cast), {**form, "password": ""})


def _test(cast: Cast, recipient: str = "me@acme.example") -> EmailJob:
    answer = logged_in(cast.olga).post(settings_url(cast), {"do": "test", "recipient": recipient})
    assert answer.status_code == 302
    job = EmailJob.objects.latest("created_at")
    assert run_trial(job.id)
    return EmailJob.objects.get(pk=job.pk)


def _told(cast: Cast) -> Any:
    return Caller(cast.olga).get(f"domains/{cast.acme.pk}/mail-server/").body["last_test"]


def test_saving_says_that_nothing_was_tested_and_leads_to_the_test(cast: Cast, settings: Any) -> None:
    saved = _save(cast, settings, 2525)
    assert saved.headers["Location"].endswith("#test")
    page = _page(cast)
    assert UNTESTED in page
    assert "Mail of Acme leaves through 127.0.0.1:2525 from now on" in page
    assert _told(cast) is None


def test_a_test_stays_on_the_page_with_its_time_and_the_servers_words(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        _save(cast, settings, sink.port)
        job = _test(cast)
    page = _page(cast)
    assert UNTESTED not in page
    assert "Active" in page
    assert "Last test to me@acme.example" in page
    assert "250 2.0.0 taken as 1" in page
    told = _told(cast)
    attempt = job.attempt_rows.get()
    assert told == {
        "job": str(job.pk),
        "status": "sent",
        "recipient": "me@acme.example",
        "at": attempt.started_at.isoformat().replace("+00:00", "Z"),
        "words": "250 2.0.0 taken as 1",
        "hint": "",
        "outdated": False,
    }
    # Who tests again need not type it again.
    html = logged_in(cast.olga).get(settings_url(cast)).content.decode()
    assert 'value="me@acme.example"' in html


def test_a_test_of_the_settings_before_is_said_to_be_one(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        _save(cast, settings, sink.port)
        _test(cast)
        _save(cast, settings, sink.port, from_name="Acme Ltd")
    page = _page(cast)
    assert UNTESTED in page
    assert "before the settings were changed" in page
    assert _told(cast)["outdated"]


def test_a_recipient_who_is_refused_leaves_the_settings_untested_but_not_unsaid(
    cast: Cast, settings: Any
) -> None:
    with smtp(Sink(on_rcpt=lambda _: "550 5.1.1 no such user")) as sink:
        _save(cast, settings, sink.port)
        job = _test(cast, "nobody@acme.example")
    assert job.status == EmailStatus.FAILED
    page = _page(cast)
    assert "Test failed" in page
    assert UNTESTED not in page
    assert (_told(cast)["words"], _told(cast)["status"]) == ("550 5.1.1 no such user", "failed")
    assert "Check it" in _told(cast)["hint"]


def test_what_is_polled_brings_the_state_of_the_server_along(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        _save(cast, settings, sink.port)
        job = _test(cast)
    polled = logged_in(cast.olga).get(f"{settings_url(cast)}test/{job.pk}/").content.decode()
    assert 'id="smtp-standing" hx-swap-oob="true"' in polled
    assert "Active" in polled


def test_a_test_of_a_removed_server_is_none_of_the_built_in_one(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR, settings.EMAIL_URL = tmp_path, ""
    with smtp() as sink:
        _save(cast, settings, sink.port)
        _test(cast)
    logged_in(cast.olga).post(settings_url(cast), {"do": "remove"})
    assert not MailServer.objects.filter(domain=cast.acme).exists()
    assert "Last test" not in _page(cast)
    _test(cast)
    assert "kept as a file" in _page(cast)
    # The built-in one serves all; what it said to another domain is nobody's business here.
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    client = logged_in(cast.mallory)
    theirs = f"/domains/{cast.bolt.id}/settings/email/"
    client.post(theirs, {"do": "test", "recipient": "m@bolt.example"})
    run_trial(EmailJob.objects.latest("created_at").id)
    assert "Whoever runs Privas sets the built-in mail system" in client.get(theirs).content.decode()
    assert "m@bolt.example" not in _page(cast)


def test_a_test_that_a_dead_worker_began_shows_the_newer_try(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp() as sink:
        _save(cast, settings, sink.port)
        with monkeypatch.context() as dying:
            dying.setattr("emailops.trials._Trial.run", lambda self: None)
            job = _test(cast)
        EmailJob.objects.filter(pk=job.pk).update(status="queued", lease_token=None, lease_until=None)
        assert run_trial(job.pk)
    assert "250 2.0.0 taken as 1" in _page(cast)


def test_the_administration_shows_the_last_test_and_warns_of_none(cast: Cast, settings: Any) -> None:
    cast.olga.is_staff = cast.olga.is_superuser = True
    cast.olga.save()
    admin = logged_in(cast.olga)
    with smtp() as sink:
        _save(cast, settings, sink.port)
        where = f"/admin/emailops/mailserver/{MailServer.objects.get(domain=cast.acme).pk}/change/"
        assert "Not tested yet." in admin.get(where).content.decode()
        _test(cast)
        assert "250 2.0.0 taken as 1" in admin.get(where).content.decode()
        form = {"host": "127.0.0.1", "port": sink.port, "security": "none", "from_address": "a@acme.example"}
        saved = admin.post(where, {**form, "max_connections": 1}, follow=True)
        assert "is saved, not tested yet" in saved.content.decode()
        assert "before the settings were changed" in admin.get(where).content.decode()
