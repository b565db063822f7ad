"""Whether any domain at all lists a page: asked at every handshake, so the lists are kept in memory for a few seconds.

The process that changes a list forgets what it knew, so its own next answer is right; in the others a change holds
within KEPT_S, by age alone. Which domain a page may speak for is decided later, by that domain's own row.
"""

import threading
import time
from collections.abc import Callable, Iterable

from domains.origins import entries_for, patterns

KEPT_S = 5.0


class ListedOrigins:
    """The entries of all domains' lists, as they were at most KEPT_S ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: frozenset[str] = frozenset()
        self._read_at: float | None = None

    def include(self, origin: str, lists: Callable[[], Iterable[Iterable[object]]]) -> bool:
        """Whether some domain lists this origin; `lists` reads them all where that is due.

        Of many who ask at once, one reads and the others wait for it.
        """
        with self._lock:
            now = time.monotonic()
            if self._read_at is None or now - self._read_at >= KEPT_S:
                self._entries = frozenset(entry for one in lists() for entry in patterns(one))
                self._read_at = now
            return not self._entries.isdisjoint(entries_for(origin))

    def forget(self) -> None:
        """Read anew when asked next."""
        with self._lock:
            self._read_at = None


listed = ListedOrigins()
