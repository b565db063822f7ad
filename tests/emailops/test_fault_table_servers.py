"""A server at fault, seen by a whole queue: no mail is charged for it, and all leave once it is well again."""

import contextlib
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from domains import guard
from emailops import custom_email, delivery, opening, servers
from emailops.models import EmailAttempt, EmailJob, EmailStatus, MailServer, ServerState
from notifications import alarms
from tests.cast import Cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, certificate, smtp
from tests.emailops.test_hints import GREETING, _that_lets_nobody_in, says
from tests.emailops.test_hostile_servers import scripted

JOBS = 40


@contextlib.contextmanager
def closed() -> Iterator[int]:
    """A port at which nobody listens any more."""
    with smtp() as sink:
        pass
    yield sink.port


@contextlib.contextmanager
def no_name() -> Iterator[str]:
    """A name that nobody has."""
    yield "smtp://no-such-host.invalid:25"


def pours(piece: bytes) -> Callable[[socket.socket], None]:
    """A server whose greeting never ends."""

    def talk(sock: socket.socket) -> None:
        while True:
            sock.sendall(piece)

    return talk


def babbles(sock: socket.socket) -> None:
    sock.sendall(b"this is no TLS at all, is it?\r\n")
    sock.recv(10_000)


LOGS_IN, SECURED = "smtp://mailer:secret@127.0.0.1:{}", "smtp+tls://mailer:secret@127.0.0.1:{}"
PLAIN = "smtp://127.0.0.1:{}"
FAULTS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "refused": (closed, PLAIN, "refused the connection"),
    "nobody answers": (_that_lets_nobody_in, PLAIN, "did not answer in time"),
    "no such name": (no_name, "", "could not be found"),
    "421 for a banner": (lambda: scripted(says("421 4.3.2 too busy")), PLAIN, "4.3.2 too busy"),
    "421 for the first mail": (
        lambda: scripted(says("220 hi", "250 hi", "421 4.7.0 too many")),
        PLAIN,
        "4.7.0 too many",
    ),
    "454 for the log-in": (
        lambda: scripted(says(*GREETING, "454 4.7.0 too many log-ins")),
        LOGS_IN,
        "4.7.0 too many log-ins",
    ),
    "garbage for TLS": (
        lambda: scripted(says(*GREETING, "220 go", then=babbles)),
        SECURED,
        "does not speak TLS",
    ),
    "a line without end": (lambda: scripted(pours(b"220 " + b"x" * 4096)), PLAIN, "has no end"),
    "lines without end": (lambda: scripted(pours(b"220-more\r\n" * 400)), PLAIN, "has no end"),
}


@pytest.fixture
def knocks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time a connection was tried, by port."""
    tried: list[str] = []
    real = guard.look_up

    def counted(host: str, port: int) -> list[guard.Checked]:
        tried.append(f"{host}:{port}")
        return real(host, port)

    monkeypatch.setattr(guard, "look_up", counted)
    monkeypatch.setattr(opening, "CONNECT_TIMEOUT_S", 0.3)
    return tried


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_at_fault_is_tried_once_and_charges_no_mail_and_then_all_leave(
    cast: Cast, settings: Any, knocks: list[str], fault: str
) -> None:
    begin, url, words = FAULTS[fault]
    for n in range(JOBS):
        queued(cast.acme, f"to{n}@acme.example")
    with begin() as port:
        settings.EMAIL_URL = url.format(port) or port
        for _ in range(3):
            delivery.drain(servers.built_in())
    assert len(knocks) == 1
    server = servers.built_in()
    assert (server.state, server.failures) == (ServerState.PAUSED, 1)
    assert words in server.last_error
    assert server.paused_until is not None
    assert 5 <= (server.paused_until - timezone.now()).total_seconds() <= 12
    untouched = {(EmailStatus.QUEUED, 0, "", None)}
    assert set(EmailJob.objects.values_list("status", "attempts", "last_error", "dot_at")) == untouched
    assert not EmailAttempt.objects.exists()

    with smtp() as others:
        other = own_server(cast.bolt, others.port, settings)
        queued(cast.bolt)
        assert delivery.drain(other).handled == 1, "another's server is none the worse for it"

    with smtp() as sink, time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        settings.EMAIL_URL = PLAIN.format(sink.port)
        delivery.drain(servers.built_in())
    assert Counter(sink.message_ids) == Counter(
        EmailJob.objects.filter(domain=cast.acme).values_list("message_id", flat=True)
    )
    assert sink.connections == 1
    assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.SENT, 1)}
    assert servers.built_in().state == ServerState.ACTIVE


@pytest.mark.usefixtures("either_way")
def test_a_server_that_takes_ten_mails_a_connection_costs_nothing_but_new_connections(
    cast: Cast, settings: Any
) -> None:
    sink, here = Sink(), Counter[int]()

    def ten_each(_: str) -> str | None:
        here[sink.connections] += 1
        return "421 4.7.0 enough for one session" if here[sink.connections] > 10 else None

    sink.on_mail = ten_each
    with smtp(sink):
        settings.EMAIL_URL = PLAIN.format(sink.port)
        for n in range(JOBS):
            queued(cast.acme, f"to{n}@acme.example")
        delivery.drain(servers.built_in())
    assert len(set(sink.message_ids)) == len(sink.mails) == JOBS
    assert sink.connections == JOBS // 10
    assert set(EmailJob.objects.values_list("status", "attempts", "last_error")) == {
        (EmailStatus.SENT, 1, "")
    }
    assert EmailAttempt.objects.count() == JOBS
    assert servers.built_in().last_error == ""


def test_a_wrong_password_is_told_to_the_owner_once_and_the_right_one_lets_all_mail_go(
    cast: Cast, settings: Any
) -> None:
    with smtp(password="right") as sink:
        server = own_server(cast.acme, sink.port, settings, username="mailer", password="wrong")
        for n in range(JOBS):
            queued(cast.acme, f"to{n}@acme.example")
        for _ in range(3):
            delivery.drain(server)
        assert len(sink.logins) == 1, "providers lock out who tries again and again"
        server.refresh_from_db()
        assert server.state == ServerState.AUTH_FAILED
        assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.QUEUED, 0)}

        much_later = timezone.now() + alarms.OLD + timedelta(minutes=1)
        assert [alarms.tell_owners(much_later) for _ in range(3)] == [1, 0, 0]

        custom_email.save_server(
            cast.acme, host=server.host, port=server.port, security="none", username="mailer",
            password="right", from_address=server.from_address,
        )  # fmt: skip
        assert delivery.drain(MailServer.objects.get(pk=server.pk)).handled == JOBS
    assert len(set(sink.message_ids)) == len(sink.mails) == JOBS
    own = EmailJob.objects.filter(domain=cast.acme)
    assert set(own.values_list("status", "attempts")) == {(EmailStatus.SENT, 1)}


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("names", "days", "trusted"),
    [(["localhost"], 1, False), (["elsewhere.example"], 1, True), (["localhost"], -1, True)],
    ids=["untrusted", "wrong name", "expired"],
)
def test_a_certificate_that_is_not_valid_gets_neither_password_nor_mail(
    cast: Cast,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: list[str],
    days: int,
    trusted: bool,
    security: str,
) -> None:
    file, context = certificate(tmp_path, names, days=days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    secured: dict[str, Any] = {security: context}
    with smtp(password="right", **secured) as sink:
        login = {"username": "mailer", "password": "right", "security": security}
        server = own_server(cast.acme, sink.port, settings, host="localhost", **login)
        job = queued(cast.acme)
        delivery.drain(server)
    server.refresh_from_db()
    job.refresh_from_db()
    assert server.state == ServerState.PAUSED
    assert "certificate is not valid" in server.last_error
    assert (sink.logins, sink.mails) == ([], [])
    assert (job.status, job.attempts) == (EmailStatus.QUEUED, 0)


INSIDE = ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "100.64.0.1", "localhost", "10.0.0.1", "::1"]


def test_a_domains_server_leads_nowhere_inside_and_every_refusal_reads_the_same(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, where: connected.append(where))
    queued(cast.acme)
    said = set()
    for host in INSIDE:
        server = MailServer.objects.create(
            domain=cast.acme, host=host, port=6379, security="none", from_address="a@b.example"
        )
        EmailJob.objects.update(server=server)
        delivery.drain(server)
        server.refresh_from_db()
        said.add(server.last_error.replace(host, "…"))
        EmailJob.objects.update(server=None)
        server.delete()
    assert len(said) == 1
    assert "private network" in said.pop()
    assert connected == []
    assert set(EmailJob.objects.values_list("status", "attempts")) == {(EmailStatus.QUEUED, 0)}


def test_words_that_are_not_ascii_are_shown_as_far_as_they_can_be_read(cast: Cast, settings: Any) -> None:
    def says_umlauts(sock: socket.socket) -> None:
        sock.sendall(b"554 5.3.2 Wir schlie\xc3\x9fen \xff\xfe jetzt\r\n")
        sock.recv(1000)

    with scripted(says_umlauts) as port:
        settings.EMAIL_URL = PLAIN.format(port)
        queued(cast.acme)
        delivery.drain(servers.built_in())
    assert servers.built_in().last_error == "5.3.2 Wir schließen \ufffd\ufffd jetzt"
