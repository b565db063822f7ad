"""The guard of outgoing connections to addresses that users name.

A name is resolved once, every answer is checked, and the caller connects to a checked address, so a name that
answers differently the second time gains nothing. The only exceptions are exact `host:port` pairs of
settings.OUTBOUND_ALLOW. `ipaddress.is_global` is not enough: it lets NAT64, 6to4 and multicast through.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from domains.hosts import ascii_host

# Everything that is not somebody else's machine on the public Internet.
_NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # "this network"; 0.0.0.0 reaches the own machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's metadata under a public address
        "169.254.0.0/16",  # link-local, metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
    )
)
# IPv6: only global unicast, less the blocks that carry an IPv4 address or lead nowhere.
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
_NAME = re.compile(r"[^\s/@%#?\\\x00-\x20\x7f]{1,253}")
RESOLVE_TIMEOUT_S = 5.0
_MOST_ADDRESSES = 4


class Refused(Exception):
    """The guard does not let this connection out."""


class Unresolved(Exception):
    """The name has no address, or nobody answered for it in time."""


@dataclass(frozen=True)
class Checked:
    """One address that may be connected to. `host` is the name that TLS must verify, in ASCII."""

    host: str
    port: int
    family: socket.AddressFamily
    ip: str


def is_public(ip: str) -> bool:
    """Whether this address is a machine on the public Internet."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in net for net in _NOT_PUBLIC_6)


def is_exception(host: str, port: int) -> bool:
    """Whether the administrator has named exactly this host and port."""
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}".lower() in {entry.strip().lower() for entry in settings.OUTBOUND_ALLOW}


def look_up(host: str, port: int) -> list[Checked]:
    """Resolve a name without judging it: for addresses that the administrator has set.

    Raises Unresolved. The resolver has no deadline of its own, so it is waited for in a thread.
    """
    try:
        name = ascii_host(host)
    except ValueError:
        name = ""
    if not _NAME.fullmatch(name) or not 0 < port < 65_536:
        raise Unresolved(f"“{host}” is not the name of a server.")
    answers: list[tuple[socket.AddressFamily, str]] = []
    failure: list[str] = []

    def ask() -> None:
        try:
            for family, _, _, _, where in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM):
                answers.append((socket.AddressFamily(family), str(where[0])))
        except (OSError, UnicodeError) as error:
            failure.append(str(error))

    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    asker.join(RESOLVE_TIMEOUT_S)
    if asker.is_alive():
        raise Unresolved(f"The name “{host}” was not resolved within {RESOLVE_TIMEOUT_S:.0f} s.")
    if failure or not answers:
        raise Unresolved(f"The name “{host}” could not be found.")
    return [Checked(name, port, family, ip) for family, ip in answers]


def check(host: str, port: int) -> list[Checked]:
    """Resolve once and answer the addresses that may be connected to.

    Raises Unresolved, and Refused when any of the addresses is not public: a name with one good and one bad
    answer is an attack or a mistake.
    """
    addresses = look_up(host, port)
    if not is_exception(host, port) and not all(is_public(address.ip) for address in addresses):
        raise Refused(
            f"“{host}” leads to an address inside a private network. "
            "The administrator of this installation can allow it by name (OUTBOUND_ALLOW)."
        )
    return addresses


def connect(addresses: Sequence[Checked], timeout_s: float) -> socket.socket:
    """Connect to the first of the checked addresses that answers; `timeout_s` covers them all.

    Raises OSError of the last try. The name is not looked up again.
    """
    deadline = time.monotonic() + timeout_s
    last: OSError = TimeoutError("timed out")
    tries = list(addresses)[:_MOST_ADDRESSES]
    for number, address in enumerate(tries):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            sock = socket.socket(address.family, socket.SOCK_STREAM)
        except OSError as error:
            # This machine has no IPv6; the address behind it may be of the other kind.
            last = error
            continue
        # The last address may use all that is left, an earlier one leaves time for those behind it.
        sock.settimeout(left / (len(tries) - number))
        try:
            sock.connect((address.ip, address.port))
        except OSError as error:
            sock.close()
            last = error
        else:
            # Small writes leave at once: waiting to fill a packet costs 40 ms each time the other side waits too.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise last
