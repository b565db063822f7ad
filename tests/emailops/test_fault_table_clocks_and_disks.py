"""Clocks that disagree, leases that are stolen, databases that take nothing, and a queue of thousands."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from emailops import claims, delivery, leases, servers, settling
from emailops.models import EmailAttempt, EmailContent, EmailJob, EmailKind, EmailStatus
from notifications.tasks import alert_new_conversation
from tests.cast import Cast, make_cast, say, vera
from tests.emailops.conftest import queued
from tests.emailops.servers import Sink, smtp

pytestmark = pytest.mark.usefixtures("either_way")

MINUTES = [-5, 5]


def _while_it_is_sent(monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]) -> None:
    """Have this happen after each mail was answered, before that is written down."""
    real: Callable[..., Any] = delivery.hand_over

    def watched(*args: Any) -> Any:
        reply = real(*args)
        look()
        return reply

    monkeypatch.setattr(delivery, "hand_over", watched)


@pytest.mark.parametrize("minutes", MINUTES)
def test_a_clock_five_minutes_off_takes_no_mail_from_a_worker_that_is_seen_to_live(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    freed: list[int] = []

    def sweep_by_another_clock() -> None:
        freed.append(settling.recover(timezone.now() + timedelta(minutes=minutes, seconds=10)))

    _while_it_is_sent(monkeypatch, sweep_by_another_clock)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(5)]
        delivery.drain(servers.built_in())
    assert freed == [0] * 5
    assert sink.message_ids == [job.message_id for job in jobs]
    assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.SENT, 1)}


@pytest.mark.parametrize("minutes", MINUTES)
def test_a_worker_whose_clock_is_five_minutes_off_sends_each_mail_once_and_late_at_most(
    cast: Cast, settings: Any, minutes: int
) -> None:
    jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(5)]
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            delivery.drain(servers.built_in())
        assert len(sink.mails) == (5 if minutes > 0 else 0)
        delivery.drain(servers.built_in())
    assert sorted(sink.message_ids) == sorted(job.message_id for job in jobs)
    assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.SENT, 1)}


def test_the_lease_is_renewed_between_slow_mails(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[Any] = []
    # Each look at the clock is half a minute after the last one.
    clock = SimpleNamespace(monotonic=itertools.count(time.monotonic(), 30).__next__)
    monkeypatch.setattr(delivery, "time", clock)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        jobs = [queued(cast.acme, f"to{n}@acme.example") for n in range(4)]
        last = EmailJob.objects.filter(id=jobs[-1].id)
        _while_it_is_sent(monkeypatch, lambda: ends.append(last.values_list("lease_until", flat=True).get()))
        delivery.drain(servers.built_in())
    # The last one waits for all the others, and is held for the full time all the while.
    assert ends == sorted(set(ends))
    assert len(ends) == 4


@pytest.mark.parametrize(
    ("kind", "left"), [(EmailKind.MANUAL, EmailStatus.UNKNOWN), (EmailKind.ESCALATION, EmailStatus.RETRYING)]
)
def test_an_answer_that_comes_after_the_lease_was_lost_moves_no_row_and_is_told(
    cast: Cast,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    left: str,
) -> None:
    monkeypatch.setattr(leases, "is_alive", lambda token: False)

    def steal() -> None:
        assert settling.recover(timezone.now() + claims.LEASE + timedelta(seconds=1)) == 1

    _while_it_is_sent(monkeypatch, steal)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme, kind=kind)
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert sink.message_ids == [job.message_id]
    assert (job.status, job.attempts, job.sent_at) == (left, 1, None)
    assert EmailAttempt.objects.get(job=job).outcome == "in_doubt"
    assert f"mail {job.id} was sent, but its lease was lost" in caplog.text


def test_an_alert_that_is_asked_for_ten_times_is_one_mail(cast: Cast, settings: Any) -> None:
    conversation = say(vera(cast.acme), "Hello")
    event = conversation.events.order_by("n").first()
    assert event is not None
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for _ in range(10):
            alert_new_conversation(event.pk)
            delivery.drain(servers.built_in())
    assert [to for _, to in sink.envelopes] == [[cast.olga.email]]
    assert EmailJob.objects.count() == 1


BULK, ROUND_TRIP_S = 5_000, 0.02


def test_an_escalation_overtakes_five_thousand_bulk_mails_within_a_second(cast: Cast, settings: Any) -> None:
    first = queued(cast.acme, kind=EmailKind.BULK)
    EmailJob.objects.bulk_create(
        EmailJob(
            domain=cast.acme, kind=first.kind, priority=first.priority, recipient=f"to{n}@acme.example",
            max_attempts=first.max_attempts, run_after=first.run_after, expires_at=first.expires_at,
            message_id=f"<bulk{n}@acme.example>", content=first.content, created_at=first.created_at,
        )
        for n in range(BULK - 1)
    )  # fmt: skip
    rung: list[float] = []
    left: list[float] = []

    def taken(mail: Any) -> None:
        if str(mail["To"]).startswith("boss"):
            left.append(time.monotonic())

    with smtp(Sink(on_data=taken, delay_s=ROUND_TRIP_S)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"

        def once_it_runs() -> bool:
            if not rung and len(sink.mails) >= 40:
                queued(cast.acme, "boss@acme.example", kind=EmailKind.ESCALATION)
                rung.append(time.monotonic())
            return bool(left)

        delivery.drain(servers.built_in(), stopping=once_it_runs)
    assert left[0] - rung[0] <= 1.0
    assert len(sink.mails) < 200


@contextmanager
def _read_only() -> Iterator[None]:
    """A database that takes nothing any more: a standby, or a full disk."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        return
    # Not through Django, which lets nothing through while a transaction is broken.
    connection.connection.execute("PRAGMA query_only=ON")
    try:
        yield
    finally:
        connection.connection.execute("PRAGMA query_only=OFF")


def test_what_wants_a_mail_fails_aloud_where_the_database_takes_nothing(cast: Cast) -> None:
    servers.built_in()
    with pytest.raises(DatabaseError, match=r"read-?only"), transaction.atomic(), _read_only():
        queued(cast.acme)
    assert EmailJob.objects.count() == EmailContent.objects.count() == 0
    assert queued(cast.acme).status == EmailStatus.QUEUED


def test_no_connection_is_opened_where_the_database_takes_nothing(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        queued(cast.acme)
        with pytest.raises(DatabaseError, match=r"read-?only"), transaction.atomic(), _read_only():
            delivery.drain(servers.built_in())
        assert sink.connections == 0
        delivery.drain(servers.built_in())
    assert len(sink.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_fills_while_mails_leave_lets_no_last_byte_go_unmarked(settings: Any) -> None:
    full, cast = False, make_cast()

    def fill(address: str) -> None:
        nonlocal full
        full = full or address.startswith("to3@")

    def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if full and sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            raise OperationalError("could not extend file: No space left on device")
        return execute(sql, params, many, context)

    with smtp(Sink(on_rcpt=fill)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        jobs = [queued(cast.acme, f"to{n}@acme.example", kind=EmailKind.MANUAL) for n in range(6)]
        with (
            connection.execute_wrapper(refuse_writes),
            pytest.raises(OperationalError, match="No space left"),
        ):
            delivery.drain(servers.built_in())
        marked = EmailJob.objects.exclude(dot_at=None).values_list("message_id", flat=True)
        assert set(sink.message_ids) <= set(marked)
        assert len(sink.mails) <= 3
        full = False
        sink.on_rcpt = lambda _: None
        with time_machine.travel(timezone.now() + claims.LEASE + timedelta(seconds=1), tick=True):
            settling.recover(timezone.now())
            delivery.drain(servers.built_in())
    doubtful = EmailJob.objects.filter(status=EmailStatus.UNKNOWN)
    assert doubtful.count() <= 1
    assert EmailJob.objects.filter(status=EmailStatus.SENT).count() == len(jobs) - doubtful.count()
    assert len(sink.message_ids) == len(set(sink.message_ids)) == len(jobs)
