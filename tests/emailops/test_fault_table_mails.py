"""One mail in ten goes wrong, or one connection at its worst moment: the other mails do not notice."""

import itertools
import socket
import struct
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from emailops import connections, delivery, servers
from emailops.connections import Envelope as Addresses
from emailops.models import (
    AttemptOutcome,
    EmailAttempt,
    EmailJob,
    EmailKind,
    EmailStatus,
    ServerState,
    Suppression,
)
from emailops.queueing import Letter
from emailops.wire import Fault
from tests.cast import Cast
from tests.emailops.conftest import queued
from tests.emailops.servers import Sink, smtp
from tests.emailops.test_hints import says
from tests.emailops.test_hostile_servers import scripted

JOBS, BAD = 40, 4


def _states() -> set[tuple[str, int]]:
    return set(EmailJob.objects.values_list("status", "attempts"))


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("stage", "reply", "suppressed"),
    [
        ("mail", "450 4.7.1 greylisted", 0),
        ("rcpt", "450 4.2.0 mailbox busy", 0),
        ("rcpt", "452 4.2.2 mailbox full", 0),
        ("rcpt", "550 5.1.1 no such user", BAD),
        ("rcpt", "554 5.7.1 not from you", 0),
        ("dot", "451 4.3.0 not now", 0),
        ("dot", "554 5.6.0 looks like spam", 0),
    ],
)
def test_what_is_wrong_with_some_mails_is_settled_for_them_and_the_rest_leave_on_the_same_connection(
    cast: Cast, settings: Any, stage: str, reply: str, suppressed: int
) -> None:
    code, count = int(reply[:3]), itertools.count()
    sink = Sink()
    if stage == "mail":
        # All mails have one sender: the first ones are put off.
        sink.on_mail = lambda _: reply if next(count) < BAD else None
    elif stage == "rcpt":
        sink.on_rcpt = lambda address: reply if address.startswith("bad") else None
    else:
        sink.on_data = lambda mail: reply if str(mail["To"]).startswith("bad") else None
    with smtp(sink):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(JOBS):
            queued(cast.acme, f"{'bad' if n < BAD else 'good'}{n}@acme.example")
        delivery.drain(servers.built_in())
        assert len(sink.mails) == JOBS - BAD
        assert sink.connections == 1
        wrong = EmailJob.objects.exclude(status=EmailStatus.SENT)
        after = EmailStatus.RETRYING if code < 500 else EmailStatus.FAILED
        assert wrong.count() == BAD
        assert set(wrong.values_list("status", "attempts", "last_stage", "last_code", "last_error")) == {
            (after, 1, stage, code, reply[4:])
        }
        outcome = AttemptOutcome.TEMPORARY if code < 500 else AttemptOutcome.PERMANENT
        assert EmailAttempt.objects.filter(outcome=outcome).count() == BAD
        assert Suppression.objects.count() == suppressed
        assert servers.built_in().state == ServerState.ACTIVE
        sink.on_mail = sink.on_rcpt = sink.on_data = lambda _: None  # type: ignore[assignment]
        with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=True):
            delivery.drain(servers.built_in())
    goal = JOBS if code < 500 else JOBS - BAD
    assert len(sink.mails) == len(set(sink.message_ids)) == goal
    assert _states() == ({(EmailStatus.SENT, 1), (EmailStatus.SENT, 2)} if code < 500 else
                         {(EmailStatus.SENT, 1), (EmailStatus.FAILED, 1)})  # fmt: skip


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("kind", "status", "copies"),
    [(EmailKind.MANUAL, EmailStatus.UNKNOWN, 1), (EmailKind.NEW_CONVERSATION, EmailStatus.SENT, 2)],
)
def test_a_server_that_hangs_after_the_last_byte_leaves_one_mail_in_doubt_and_the_rest_go(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, kind: str, status: str, copies: int
) -> None:
    monkeypatch.setattr(connections, "DOT_TIMEOUT_S", 1.0)
    sink = Sink()

    def hang_once(_: object) -> None:
        sink.delay_s = 60.0 if len(sink.mails) == BAD else 0.0

    sink.after_accept = hang_once
    with smtp(sink):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(JOBS):
            queued(cast.acme, f"to{n}@acme.example", kind=kind)
        delivery.drain(servers.built_in())
        hung = sink.message_ids[BAD - 1]
        assert EmailJob.objects.filter(status=EmailStatus.SENT).count() == JOBS - 1
        assert sink.connections == 2
        with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
            delivery.drain(servers.built_in())
    met = Counter(sink.message_ids)
    assert met.pop(hung) == copies
    assert len(met) == JOBS - 1
    assert set(met.values()) == {1}
    assert EmailJob.objects.get(message_id=hung).status == status


def _breaks_off_once() -> Callable[[socket.socket], None]:
    """A server that resets its first connection in the middle of a mail, and is restarting afterwards."""
    connection = itertools.count()

    def reset(sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def talk(sock: socket.socket) -> None:
        if next(connection):
            sock.sendall(b"421 4.3.2 restarting\r\n")
        else:
            says("220 hi", "250 hi", "250 ok", "250 ok", "354 go", then=reset)(sock)

    return talk


@pytest.mark.parametrize(
    ("size", "status", "attempts"),
    [
        # More than any buffer holds: it was not said whole, so it was not delivered.
        (24_000_000, EmailStatus.QUEUED, 0),
        # It all fits into the buffers between us: nobody knows how much of it was heard.
        (5_000, EmailStatus.UNKNOWN, 1),
    ],
)
def test_a_break_in_the_middle_of_a_mail_is_in_doubt_only_where_all_of_it_had_left(
    cast: Cast, settings: Any, size: int, status: str, attempts: int
) -> None:
    letter = Letter("Big", "A line of a long text, and more\n" * (size // 32), "<p>text</p>")
    job = queued(cast.acme, kind=EmailKind.MANUAL, letter=letter)
    for n in range(JOBS - 1):
        queued(cast.acme, f"to{n}@acme.example", kind=EmailKind.MANUAL)
    with scripted(_breaks_off_once()) as port:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.status, job.attempts) == (status, attempts)
    others = EmailJob.objects.exclude(id=job.id)
    assert set(others.values_list("status", "attempts")) == {(EmailStatus.QUEUED, 0)}
    later = timezone.now() + timedelta(minutes=2)
    with smtp(data_size_limit=2 * size + 1_000_000) as sink, time_machine.travel(later, tick=True):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    again = status == EmailStatus.QUEUED
    assert len(sink.mails) == len(set(sink.message_ids)) == (JOBS if again else JOBS - 1)
    assert (job.message_id in sink.message_ids) is again


class Bare(Sink):
    """A server that offers nothing at all: no PIPELINING, no 8BITMIME, no SMTPUTF8, no SIZE."""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        await super().handle_EHLO(server, session, envelope, hostname, responses)
        return ["250 bare.example"]


def test_a_server_that_can_do_nothing_special_gets_mail_that_every_server_can_take(
    cast: Cast, settings: Any
) -> None:
    sink = Bare()
    with smtp(sink):
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        letter = Letter("Grüße", "Ünï, ça va?\n.\n", "<p>Ünï, ça va?</p>")
        fine = [queued(cast.acme, f"to{n}@acme.example", letter=letter) for n in range(3)]
        odd = queued(cast.acme)
        # It cannot be queued like this, but a row may be older than that rule.
        EmailJob.objects.filter(id=odd.id).update(recipient="zoë@acme.example")
        delivery.drain(servers.built_in())
    assert sink.message_ids == [job.message_id for job in fine]
    for raw in sink.raw:
        assert raw.isascii()
        mail: Any = message_from_bytes(raw, policy=default)
        assert mail["Subject"] == "Grüße"
        assert mail.get_body(("plain",)).get_content().splitlines() == ["Ünï, ça va?", "."]
    odd.refresh_from_db()
    assert (odd.status, odd.attempts, odd.last_stage) == (EmailStatus.FAILED, 1, "build")
    assert odd.last_error


@pytest.mark.parametrize(
    "bad", ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example\n", "a>@b.example", "a b@c.de"]
)
def test_an_address_that_would_be_a_command_never_gets_onto_the_wire(bad: str) -> None:
    with pytest.raises(Fault, match="cannot take this address"):
        Addresses("fine@acme.example", bad)
    with pytest.raises(Fault, match="cannot take this address"):
        Addresses(bad, "fine@acme.example")
