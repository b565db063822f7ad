"""Send Test Email: what worked, or the server's own words."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from emailops import servers
from emailops.models import EmailAttempt, EmailJob, EmailKind, EmailStatus, MailServer, ServerState
from emailops.trials import run_trial
from tests.cast import Cast, logged_in
from tests.emailops.servers import Sink, certificate, smtp
from tests.notifications.conftest import SMTP, settings_url


def _local(settings: Any, sink: Sink, host: str = "127.0.0.1", **fields: str) -> dict[str, str]:
    settings.OUTBOUND_ALLOW = [f"{host}:{sink.port}"]
    return {**SMTP, "host": host, "port": str(sink.port), **fields}


def _tested(cast: Cast, client: Client) -> tuple[EmailJob, str]:
    """Press Send Test Email, let the worker run, and read the page."""
    answer = client.post(settings_url(cast), {"do": "test", "recipient": "me@acme.example"})
    assert answer.status_code == 302
    job = EmailJob.objects.filter(kind=EmailKind.SMTP_TEST).latest("created_at")
    assert "Waiting for a worker" in client.get(answer.headers["Location"]).content.decode()
    run_trial(job.id)
    job.refresh_from_db()
    page = client.get(f"{settings_url(cast)}test/{job.id}/").content.decode()
    return job, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_test_that_works_shows_each_stage(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path, ["localhost"])
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    client = logged_in(cast.olga)
    with smtp(starttls=context, password="s3cret-canary", auth_tls=True) as sink:
        client.post(settings_url(cast), _local(settings, sink, "localhost"))
        job, page = _tested(cast, client)
    assert job.status == EmailStatus.SENT
    for words in (
        "Connection : localhost:",
        "TLS : TLSv1.",
        "Log-in : 2.7.0",
        "Mail accepted : 250 2.0.0 taken",
    ):
        assert words in page
    assert "was accepted" in page
    attempt = EmailAttempt.objects.get(job=job)
    assert (attempt.outcome, attempt.code, attempt.reply) == ("sent", 250, "2.0.0 taken as 1")
    assert [step["stage"] for step in attempt.steps] == ["connect", "tls", "auth", "accepted"]
    assert sink.envelopes == [("hello@acme.example", ["me@acme.example"])]
    server = MailServer.objects.get(domain=cast.acme)
    assert server.state == ServerState.ACTIVE
    assert server.last_ok_at is not None


def _fails(cast: Cast, client: Client, *words: str) -> EmailJob:
    job, page = _tested(cast, client)
    assert job.status == EmailStatus.FAILED
    for word in words:
        assert word in page
    assert "s3cret-canary" not in page
    assert EmailAttempt.objects.get(job=job).reply
    return job


def test_a_host_that_does_not_resolve_is_said(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    client.post(settings_url(cast), {**SMTP, "host": "no-such-host.invalid"})
    _fails(cast, client, "“no-such-host.invalid” could not be found", "Check the spelling")


def test_a_host_that_refuses_is_said(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    with smtp() as sink:
        pass
    client.post(settings_url(cast), _local(settings, sink))
    _fails(cast, client, "refused the connection", "Check host and port")


def test_a_refused_log_in_is_said(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    with smtp(password="other") as sink:
        client.post(settings_url(cast), _local(settings, sink, security="none"))
        _fails(cast, client, "535 5.7.8", "Check user name and password")
    assert MailServer.objects.get(domain=cast.acme).state == ServerState.AUTH_FAILED
    assert "Log-in refused" in client.get(settings_url(cast)).content.decode()
    # Saving again tries at once.
    with smtp(password="s3cret-canary") as sink:
        client.post(settings_url(cast), _local(settings, sink, security="none"))
        assert MailServer.objects.get(domain=cast.acme).paused_until is None
        job, _ = _tested(cast, client)
    assert job.status == EmailStatus.SENT


def test_a_server_without_tls_is_said(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    with smtp() as sink:
        client.post(settings_url(cast), _local(settings, sink))
        _fails(cast, client, "offers no TLS", "Choose TLS for port 465")
    assert sink.mails == []


def test_a_bad_certificate_is_said(cast: Cast, settings: Any, tmp_path: Path) -> None:
    _, context = certificate(tmp_path, ["localhost"])
    client = logged_in(cast.olga)
    with smtp(tls=context) as sink:
        client.post(settings_url(cast), _local(settings, sink, "localhost", security="tls"))
        _fails(cast, client, "certificate is not valid")
    assert sink.logins == []


def test_the_servers_own_words_are_shown(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    with smtp(Sink(on_mail=lambda _: "553 5.7.1 sender not owned by user")) as sink:
        client.post(settings_url(cast), _local(settings, sink, security="none", username="", password=""))
        _fails(cast, client, "553 5.7.1 sender not owned by user", "Use one that belongs to it")


def test_without_an_own_server_the_built_in_one_is_tested(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.EMAIL_URL = ""
    job, page = _tested(cast, logged_in(cast.olga))
    assert job.status == EmailStatus.SENT
    assert "The test was kept as a file and reaches nobody." in page
    assert "was accepted" not in page


def test_tests_are_few_and_go_to_an_address(cast: Cast) -> None:
    client = logged_in(cast.olga)
    bad = client.post(settings_url(cast), {"do": "test", "recipient": "me@acme.example, you@acme.example"})
    assert bad.status_code == 400
    assert "is not an e-mail address" in bad.content.decode()
    good = {"do": "test", "recipient": "me@acme.example"}
    for _ in range(5):
        assert client.post(settings_url(cast), good).status_code == 302
        second = client.post(settings_url(cast), good)
        assert second.status_code == 400
        assert "A test is on its way" in second.content.decode()
        EmailJob.objects.update(status=EmailStatus.FAILED)
    many = client.post(settings_url(cast), good)
    assert many.status_code == 400
    assert "many tests" in many.content.decode()
    assert EmailJob.objects.filter(kind=EmailKind.SMTP_TEST).count() == 5


def test_a_test_that_nobody_ran_in_time_is_in_nobodys_way(cast: Cast) -> None:
    client = logged_in(cast.olga)
    for _ in range(2):
        answer = client.post(settings_url(cast), {"do": "test", "recipient": "me@acme.example"})
        assert answer.status_code == 302
        EmailJob.objects.update(expires_at=timezone.now())


def test_another_domains_test_is_not_shown(cast: Cast) -> None:
    logged_in(cast.mallory).post(
        f"/domains/{cast.bolt.id}/settings/email/", {"do": "test", "recipient": "m@bolt.example"}
    )
    job = EmailJob.objects.get()
    assert logged_in(cast.olga).get(f"{settings_url(cast)}test/{job.id}/").status_code == 404


@pytest.mark.parametrize("own", [True, False])
def test_what_to_do_about_a_resting_server_is_said_to_whom_it_belongs(cast: Cast, own: bool) -> None:
    server = (
        MailServer.objects.create(domain=cast.acme, host="smtp.acme.example", from_address="a@acme.example")
        if own
        else servers.built_in()
    )
    servers.note_fault(server, "connect", "refused", refuses=False)
    page = logged_in(cast.olga).get(settings_url(cast)).content.decode()
    assert ("saving the settings tries at once" in page) is own
    assert ("Whoever runs Privas sets it with EMAIL_URL" in page) is not own
