"""Waiting for something to become true, with a deadline. Tests never sleep for a fixed time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any


def until(predicate: Callable[[], Any], timeout: float = 10.0, message: str = "", every: float = 0.02) -> Any:
    """Call `predicate` until it answers something true, and return that; fail after `timeout` seconds.

    An AssertionError inside the predicate counts as "not yet"; its words are shown when time is up.
    """
    deadline = time.monotonic() + timeout
    last: object = None
    while True:
        try:
            last = predicate()
            if last:
                return last
        except AssertionError as refusal:
            last = refusal
        if time.monotonic() > deadline:
            name = message or getattr(predicate, "__name__", repr(predicate))
            raise AssertionError(f"not within {timeout} s: {name}; last seen: {last!r}")
        time.sleep(every)


async def auntil(
    predicate: Callable[[], Awaitable[Any] | Any],
    timeout: float = 10.0,
    message: str = "",
    every: float = 0.02,
) -> Any:
    """The same for async tests; the predicate may be a coroutine function."""
    deadline = time.monotonic() + timeout
    last: object = None
    while True:
        try:
            answer = predicate()
            last = await answer if isinstance(answer, Awaitable) else answer
            if last:
                return last
        except AssertionError as refusal:
            last = refusal
        if time.monotonic() > deadline:
            name = message or getattr(predicate, "__name__", repr(predicate))
            raise AssertionError(f"not within {timeout} s: {name}; last seen: {last!r}")
        await asyncio.sleep(every)
