"""Whoever has waited for the broker in vain spares the others the wait."""

from typing import Any

import pytest

from domains import broker
from domains.broker import SPARED_S, WAIT_S, Silent, asked


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(broker, "time", clock)
    monkeypatch.setattr(broker, "_silent_until", 0.0)
    return clock


def ask(
    clock: Clock, seconds: float, error: type[Exception] | None = None, meanwhile: Any = lambda: None
) -> bool:
    """Ask, and have an answer or an error after so long; whether one asked at all."""
    try:
        with asked():
            meanwhile()
            clock.now += seconds
            if error is not None:
                raise error
    except Silent:
        return False
    except OSError:
        return True
    return True


def test_after_a_wait_in_vain_nobody_asks_for_a_moment_and_then_one(clock: Clock) -> None:
    others: list[bool] = []
    assert ask(clock, WAIT_S, TimeoutError)
    assert not ask(clock, 0)
    clock.now += SPARED_S
    # The others do not wait beside the one who finds out.
    assert ask(clock, WAIT_S, TimeoutError, meanwhile=lambda: others.append(ask(clock, 0)))
    assert others == [False]
    assert not ask(clock, 0)
    clock.now += SPARED_S
    assert ask(clock, 0)
    assert ask(clock, 0)


def test_a_broker_that_is_gone_says_so_at_once_and_may_always_be_asked(clock: Clock) -> None:
    assert ask(clock, 0.01, ConnectionRefusedError)
    assert ask(clock, 0.01, ConnectionRefusedError)
