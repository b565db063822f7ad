"""Nothing happens for 130 seconds, and every socket still lives and works."""

import time

import pytest

from tests.faults.conftest import Idle
from tests.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(400)]

IDLE_S = 130.0


def test_idle_sockets_of_visitors_and_operators_live_for_130_seconds(idle: Idle) -> None:
    assert idle.problem is None
    until(lambda: time.monotonic() - idle.since >= IDLE_S, IDLE_S + 10, every=0.5)
    beats = {whose: sum(frame["t"] == "hb" for frame in frames) for whose, frames in idle.frames.items()}
    idle.enough.set()
    until(lambda: (len(idle.heard) == 3 and all(idle.heard.values())) or idle.problem, 30)
    assert idle.problem is None
    assert set(idle.closed.values()) == {None}
    # A heartbeat every quarter of a minute or so tells a deaf socket that it is deaf.
    assert min(beats.values()) >= 6, beats
