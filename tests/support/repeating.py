"""How often a race or a fault is tried: as the promise says, or longer by command.

`FAULTS=1000 ./run faults` tries each a thousand times, where the promise's own figure is smaller.
"""

import os


def times(promised: int) -> int:
    """The figure of the promise, or FAULTS from the environment when that is more."""
    return max(promised, int(os.environ.get("FAULTS") or 0))
