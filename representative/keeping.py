"""Keeping a turn's lease while its worker lives.

The lease is short, so that a visitor whose worker died waits seconds; a worker that is still thinking renews it.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from representative import claims
from representative.models import Turn

log = logging.getLogger(__name__)

EVERY_S = 1.5
# A worker that is stuck for ever must not keep the turn for ever; the slowest turn is done by then (thinking.py).
LONGEST_S = 45.0


@contextmanager
def kept(turn: Turn) -> Iterator[None]:
    """The turn stays the caller's while the block runs. A quick turn costs nothing but the thread."""
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(turn, done), name=f"turn-{turn.pk}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(turn: Turn, done: threading.Event) -> None:
    try:
        for _ in range(round(LONGEST_S / EVERY_S)):
            if done.wait(EVERY_S) or not _renewed(turn):
                return
        log.warning("representative.turn_stuck", extra={"turn": turn.pk})
    finally:
        connection.close()


def _renewed(turn: Turn) -> bool:
    """Renew once. A database that is away for a moment is asked again."""
    try:
        return claims.renew(turn)
    except Exception as error:
        log.warning("representative.lease_not_renewed", extra={"turn": turn.pk, "error": repr(error)})
        return True
