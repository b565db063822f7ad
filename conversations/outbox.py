"""What waits to be sent to one socket. Bounded, so that a reader who never reads harms nobody else."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator

FRAMES = 256
CHARACTERS = 1024 * 1024
# As long a list waits for a reader; it looks so often whether there is room.
PATIENCE_S, _LOOK_S = 10.0, 0.02


class Outbox:
    """Frames in the order in which they came: at most 256, and 1 Mi characters, of them."""

    def __init__(self) -> None:
        self._frames: deque[str] = deque()
        self._characters = 0
        self._filled = asyncio.Event()

    def put(self, text: str) -> bool:
        """Queue it. False when the reader is too far behind."""
        if len(self._frames) >= FRAMES or (self._frames and self._characters + len(text) > CHARACTERS):
            return False
        self._frames.append(text)
        self._characters += len(text)
        self._filled.set()
        return True

    async def room(self) -> bool:
        """Wait until half of it is free, the rest left for what is more urgent. False when the reader does not read."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self._frames) >= FRAMES // 2 or self._characters >= CHARACTERS // 2:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK_S)
        return True

    async def get(self) -> str:
        """The next frame, when there is one."""
        while not self._frames:
            self._filled.clear()
            await self._filled.wait()
        return self._next()

    def rest(self) -> Iterator[str]:
        """What is left, taken out."""
        while self._frames:
            yield self._next()

    def _next(self) -> str:
        text = self._frames.popleft()
        self._characters -= len(text)
        return text
