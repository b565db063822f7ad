"""The scheduler of `celery beat`."""

import socket
import time
from typing import Any

from celery.beat import PersistentScheduler

from privas.heartbeat import EVERY_S, beat_heart


class Clock(PersistentScheduler):
    """Celery's file scheduler, which also says that it still ticks."""

    _said = 0.0

    def tick(self, *arguments: Any, **options: Any) -> Any:
        """One look at the table."""
        if time.monotonic() - self._said >= EVERY_S:
            self._said = time.monotonic()
            beat_heart(f"beat@{socket.gethostname()}", ["clock"])
        return super().tick(*arguments, **options)
