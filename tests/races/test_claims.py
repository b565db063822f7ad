"""Two workers of several threads claim the same queue: each mail is given to one."""

from collections import Counter

import pytest

from tests.support.arena import Arena
from tests.support.repeating import patience, times

pytestmark = [pytest.mark.slow, pytest.mark.timeout(patience(300))]

THREADS, AT_ONCE = 4, 5
CONTROL_MAILS = 200


def claims(arena: Arena, mails: int, *, guarded: bool) -> tuple[set[str], Counter[str]]:
    """The mails that were queued, and how many threads were given each."""
    queued = set(arena.one("tests.races.mail.queue", mails=mails))
    side = ("tests.races.mail.claim_all", {"threads": THREADS, "at_once": AT_ONCE, "guarded": guarded})
    given = arena.race(side, side)
    # Otherwise there was no race.
    assert all(any(thread for thread in process) for process in given)
    return queued, Counter(job for process in given for thread in process for job in thread)


def test_each_mail_is_claimed_once_however_many_claim(arena: Arena) -> None:
    queued, given = claims(arena, times(400), guarded=True)
    assert set(given) == queued
    assert set(given.values()) == {1}


def test_without_the_guard_mails_are_claimed_twice(unguarded: Arena) -> None:
    _, given = claims(unguarded, CONTROL_MAILS, guarded=False)
    assert max(given.values()) > 1, (
        "the control shows no race: the test above would not notice a missing guard"
    )
