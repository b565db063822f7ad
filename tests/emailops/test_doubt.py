"""Connections and workers that end at the worst moment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from emailops import claims, delivery, servers, settling, statements, trials
from emailops.models import AttemptOutcome, EmailAttempt, EmailJob, EmailKind, EmailStatus
from tests.cast import Cast
from tests.emailops.conftest import queued
from tests.emailops.servers import Sink, smtp

pytestmark = pytest.mark.usefixtures("either_way")


def _attempts(job: EmailJob) -> list[tuple[int, str, str, int | None, str]]:
    rows = EmailAttempt.objects.filter(job=job)
    return [(row.n, row.outcome, row.stage, row.code, row.enhanced) for row in rows]


def _drop(server: Any) -> None:
    server.transport.abort()


@pytest.mark.parametrize(
    ("kind", "status", "mails"),
    [
        (EmailKind.NEW_CONVERSATION, EmailStatus.SENT, 2),
        (EmailKind.ESCALATION, EmailStatus.SENT, 2),
        (EmailKind.MANUAL, EmailStatus.UNKNOWN, 1),
        (EmailKind.FOLLOW_UP, EmailStatus.UNKNOWN, 1),
        (EmailKind.BULK, EmailStatus.UNKNOWN, 1),
    ],
)
def test_a_break_after_the_last_byte_is_in_doubt(
    cast: Cast, settings: Any, kind: str, status: str, mails: int
) -> None:
    with smtp(Sink(after_accept=_drop)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme, kind=kind)
        delivery.drain(servers.built_in())
        job.refresh_from_db()
        assert _attempts(job) == [(1, AttemptOutcome.IN_DOUBT, "dot", None, "")]
        sink.after_accept = lambda _: None
        with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=True):
            delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert job.status == status
    assert sink.message_ids == [job.message_id] * mails


def _die(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's process is gone at this point: nothing of its clean-up happens."""

    class Killed(BaseException):
        pass

    def gone(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(delivery, at, gone)
    monkeypatch.setattr(delivery, "put_back", lambda token: 0)


@pytest.mark.parametrize(
    ("kind", "at", "status", "attempts"),
    [
        (EmailKind.NEW_CONVERSATION, "hand_over", EmailStatus.QUEUED, 0),
        (EmailKind.MANUAL, "hand_over", EmailStatus.QUEUED, 0),
        (EmailKind.NEW_CONVERSATION, "Taken", EmailStatus.RETRYING, 1),
        (EmailKind.MANUAL, "Taken", EmailStatus.UNKNOWN, 1),
    ],
)
def test_the_rows_of_a_dead_worker_are_found_at_once(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, kind: str, at: str, status: str, attempts: int
) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme, kind=kind)
        others = [queued(cast.acme, f"later{n}@acme.example", kind=kind) for n in range(3)]
        with monkeypatch.context() as dying:
            _die(at, dying)
            with pytest.raises(BaseException, match=r"^$"):
                delivery.drain(servers.built_in())
        assert EmailJob.objects.filter(status=EmailStatus.SENDING).count() == 4
        assert settling.recover(timezone.now()) == 1
        job.refresh_from_db()
        assert (job.status, job.attempts) == (status, attempts)
        for other in others:
            other.refresh_from_db()
            assert (other.status, other.attempts) == (EmailStatus.QUEUED, 0)
        with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
            delivery.drain(servers.built_in())
    assert set(sink.message_ids) == {job.message_id, *(other.message_id for other in others)}


@pytest.mark.parametrize(
    ("at", "status", "outcome"),
    [
        ("hand_over", EmailStatus.FAILED, AttemptOutcome.PERMANENT),
        ("write_down", EmailStatus.UNKNOWN, AttemptOutcome.IN_DOUBT),
    ],
)
def test_the_test_of_a_dead_worker_ends_and_its_try_with_it(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, at: str, status: str, outcome: str
) -> None:
    class Killed(BaseException):
        pass

    def gone(*_: Any, **__: Any) -> None:
        raise Killed

    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme, kind=EmailKind.SMTP_TEST)
        with monkeypatch.context() as dying:
            dying.setattr(trials, at, gone)
            with pytest.raises(Killed):
                trials.run_trial(job.id)
        assert settling.recover(timezone.now()) == 1
        assert not trials.run_trial(job.id)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (status, 1)
    attempt = EmailAttempt.objects.get(job=job)
    assert (attempt.n, attempt.outcome, attempt.steps[0]["stage"]) == (1, outcome, "connect")
    assert "worker" in attempt.reply


def test_a_living_workers_rows_are_left_alone(cast: Cast, settings: Any) -> None:
    found: list[int] = []

    def look(_: object) -> None:
        found.append(0)

    with smtp(Sink(after_accept=look)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        real: Callable[..., Any] = delivery.hand_over
        recovered: list[int] = []

        def watched(*args: Any) -> Any:
            recovered.append(settling.recover(timezone.now()))
            return real(*args)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(delivery, "hand_over", watched)
            delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert recovered == [0]
    assert job.status == EmailStatus.SENT


def test_a_worker_that_comes_back_late_changes_nothing(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        real: Callable[..., Any] = delivery.hand_over

        def stolen(*args: Any) -> Any:
            settling.recover(timezone.now() + timedelta(hours=1))
            return real(*args)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(delivery, "hand_over", stolen)
            server = servers.built_in()
            run = delivery._Drain(server)
            jobs = claims.Claims(server, run.token).take(10)
            delivery._send_all(run, jobs, lambda: False)
        job.refresh_from_db()
    assert sink.mails == []
    assert (job.status, job.attempts) == (EmailStatus.QUEUED, 0)


def test_a_worker_that_is_told_to_stop_gives_the_rest_back(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(25):
            queued(cast.acme, f"to{n}@acme.example")
        delivery.drain(servers.built_in(), stopping=lambda: len(sink.mails) >= 13)
        assert len(sink.mails) == 13
        states = EmailJob.objects.values_list("status", "attempts")
        assert sorted(set(states)) == [(EmailStatus.QUEUED, 0), (EmailStatus.SENT, 1)]
        delivery.drain(servers.built_in())
    assert len(set(sink.message_ids)) == len(sink.mails) == 25


def test_a_mail_that_was_taken_is_written_down_though_the_database_stumbles(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = statements.write_down
    stumbled: list[int] = []

    def stumbling(token: Any, taken: Any, *more: Any) -> Any:
        if taken is not None and not stumbled:
            stumbled.append(1)
            raise OperationalError
        return real(token, taken, *more)

    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(2)]
        monkeypatch.setattr(delivery, "write_down", stumbling)
        with pytest.raises(OperationalError):
            delivery.drain(servers.built_in())
        delivery.drain(servers.built_in())
    assert stumbled
    assert sorted(sink.message_ids) == sorted(job.message_id for job in jobs)
    assert set(EmailJob.objects.values_list("status", flat=True)) == {EmailStatus.SENT}


def test_a_mail_slower_than_the_lease_is_not_taken_from_a_worker_that_lives(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, freed = delivery.hand_over, []

    def slow(*args: Any) -> Any:
        reply = real(*args)
        EmailJob.objects.filter(status=EmailStatus.SENDING).update(lease_until=timezone.now())
        freed.append(settling.recover(timezone.now()))
        return reply

    monkeypatch.setattr(delivery, "hand_over", slow)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(2)]
        delivery.drain(servers.built_in())
    assert freed == [0, 0]
    assert sink.message_ids == [job.message_id for job in jobs]
    assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.SENT, 1)}
