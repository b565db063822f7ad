"""Mail goes out."""

import contextlib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from emailops import delivery, leases, servers, settling, slots
from emailops.lanes import Lane
from emailops.models import AttemptOutcome, EmailAttempt, EmailJob, EmailKind, EmailStatus, ServerState
from emailops.tasks import send_due, sweep
from tests.cast import Cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, smtp

pytestmark = pytest.mark.usefixtures("either_way")


def _attempts(job: EmailJob) -> list[tuple[int, str, str, int | None, str]]:
    rows = EmailAttempt.objects.filter(job=job)
    return [(row.n, row.outcome, row.stage, row.code, row.enhanced) for row in rows]


def test_a_job_goes_out_through_the_administrators_server(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme, recipient_name="Zoë Ünal")
        assert delivery.drain(servers.built_in()).handled == 1
    job.refresh_from_db()
    assert (job.status, job.attempts, job.last_error, job.last_code) == (EmailStatus.SENT, 1, "", 250)
    assert job.sent_at is not None
    assert _attempts(job) == [(1, AttemptOutcome.SENT, "dot", 250, "2.0.0")]
    assert "taken as 1" in EmailAttempt.objects.get(job=job).reply
    (mail,) = sink.mails
    assert sink.envelopes == [("privas@localhost", ["sales@acme.example"])]
    assert mail["Message-ID"] == job.message_id
    assert mail["To"] == "Zoë Ünal <sales@acme.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_administrators_log_in_is_used_as_it_stands(cast: Cast, settings: Any) -> None:
    with smtp(password="p@ss wörd") as sink:
        settings.EMAIL_URL = f"smtp://mailer:p%40ss%20w%C3%B6rd@127.0.0.1:{sink.port}"
        queued(cast.acme)
        delivery.drain(servers.built_in())
    assert len(sink.mails) == 1
    assert sink.logins


def test_without_a_server_each_mail_is_kept_as_a_file(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_URL, settings.DATA_DIR = "", tmp_path
    jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(3)]
    assert delivery.drain(servers.built_in()).handled == 3
    assert sorted(file.name for file in (tmp_path / "mail").iterdir()) == sorted(
        f"{job.id}.eml" for job in jobs
    )
    assert EmailJob.objects.filter(status=EmailStatus.SENT).count() == 3
    assert "kept as a file" in EmailAttempt.objects.filter(job=jobs[0]).get().reply


def test_many_mails_share_one_connection(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(35):
            queued(cast.acme, f"to{n}@acme.example")
        assert delivery.drain(servers.built_in()).handled == 35
    assert len(set(sink.message_ids)) == 35
    assert sink.connections == 1


def test_the_urgent_goes_first(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        queued(cast.acme, "bulk@acme.example", kind=EmailKind.BULK)
        queued(cast.acme, "alert@acme.example", kind=EmailKind.NEW_CONVERSATION)
        queued(cast.acme, "bell@acme.example", kind=EmailKind.ESCALATION)
        delivery.drain(servers.built_in())
    assert [to[0] for _, to in sink.envelopes] == [
        "bell@acme.example",
        "alert@acme.example",
        "bulk@acme.example",
    ]


def test_a_domain_sends_through_its_own_server_and_nobody_elses(cast: Cast, settings: Any) -> None:
    with smtp() as built_in, smtp() as own:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{built_in.port}"
        server = own_server(cast.acme, own.port, settings, from_name="Acme")
        queued(cast.acme, "one@acme.example")
        queued(cast.bolt, "two@bolt.example")
        delivery.drain(server)
        delivery.drain(servers.built_in())
    assert own.envelopes == [("hello@acme.example", ["one@acme.example"])]
    assert own.mails[0]["From"] == "Acme <hello@acme.example>"
    assert [to for _, to in built_in.envelopes] == [["two@bolt.example"]]
    server.refresh_from_db()
    assert server.state == ServerState.ACTIVE


def test_what_comes_too_late_expires(cast: Cast, settings: Any) -> None:
    job = queued(cast.acme)
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1), tick=False), smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
        sweep()
    job.refresh_from_db()
    assert (job.status, sink.mails) == (EmailStatus.EXPIRED, [])
    assert job.last_error


def test_a_removed_server_leaves_its_mail_to_the_built_in_one(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        server = own_server(cast.acme, 1, settings)
        queued(cast.acme)
        key = server.id
        server.delete()
        assert send_due(key, Lane("mail", 1)) == 1
    assert len(sink.mails) == 1


def test_the_last_byte_leaves_with_the_envelope_of_the_next_mail(
    cast: Cast, settings: Any, either_way: bool
) -> None:
    together: list[bool] = []

    def look(server: Any) -> None:
        together.append(b"MAIL FROM" in bytes(server._reader._buffer))

    with smtp(Sink(after_accept=look)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(4):
            queued(cast.acme, f"to{n}@acme.example")
        delivery.drain(servers.built_in())
    assert together == [either_way] * 3 + [False]
    assert [to for _, (to,) in sink.envelopes] == [f"to{n}@acme.example" for n in range(4)]
    assert EmailAttempt.objects.filter(outcome="sent").count() == 4


def test_a_server_is_given_as_many_connections_as_it_may_have_and_no_more(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        server = servers.built_in()
        tokens = [uuid.uuid4() for _ in range(3)]
        until = timezone.now() + timedelta(minutes=3)
        queued(cast.acme)
        assert slots.take(server, tokens[0], until)
        assert delivery.drain(server) == delivery.Drained()
        settings.EMAIL_CONNECTIONS = 2
        assert [slots.take(server, token, until) for token in tokens[1:]] == [True, False]
        slots.free(tokens[0])
        assert delivery.drain(server).handled == 1


def test_the_slot_of_a_dead_worker_is_free_again(cast: Cast) -> None:
    server, token = servers.built_in(), uuid.uuid4()
    with contextlib.suppress(RuntimeError), leases.held(token):
        assert slots.take(server, token, timezone.now() + timedelta(minutes=3))
        assert settling.recover(timezone.now()) == 0
        raise RuntimeError
    assert not slots.one_is_free(server)
    assert settling.recover(timezone.now()) == 1
    assert slots.one_is_free(server)


def test_more_than_one_connection_can_do_calls_another_once(cast: Cast, settings: Any) -> None:
    called: list[int] = []
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        settings.EMAIL_CONNECTIONS = 2
        server = servers.built_in()
        for n in range(25):
            queued(cast.acme, f"to{n}@acme.example")
        delivery.drain(server, call_another=lambda: called.append(1))
        assert len(sink.mails) == 25
        assert called == [1]
