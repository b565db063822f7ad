"""Servers that are none, never end, or speak out of turn."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emailops import opening, wire
from emailops.connections import open_connection
from emailops.line import Target
from emailops.wire import Fault
from tests.emailops.servers import certificate, smtp


@contextlib.contextmanager
def scripted(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does exactly this with each connection; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock, contextlib.suppress(OSError):
                talk(sock)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()


def _target(port: int, **fields: Any) -> Target:
    return Target(host="127.0.0.1", port=port, guarded=False, **fields)


def _fault(port: int, **fields: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        open_connection(_target(port, **fields))
    return caught.value


@pytest.mark.parametrize(
    "banner",
    [b"SSH-2.0-OpenSSH_9.2 secret-banner\r\n", b"\x00\x01\x02\r\n", b"HTTP/1.1 400 Bad\r\n\r\n", b"-ERR\n"],
)
def test_another_service_is_not_quoted(banner: bytes) -> None:
    with scripted(lambda sock: sock.sendall(banner)) as port:
        fault = _fault(port)
    assert fault.stage == "banner"
    assert "secret-banner" not in fault.text


@pytest.mark.parametrize("piece", [b"x" * 4096, b"220-more\r\n" * 400])
def test_an_answer_without_end_is_cut_off(piece: bytes) -> None:
    sent = []

    def pour(sock: socket.socket) -> None:
        while True:
            sock.sendall(piece)
            sent.append(len(piece))

    with scripted(pour) as port:
        fault = _fault(port)
    assert fault.stage == "banner"
    assert sum(sent) < 20_000_000


def test_a_name_beyond_ascii_leads_where_browsers_go_and_its_certificate_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path, ["xn--fa-hia.example"])
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    asked = []
    with smtp(tls=context) as sink:

        def resolve(host: str, port: int, **_: Any) -> list[Any]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        target = Target(host="faß.example", port=sink.port, security="tls", guarded=False)
        open_connection(target).close()
    assert asked == ["xn--fa-hia.example"]


def test_a_server_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def drip(sock: socket.socket) -> None:
        while not over.wait(0.05):
            sock.sendall(b"2")

    monkeypatch.setattr(wire, "REPLY_TIMEOUT_S", 0.4)
    with scripted(drip) as port:
        fault = _fault(port)
        over.set()
    assert fault.text == "The server did not answer in time."


def test_words_said_before_tls_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certificate(tmp_path, ["127.0.0.1"])
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    def inject(sock: socket.socket) -> None:
        sock.sendall(b"220 hi\r\n")
        sock.recv(1000)
        sock.sendall(b"250-hi\r\n250 STARTTLS\r\n")
        sock.recv(1000)
        sock.sendall(b"220 go\r\n250 injected\r\n")
        context.wrap_socket(sock, server_side=True).recv(1000)

    with scripted(inject) as port:
        fault = _fault(port, security="starttls", username="u", password="secret")
    assert fault.stage == "tls"


def test_garbage_instead_of_tls_gets_nothing() -> None:
    heard: list[bytes] = []

    def garbage(sock: socket.socket) -> None:
        sock.sendall(b"220 hi\r\n")
        heard.append(sock.recv(1000))
        sock.sendall(b"250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n")
        heard.append(sock.recv(1000))
        sock.sendall(b"220 go\r\n")
        heard.append(sock.recv(10_000))
        sock.sendall(b"this is no TLS at all, is it?\r\n")
        heard.append(sock.recv(10_000))

    with scripted(garbage) as port:
        fault = _fault(port, security="starttls", username="u", password="secret")
    assert fault.stage == "tls"
    assert b"AUTH" not in b"".join(heard)


def test_tls_of_yesterday_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certificate(tmp_path, ["127.0.0.1"])
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    def old(sock: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(sock, server_side=True)

    with scripted(old) as port:
        assert _fault(port, security="tls").stage == "tls"


def test_a_secret_that_the_server_repeats_is_not_shown() -> None:
    def parrot(sock: socket.socket) -> None:
        sock.sendall(b"220 hi\r\n")
        sock.recv(1000)
        sock.sendall(b"250-hi\r\n250 AUTH LOGIN\r\n")
        for _ in range(2):
            sock.recv(1000)
            sock.sendall(b"334 VXNlcm5hbWU6\r\n")
        sock.recv(1000)
        sock.sendall(b"535 5.7.8 canary-secret is wrong\r\n")

    with scripted(parrot) as port:
        fault = _fault(port, username="u", password="canary-secret")
    assert (fault.stage, fault.code) == ("auth", 535)
    assert "canary-secret" not in fault.text


@pytest.mark.parametrize("user", ["u", "us", "use", "omar@acme.example"])
def test_a_log_in_that_the_server_repeats_is_not_shown(user: str) -> None:
    said: list[bytes] = []

    def parrot(sock: socket.socket) -> None:
        sock.sendall(b"220 hi\r\n")
        sock.recv(1000)
        sock.sendall(b"250-hi\r\n250 AUTH PLAIN\r\n")
        said.append(sock.recv(1000).strip())
        sock.sendall(b'500 5.5.1 Command unrecognized: "' + said[0] + b'"\r\n')

    with scripted(parrot) as port:
        fault = _fault(port, username=user, password="canary-secret")
    assert fault.code == 500
    assert said[0].split()[-1].decode() not in fault.text
    assert "AUTH PLAIN •••" in fault.text


def test_a_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "CONNECT_TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        fault = _fault(port)
        for one in waiting:
            one.close()
    assert fault.stage == "connect"
    assert "did not answer in time" in fault.text
