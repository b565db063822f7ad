"""Threads that may wait for a mail server as long as it takes. Celery's own, which serve everybody, only call here."""

import contextvars
import logging
import threading
import uuid
from collections.abc import Callable
from functools import partial

from django.db import connections

log = logging.getLogger(__name__)

Work = Callable[[], object]


class Lane:
    """At most `most` works at once, each in a thread of its own. What comes meanwhile waits its turn, each key once."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[uuid.UUID, Work] = {}
        self._threads: set[threading.Thread] = set()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits for a thread."""
        return bool(self._waiting)

    def call(self, key: uuid.UUID, work: Work) -> None:
        """Have it done soon. A call for what waits already is the same call."""
        with self._lock:
            # The lines that are logged name the ring that led to them.
            self._waiting.setdefault(key, partial(contextvars.copy_context().run, work))
            if len(self._threads) < self._most:
                thread = threading.Thread(target=self._work, name=self._name)
                self._threads.add(thread)
                thread.start()

    def finish(self) -> None:
        """Forget what has not begun and wait for the end of what has."""
        with self._lock:
            self._waiting.clear()
            threads = list(self._threads)
        for thread in threads:
            thread.join()

    def _work(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:
                log.exception("a ring for mail came to nothing; the sweep rings again")
            finally:
                connections.close_all()

    def _next(self) -> Work | None:
        with self._lock:
            for key in self._waiting:
                return self._waiting.pop(key)
            self._threads.discard(threading.current_thread())
            return None
