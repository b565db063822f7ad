"""Whether any domain at all lists a page: asked at every handshake, so the lists are kept in memory for a few seconds.

The process that changes a list forgets what it knew, so its own next answer is right; in the others a change holds
within KEPT_S, by age alone. Which domain a page may speak for is decided later, by that domain's own row.
"""

from collections.abc import Callable, Iterable

from domains.origins import entries_for, patterns
from domains.short_memory import ShortMemory

KEPT_S = 5.0

entries: ShortMemory[None, frozenset[str]] = ShortMemory(KEPT_S)


def is_listed(origin: str, lists: Callable[[], Iterable[Iterable[object]]]) -> bool:
    """Whether some domain lists this origin; `lists` reads them all where that is due."""
    known = entries.get(None, lambda: frozenset(entry for one in lists() for entry in patterns(one)))
    return not known.isdisjoint(entries_for(origin))
