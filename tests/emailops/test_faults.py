"""A mail that fails, or a server that does: who is to blame, and what happens next."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from emailops import delivery, servers
from emailops.models import AttemptOutcome, EmailAttempt, EmailJob, EmailStatus, ServerState
from tests.cast import Cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, certificate, smtp

pytestmark = pytest.mark.usefixtures("either_way")


def _takes_all(_: object) -> None:
    return None


def _attempts(job: EmailJob) -> list[tuple[int, str, str, int | None, str]]:
    rows = EmailAttempt.objects.filter(job=job)
    return [(row.n, row.outcome, row.stage, row.code, row.enhanced) for row in rows]


@pytest.mark.parametrize(
    ("hook", "reply", "stage"),
    [
        ("on_rcpt", "450 4.2.0 greylisted", "rcpt"),
        ("on_rcpt", "452 4.2.2 mailbox full", "rcpt"),
        ("on_data", "451 4.3.0 not now", "dot"),
        ("on_data", "421 4.3.2 going down", "dot"),
        ("on_mail", "451 4.7.1 later", "mail"),
    ],
)
def test_a_temporary_failure_is_tried_again_with_growing_waits(
    cast: Cast, settings: Any, hook: str, reply: str, stage: str
) -> None:
    code = int(reply[:3])
    with smtp(Sink(**{hook: lambda _: reply})) as sink:  # type: ignore[arg-type]
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        waits = []
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _ in range(3):
                delivery.drain(servers.built_in())
                job.refresh_from_db()
                assert (job.status, job.last_stage, job.last_code) == (EmailStatus.RETRYING, stage, code)
                assert job.last_error == reply[4:]
                waits.append((job.run_after - timezone.now()).total_seconds())
                clock.move_to(job.run_after - timedelta(seconds=1))
                assert delivery.drain(servers.built_in()).handled == 0
                clock.move_to(job.run_after + timedelta(seconds=1))
            sink.on_rcpt = sink.on_data = sink.on_mail = _takes_all
            delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.status, job.attempts, job.last_error) == (EmailStatus.SENT, 4, "")
    assert 12 <= waits[0] <= 18
    assert 48 <= waits[1] <= 72
    assert 144 <= waits[2] <= 216
    assert [n for n, *_ in _attempts(job)] == [1, 2, 3, 4]


def test_the_servers_own_wish_when_to_come_back_is_honoured(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_rcpt=lambda _: "450 4.7.1 Greylisted, please try again in 300 seconds")) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert 295 <= (job.run_after - timezone.now()).total_seconds() <= 361


def test_what_fails_again_and_again_ends(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_data=lambda _: "451 4.3.0 not now")) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _ in range(10):
                delivery.drain(servers.built_in())
                job.refresh_from_db()
                clock.move_to(job.run_after + timedelta(seconds=1))
    assert job.status == EmailStatus.FAILED
    assert job.attempts <= job.max_attempts
    assert job.last_error == "4.3.0 not now"


@pytest.mark.parametrize(
    ("hook", "reply"),
    [
        ("on_rcpt", "550 5.1.1 no such user"),
        ("on_data", "554 5.7.1 looks like spam"),
        ("on_mail", "552 5.3.4 too big"),
    ],
)
def test_a_permanent_failure_ends_as_failed_with_the_servers_words(
    cast: Cast, settings: Any, hook: str, reply: str
) -> None:
    sink = Sink()
    setattr(sink, hook, lambda what: reply if re.search(r"\bbad@", str(what)) else None)
    with smtp(sink):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        settings.DEFAULT_FROM_EMAIL = (
            "bad@privas.example" if hook == "on_mail" else settings.DEFAULT_FROM_EMAIL
        )
        bad = queued(cast.acme, "bad@acme.example")
        good = queued(cast.acme, "fine@acme.example")
        delivery.drain(servers.built_in())
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, bad.attempts, bad.last_error) == (EmailStatus.FAILED, 1, reply[4:])
    assert _attempts(bad)[0][1] == AttemptOutcome.PERMANENT
    if hook != "on_mail":
        assert good.status == EmailStatus.SENT
        assert sink.connections == 1


def test_a_server_that_is_down_burns_no_attempt(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        port = sink.port
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(15)]
    server = servers.built_in()
    delivery.drain(server)
    server.refresh_from_db()
    assert (server.state, server.failures) == (ServerState.PAUSED, 1)
    assert "refused the connection" in server.last_error
    assert delivery.drain(server).handled == 0
    assert set(EmailJob.objects.values_list("status", "attempts", "last_error")) == {
        (EmailStatus.QUEUED, 0, "")
    }
    with smtp() as sink, time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    assert len(sink.mails) == len(jobs)
    server.refresh_from_db()
    assert (server.state, server.failures, server.last_error) == (ServerState.ACTIVE, 0, "")
    assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.SENT, 1)}


def test_a_server_that_rests_grows_patient(cast: Cast, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://nowhere.invalid:25"
    queued(cast.acme)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(9):
            delivery.drain(servers.built_in())
            until = servers.built_in().paused_until
            assert until is not None
            waits.append((until - timezone.now()).total_seconds())
            clock.move_to(until + timedelta(seconds=1))
    assert 8 <= waits[0] <= 12
    assert waits[2] > waits[0]
    assert max(waits) <= 720
    assert servers.built_in().last_error == "The name “nowhere.invalid” could not be found."


@pytest.mark.parametrize("reply", ["421 4.7.0 too many", "421 busy"])
def test_421_before_the_mail_is_the_servers_fault(cast: Cast, settings: Any, reply: str) -> None:
    with smtp(Sink(on_mail=lambda _: reply)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.status, job.attempts) == (EmailStatus.QUEUED, 0)
    assert servers.built_in().state == ServerState.PAUSED


def test_421_after_some_mails_only_costs_a_new_connection(cast: Cast, settings: Any) -> None:
    sink = Sink()
    taken = {"here": 0}

    def few(_: object) -> str | None:
        taken["here"] += 1
        return "421 4.7.0 enough for one session" if taken["here"] % 4 == 0 else None

    sink.on_mail = few
    with smtp(sink):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(12):
            queued(cast.acme, f"to{n}@acme.example")
        delivery.drain(servers.built_in())
    assert len(set(sink.message_ids)) == len(sink.mails) == 12
    assert sink.connections > 2
    assert set(EmailJob.objects.values_list("status", "attempts", "last_error")) == {
        (EmailStatus.SENT, 1, "")
    }
    assert servers.built_in().state == ServerState.ACTIVE


def test_a_refused_log_in_stops_the_server_and_no_mail(cast: Cast, settings: Any) -> None:
    with smtp(password="right") as sink:
        server = own_server(cast.acme, sink.port, settings, username="mailer", password="wrong-secret")
        job = queued(cast.acme)
        delivery.drain(server)
    server.refresh_from_db()
    job.refresh_from_db()
    assert server.state == ServerState.AUTH_FAILED
    assert "5.7.8" in server.last_error
    assert "wrong-secret" not in server.last_error
    assert (job.status, job.attempts) == (EmailStatus.QUEUED, 0)
    assert sink.mails == []
    assert server.paused_until is not None
    assert server.paused_until > timezone.now() + timedelta(minutes=10)


def test_a_server_without_tls_gets_neither_password_nor_mail(cast: Cast, settings: Any) -> None:
    with smtp(password="right") as sink:
        server = own_server(
            cast.acme, sink.port, settings, security="starttls", username="mailer", password="right"
        )
        queued(cast.acme)
        delivery.drain(server)
    server.refresh_from_db()
    assert "offers no TLS" in server.last_error
    assert (sink.logins, sink.mails) == ([], [])


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["", "untrusted", "wrong name"])
def test_the_certificate_is_verified_against_the_name(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, fault: str
) -> None:
    file, context = certificate(tmp_path, ["elsewhere.example"] if fault == "wrong name" else ["localhost"])
    if fault != "untrusted":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with_tls: dict[str, Any] = {security: context}
    with smtp(**with_tls) as sink:
        server = own_server(cast.acme, sink.port, settings, host="localhost", security=security)
        job = queued(cast.acme)
        delivery.drain(server)
    server.refresh_from_db()
    job.refresh_from_db()
    if fault:
        assert "certificate is not valid" in server.last_error
        assert (job.status, sink.mails) == (EmailStatus.QUEUED, [])
    else:
        assert (job.status, len(sink.mails)) == (EmailStatus.SENT, 1)


def test_a_domains_server_inside_the_network_is_refused(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        server = own_server(cast.acme, sink.port, settings)
        settings.OUTBOUND_ALLOW = []
        queued(cast.acme)
        delivery.drain(server)
    server.refresh_from_db()
    assert "private network" in server.last_error
    assert sink.connections == 0


def test_any_yes_after_the_mail_is_a_yes(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_data=lambda mail: "252 2.0.0 taken for somebody")) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.status, job.last_code) == (EmailStatus.SENT, 252)
