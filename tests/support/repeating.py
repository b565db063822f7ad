"""How often a race or a fault is tried: as the promises say, or longer by command.

`FAULTS=1000 ./run faults` tries a thousand cuts and takeovers where the promise names two hundred, and everything
else five times as often, too.
"""

import os

_PROMISED = 200
FACTOR = max(1.0, int(os.environ.get("FAULTS") or 0) / _PROMISED)


def times(promised: int) -> int:
    """How often to try what the promise tries so often."""
    return round(promised * FACTOR)


def patience(seconds: float) -> float:
    """How long a test may take that takes at most so long at the promise's figure."""
    return seconds * FACTOR
