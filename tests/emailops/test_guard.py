"""The guard of outgoing connections."""

import errno
import socket
import threading
from typing import Any

import pytest

from domains import guard

INSIDE = [
     "127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "①②⑦.⓪.⓪.①", "0", "0.0.0.0",
    "localhost", "localhost.", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "192.0.0.8", "198.18.0.1", "203.0.113.9", "::1", "::", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "fc00::1", "ff02::1", "2001::1", "2001:db8::1",
    "::127.0.0.1",
]  # fmt: skip


def _answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """A resolver that answers with these addresses, the last ones for ever; the list of what it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        ips = rounds[min(len(asked), len(rounds) - 1)]
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in ips
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("host", INSIDE)
def test_what_leads_inside_is_refused(host: str) -> None:
    with pytest.raises((guard.Refused, guard.Unresolved)):
        guard.check(host, 587)


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "user@host", "a\r\nb", "a%31", "x" * 300, "a\x00b", "nowhere.invalid"]
)
def test_what_is_no_name_is_not_resolved(host: str) -> None:
    with pytest.raises(guard.Unresolved):
        guard.check(host, 587)


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:81b::200e"]
)
def test_the_public_internet_is_let_out(ip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, [ip])
    assert [address.ip for address in guard.check("smtp.example.com", 587)] == [ip]


def test_one_bad_answer_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(guard.Refused):
        guard.check("smtp.example.com", 587)


def test_a_name_that_changes_its_answer_is_connected_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = _answers(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    checked = guard.check("rebind.example.com", 587)
    tried: list[tuple[str, int]] = []

    def connect(self: socket.socket, where: tuple[str, int]) -> None:
        tried.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(ConnectionRefusedError):
        guard.connect(checked, 1)
    assert tried == [("8.8.8.8", 587)]
    assert asked == ["rebind.example.com"]


def test_a_machine_without_ipv6_is_led_to_the_address_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, ["2606:4700::1111", "8.8.8.8"])
    checked = guard.check("smtp.example.com", 587)
    really, tried = socket.socket, []

    def without_ipv6(family: int, kind: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return really(family, kind)

    def connect(self: socket.socket, where: tuple[str, int]) -> None:
        tried.append(where)

    monkeypatch.setattr(really, "connect", connect)
    monkeypatch.setattr(socket, "socket", without_ipv6)
    guard.connect(checked, 1).close()
    assert tried == [("8.8.8.8", 587)]


def test_only_the_exact_host_and_port_are_excepted(settings: Any) -> None:
    settings.OUTBOUND_ALLOW = ["localhost:2525"]
    assert guard.check("localhost", 2525)
    assert guard.check("LOCALHOST", 2525)
    for host, port in (("localhost", 2526), ("127.0.0.1", 2525), ("localhost.", 2525)):
        with pytest.raises((guard.Refused, guard.Unresolved)):
            guard.check(host, port)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ends.wait(30) and [])
    monkeypatch.setattr(guard, "RESOLVE_TIMEOUT_S", 0.05)
    with pytest.raises(guard.Unresolved, match="not resolved within"):
        guard.check("slow.example.com", 587)
    ends.set()
