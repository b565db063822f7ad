"""Moving a talk into the past: pure times."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime


class Past:
    """Events that were recorded just now, and when each of them is to have happened.

    What an action writes beside its event (a message's time, the start of a wait) it takes from the clock just
    before the event itself, so it belongs to the first event at or after it.
    """

    def __init__(self, recorded: Sequence[datetime], happened: Sequence[datetime]) -> None:
        if len(recorded) != len(happened) or not recorded:
            raise ValueError("Every recorded event needs its moment.")
        if list(recorded) != sorted(recorded) or list(happened) != sorted(happened):
            raise ValueError("Events come in order.")
        self._recorded, self._happened = list(recorded), list(happened)

    def moved(self, moment: datetime) -> datetime:
        """When that is to have been."""
        found = bisect_left(self._recorded, moment)
        return self._happened[min(found, len(self._happened) - 1)]

    def moved_if(self, moment: datetime | None) -> datetime | None:
        """The same for what may never have been."""
        return None if moment is None else self.moved(moment)
