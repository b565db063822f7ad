"""Whatever goes wrong with a mail server, its test says what to do, in a sentence that fits."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emailops import connections, opening, wire
from emailops.custom_email import queue_test
from emailops.hints import hint
from emailops.models import EmailJob
from emailops.trials import run_trial
from tests.cast import Cast
from tests.emailops.conftest import own_server
from tests.emailops.servers import Sink, certificate, smtp
from tests.emailops.test_hostile_servers import scripted

Talk = Callable[[socket.socket], None]
LOG_IN = {"username": "mailer", "password": "secret"}
GREETING = ("220 hi", "250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS")


def says(*answers: str, then: Talk = lambda sock: None) -> Talk:
    """A server that gives these answers, one to each command, and then does this."""

    def talk(sock: socket.socket) -> None:
        for number, answer in enumerate(answers):
            if number:
                sock.recv(10_000)
            sock.sendall(answer.encode() + b"\r\n")
        sock.recv(10_000)
        then(sock)

    return talk


def stays_silent(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while sock.recv(10_000):
            pass


def outcome_of(cast: Cast, settings: Any, port: int, **fields: Any) -> tuple[str, str]:
    """Test this server: the stage at which it ended, and what the page says to do."""
    own_server(cast.acme, port, settings, **fields)
    job = queue_test(cast.acme, recipient="me@acme.example", user=cast.olga)
    assert run_trial(job.id)
    job = EmailJob.objects.get(pk=job.pk)
    assert job.last_error
    return job.last_stage, hint(job.last_stage, job.last_code, job.last_error)


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "REPLY_TIMEOUT_S", 0.5)
    monkeypatch.setattr(connections, "REPLY_TIMEOUT_S", 0.5)
    monkeypatch.setattr(connections, "DOT_TIMEOUT_S", 0.5)
    monkeypatch.setattr(opening, "CONNECT_TIMEOUT_S", 0.3)


@contextlib.contextmanager
def _that_lets_nobody_in() -> Iterator[int]:
    """A port that does not even say no: its queue is full, so the kernel drops who knocks."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            knocking = stack.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_port_at_which_nobody_answers(cast: Cast, settings: Any) -> None:
    with _that_lets_nobody_in() as port:
        stage, advice = outcome_of(cast, settings, port)
    assert (stage, "firewall" in advice) == ("connect", True)


def test_a_port_that_is_closed(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        pass
    stage, advice = outcome_of(cast, settings, sink.port)
    assert (stage, "nothing answers at this port" in advice) == ("connect", True)


@pytest.mark.parametrize(
    ("talk", "fields", "stage", "words"),
    [
        (stays_silent, {}, "banner", "says nothing without it"),
        (says("SSH-2.0-OpenSSH_9.2"), {}, "banner", "Another service"),
        (says("554 5.7.1 you are on a block list"), {}, "banner", "provider can say why"),
        (says("421 4.3.2 too busy"), {}, "banner", "in some minutes"),
        (stays_silent, {"security": "tls"}, "tls", "Choose TLS for port 465 and STARTTLS for 587"),
        (says(*GREETING), {"security": "tls"}, "tls", "Choose TLS for port 465 and STARTTLS for 587"),
        (says("220 hi", "250 hi"), {"security": "starttls"}, "tls", "have the server offer STARTTLS"),
        (says(*GREETING, "454 4.7.0 no TLS now"), {"security": "starttls"}, "tls", "in some minutes"),
        (says(*GREETING, "502 5.5.1 not implemented"), {"security": "starttls"}, "tls", "refuses STARTTLS"),
        (says(*GREETING, "535 5.7.8 wrong"), LOG_IN, "auth", "Check user name and password"),
        (says(*GREETING, "534 5.7.9 needs one"), LOG_IN, "auth", "password made for applications"),
        (says(*GREETING, "454 4.7.0 too many log-ins"), LOG_IN, "auth", "in some minutes"),
        (says(*GREETING, then=stays_silent), LOG_IN, "auth", "Test again"),
        (says(*GREETING), LOG_IN, "auth", "Test again"),
        (says("220 hi", "250 hi"), LOG_IN, "auth", "offer a log-in with TLS only"),
        (says("220 hi", "250 hi", "530 5.7.0 log in first"), {}, "mail", "wants a log-in first"),
        (says("220 hi", "250 hi", "553 5.7.1 not yours"), {}, "mail", "From address"),
        (says("220 hi", "250 hi", "452 4.3.1 disk is full"), {}, "mail", "in some minutes"),
        (says("220 hi", "250 hi", "250 ok", "450 4.2.0 greylisted"), {}, "rcpt", "put off senders"),
        (says("220 hi", "250 hi", "250 ok", "550 5.1.1 unknown"), {}, "rcpt", "Check it"),
        (says("220 hi", "250 hi", "250 ok", "554 5.7.1 Relay denied"), {}, "rcpt", "after a log-in only"),
        (says("220 hi", "250 hi", "250 ok", "250 ok", "451 later"), {}, "data", "in some minutes"),
        (says("220 hi", "250 hi", "250 ok", "250 ok", "250 what?"), {}, "data", "out of turn"),
    ],
)
def test_a_server_that_refuses_or_is_silent(
    cast: Cast, settings: Any, talk: Talk, fields: dict[str, str], stage: str, words: str
) -> None:
    with scripted(talk) as port:
        ended, advice = outcome_of(cast, settings, port, **fields)
    assert ended == stage
    assert words in advice


@pytest.mark.parametrize(
    ("hook", "words"),
    [
        ({"on_data": lambda mail: "554 5.7.1 spam"}, "its words say why"),
        ({"on_data": lambda mail: "451 4.3.0 not now"}, "in some minutes"),
        ({"delay_s": 2.0}, "It may have arrived"),
    ],
)
def test_a_server_that_has_the_mail_and_does_not_take_it(
    cast: Cast, settings: Any, hook: dict[str, Any], words: str
) -> None:
    with smtp(Sink(**hook)) as sink:
        stage, advice = outcome_of(cast, settings, sink.port)
    assert (stage, words in advice) == ("dot", True)


@pytest.mark.parametrize(
    ("names", "days", "trusted", "words"),
    [
        (["localhost"], -1, True, "renewed"),
        (["mail.acme.example"], 1, True, "the certificate is made for"),
        (["localhost"], 1, False, "public authority"),
    ],
)
def test_a_certificate_that_is_not_valid(
    cast: Cast,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: list[str],
    days: int,
    trusted: bool,
    words: str,
) -> None:
    file, context = certificate(tmp_path, names, days=days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with smtp(tls=context) as sink:
        stage, advice = outcome_of(cast, settings, sink.port, host="localhost", security="tls")
    assert (stage, words in advice) == ("tls", True)


def test_tls_of_yesterday(cast: Cast, settings: Any, tmp_path: Path) -> None:
    _, context = certificate(tmp_path, ["localhost"])
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    def old(sock: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(sock, server_side=True)

    with scripted(old) as port:
        stage, advice = outcome_of(cast, settings, port, host="localhost", security="tls")
    assert (stage, "TLS 1.2 or newer" in advice) == ("tls", True)


def test_a_test_that_no_worker_took_up() -> None:
    assert "No worker has sent it" in hint("", None, "It could not be sent in time.")
