"""Waiting for something to become true, with a deadline. Tests never sleep for a fixed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any


def until(predicate: Callable[[], Any], timeout: float = 10.0, message: str = "", every: float = 0.02) -> Any:
    """Call `predicate` until it answers something true, and return that; fail after `timeout` seconds.

    An AssertionError inside the predicate counts as "not yet"; its words are shown when time is up.
    """
    wait = _Wait(predicate, timeout, message)
    while True:
        try:
            if wait.saw(predicate()):
                return wait.last
        except AssertionError as refusal:
            wait.saw(refusal)
        wait.must_go_on()
        time.sleep(every)


async def auntil(
    predicate: Callable[[], Awaitable[Any] | Any],
    timeout: float = 10.0,
    message: str = "",
    every: float = 0.02,
) -> Any:
    """The same for async tests; the predicate may be a coroutine function."""
    wait = _Wait(predicate, timeout, message)
    while True:
        try:
            answer = predicate()
            if wait.saw(await answer if isinstance(answer, Awaitable) else answer):
                return wait.last
        except AssertionError as refusal:
            wait.saw(refusal)
        wait.must_go_on()
        await asyncio.sleep(every)


class _Wait:
    """What was seen last, and until when one waits for more."""

    def __init__(self, predicate: Callable[[], Any], timeout: float, message: str) -> None:
        self.last: Any = None
        self._name = message or getattr(predicate, "__name__", repr(predicate))
        self._timeout, self._deadline = timeout, time.monotonic() + timeout

    def saw(self, answer: Any) -> bool:
        """Whether that is what one waits for."""
        self.last = answer
        return bool(answer) and not isinstance(answer, AssertionError)

    def must_go_on(self) -> None:
        """Raise when time is up."""
        if time.monotonic() > self._deadline:
            raise AssertionError(f"not within {self._timeout} s: {self._name}; last seen: {self.last!r}")
