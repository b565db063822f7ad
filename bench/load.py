"""The two loads: as fast as it goes with so many messages in flight, and so many messages each second.

A message counts when its ack and the copies for all operators of the domain have arrived.
"""

import asyncio
import re
import time
from collections import deque
from dataclasses import dataclass, field

from bench.wire import Socket

_NUMBER = re.compile(rb"~(\d{8})~")
_ACK = re.compile(rb'"id":\s?"(\d{8})-')
# As long as a visitor's sentence: 126 bytes.
_BODY = (
    "~{:08d}~ "
    + "Could you tell me whether the larger battery fits the model of last year as well, please? "
    + "x" * 25
)


@dataclass
class Sent:
    """One message on its way."""

    at: float
    visitor: Socket
    copies_due: int
    acked: float = 0.0
    copies: list[float] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether all that is due has come."""
        return bool(self.acked) and len(self.copies) >= self.copies_due


class Load:
    """Sends through visitors, listens to visitors and operators."""

    def __init__(self, copies: int) -> None:
        self.visitors: deque[Socket] = deque()
        self.sent: dict[int, Sent] = {}
        self.finished: list[Sent] = []
        self.refused = 0
        self.acks = 0
        self._copies = copies
        self._next = 1
        self._freed = asyncio.Event()

    def say(self) -> None:
        """The visitor who has been silent longest says something."""
        visitor = self.visitors.popleft()
        number, self._next = self._next, self._next + 1
        self.sent[number] = Sent(time.perf_counter(), visitor, self._copies)
        text = _BODY.format(number)
        visitor.send(f'{{"t":"say","id":"{number:08d}-0000-4000-8000-000000000000","text":"{text}"}}')

    def from_visitor(self, socket: Socket, payload: bytes) -> None:
        """A frame on a visitor's socket: acks and refusals matter."""
        if payload.startswith((b'{"t":"ack"', b'{"t": "ack"')):
            found = _ACK.search(payload)
            if found and (message := self.sent.get(int(found[1]))):
                self.acks += 1
                message.acked = time.perf_counter()
                self._settle(int(found[1]), message)
        elif payload.startswith(b'{"t":"err"'):
            self.refused += 1
            found = _ACK.search(payload)
            if found and (message := self.sent.pop(int(found[1]), None)):
                self.visitors.append(message.visitor)
                self._freed.set()

    def from_operator(self, socket: Socket, payload: bytes) -> None:
        """A frame on an operator's socket: a copy of some message."""
        found = _NUMBER.search(payload)
        if found and (message := self.sent.get(int(found[1]))):
            message.copies.append(time.perf_counter())
            self._settle(int(found[1]), message)

    def _settle(self, number: int, message: Sent) -> None:
        if message.done:
            del self.sent[number]
            self.finished.append(message)
            self.visitors.append(message.visitor)
            self._freed.set()

    async def each_once(self, in_flight: int = 16) -> None:
        """Every visitor says one thing, so that all rows are there."""
        for _ in range(len(self.visitors)):
            while len(self.sent) >= in_flight:
                await self._wait(30)
            self.say()
        await self.drain()

    async def closed_loop(self, in_flight: int, seconds: float) -> float:
        """Keep so many messages in flight; how long it really took."""
        self.finished.clear()
        began = time.perf_counter()
        while time.perf_counter() < began + seconds:
            while len(self.sent) < in_flight and self.visitors:
                self.say()
            await self._wait(10)
        return time.perf_counter() - began

    async def open_loop(self, rate: float, seconds: float) -> None:
        """Send at this rate whatever comes back, then wait for what is on its way."""
        self.finished.clear()
        began = time.perf_counter()
        for number in range(int(rate * seconds)):
            wait = began + number / rate - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            if self.visitors:
                self.say()
            else:
                self.refused += 1
        await self.drain()

    async def drain(self) -> None:
        """Wait until nothing is on its way; give up on what does not move for ten seconds."""
        while self.sent:
            before = len(self.sent)
            await self._wait(10)
            if len(self.sent) == before and not self._freed.is_set():
                return

    async def _wait(self, seconds: float) -> None:
        self._freed.clear()
        try:
            await asyncio.wait_for(self._freed.wait(), seconds)
        except TimeoutError:
            pass
