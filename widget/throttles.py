"""How many sockets a visitor may keep, and how many visitors may come from one address.

Frames and errors are counted where every socket counts them (conversations/sockets.py), the gap between two
messages where messages are written.
"""

import ipaddress
import time
import uuid
from dataclasses import dataclass, field

from django.core.cache import cache

SOCKETS = 5
NEW_SESSIONS, NEW_SESSIONS_WITHIN_S = 50, 60


@dataclass(frozen=True, order=True)
class Seat:
    """One socket of a visitor, wherever in the world its process runs; the older seat is the smaller."""

    since: float = field(default_factory=time.time)
    name: str = field(default_factory=lambda: uuid.uuid4().hex)


class Table:
    """All sockets of one visitor, as one of them sees it. No process knows of all, so they call a roll:

    whoever comes says so to the visitor's group, everybody there answers, and who hears of five younger ones is
    the one too many and goes. What is gone answers no more, so nothing has to be cleaned up after a crash.
    """

    def __init__(self) -> None:
        self.mine = Seat()
        self._younger: set[Seat] = set()

    def begin(self, newcomer: Seat) -> None:
        """A roll begins, because this one has come."""
        self._younger = set()
        self.note(newcomer)

    def note(self, other: Seat) -> None:
        """This one is here."""
        if other > self.mine:
            self._younger.add(other)

    @property
    def is_full(self) -> bool:
        """Whether this socket has to go for the younger ones."""
        return len(self._younger) >= SOCKETS


def retry_ms(domain_id: uuid.UUID, address: str) -> int:
    """Count one new visitor of a domain from this address: 0 when welcome, else when to come again.

    Addresses that are not of the internet are not counted: behind a proxy that nobody declared (TRUSTED_PROXIES)
    all the world would share one.
    """
    network = _network(address)
    if network is None:
        return 0
    now = time.time()
    window = int(now // NEW_SESSIONS_WITHIN_S)
    key = f"{domain_id}:new-visitors:{network}:{window}"
    cache.add(key, 0, timeout=NEW_SESSIONS_WITHIN_S)
    try:
        count = cache.incr(key)
    except ValueError:
        # The store came or went in between.
        return 0
    return 0 if count <= NEW_SESSIONS else max(1, int(((window + 1) * NEW_SESSIONS_WITHIN_S - now) * 1000))


def _network(address: str) -> str | None:
    """The address; of IPv6 the /64 that one household has. None for what is not of the internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if not parsed.is_global:
        return None
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
