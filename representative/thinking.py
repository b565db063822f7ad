"""Running a representative beside the worker's thread: one event loop a process, events handed over as they come.

The worker may look up between events, and walk away: then the representative is cancelled where it waits.
"""

import asyncio
import os
import queue
import threading
import time
from collections.abc import Generator

from representative.base import Event, Representative, TextDelta, TurnContext

FIRST_TEXT_S = 4.0
WHOLE_S = 20.0
# How often the worker looks up while nothing comes.
LOOK_UP_S = 0.1


class TooSlow(Exception):
    """The representative took longer than a visitor waits."""


_DONE = object()
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def events(representative: Representative, turn: TurnContext) -> Generator[Event | None, None, None]:
    """The representative's events; None each time nothing came for a tenth of a second.

    Raises what the representative raises, and TooSlow. Closing the iterator cancels the representative.
    """
    handed: queue.SimpleQueue[object] = queue.SimpleQueue()

    async def think() -> None:
        try:
            async for event in representative.reply(turn):
                handed.put(event)
            handed.put(_DONE)
        except Exception as error:  # handed over, and raised in the worker's thread
            handed.put(error)

    begun = time.monotonic()
    spoke = False
    future = asyncio.run_coroutine_threadsafe(think(), _running_loop())
    try:
        while True:
            try:
                event = handed.get(timeout=LOOK_UP_S)
            except queue.Empty:
                event = None
            if event is _DONE:
                return
            if isinstance(event, Exception):
                raise event
            spoke = spoke or isinstance(event, TextDelta)
            elapsed = time.monotonic() - begun
            if elapsed > WHOLE_S or (not spoke and elapsed > FIRST_TEXT_S):
                raise TooSlow(f"{representative.name}: {elapsed:.1f} s")
            yield event  # type: ignore[misc]  # the queue holds events, errors and the end mark, told apart above
    finally:
        future.cancel()


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="representatives", daemon=True).start()
        return _loop


def _forget_loop() -> None:
    global _loop, _lock
    _loop, _lock = None, threading.Lock()


# A forked child has the loop's object but not its thread.
os.register_at_fork(after_in_child=_forget_loop)
