"""Answers of the database that serve all who ask a process for a few seconds."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")

_MOST = 10_000


class ShortMemory(Generic[Key, Answer]):
    """Answers as they were at most `kept_s` seconds ago.

    No thread holds the lock while it reads, since event loops note here what they hear: of those who ask in the moment
    an answer is too old, each may read. What is noted or forgotten during a reading is newer than what was read.
    """

    def __init__(self, kept_s: float) -> None:
        self.kept_s = kept_s
        self._lock = threading.Lock()
        self._answers: dict[Key, tuple[float, Answer]] = {}
        self._forgotten_at = float("-inf")

    def get(self, key: Key, read: Callable[[], Answer]) -> Answer:
        """The answer for this key; `read` fetches it where none is fresh, and its errors are the caller's."""
        asked_at = time.monotonic()
        with self._lock:
            known = self._answers.get(key)
        if known is not None and asked_at - known[0] < self.kept_s:
            return known[1]
        return self._keep(key, asked_at, read())

    def note(self, key: Key, answer: Answer) -> None:
        """This is so now."""
        self._keep(key, time.monotonic(), answer)

    def forget(self) -> None:
        """Read anew when asked next."""
        with self._lock:
            self._answers.clear()
            self._forgotten_at = time.monotonic()

    def _keep(self, key: Key, asked_at: float, answer: Answer) -> Answer:
        """Keep this, unless something newer came meanwhile; what holds now."""
        with self._lock:
            known = self._answers.get(key)
            if known is not None and known[0] > asked_at:
                return known[1]
            if asked_at > self._forgotten_at:
                if len(self._answers) >= _MOST:
                    self._answers.clear()
                self._answers[key] = (asked_at, answer)
            return answer
