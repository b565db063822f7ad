"""Whether the broker answers.

One that is gone says so at once. One that is stopped or cut off takes a connection and says nothing: everybody would
wait their time out, one after another. What goes through it may be lost (rows are the truth), so whoever has waited in
vain spares the others the wait; every few seconds one of them asks again.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# Longer than any healthy broker needs; short enough that nobody waits for a dead one.
WAIT_S = 2.0
_IN_VAIN_S = 1.0
SPARED_S = 1.0

# Until when nobody asks; 0 where the last answer came.
_silent_until = 0.0


class Silent(Exception):
    """Somebody of this process has just asked in vain."""


@contextmanager
def asked() -> Iterator[None]:
    """Around a question to the broker, which gives up by itself after WAIT_S. Raises Silent instead of asking."""
    global _silent_until
    began = time.monotonic()
    if began < _silent_until:
        raise Silent("The broker has just not answered.")
    if _silent_until:
        # While this one finds out, the others are spared.
        _silent_until = began + WAIT_S
    try:
        yield
    except Exception:
        now = time.monotonic()
        if now - began >= _IN_VAIN_S:
            _silent_until = now + SPARED_S
        raise
    _silent_until = 0.0
