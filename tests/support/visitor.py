"""A visitor's widget without a browser, over a real line: it resends what was not acknowledged and resumes by number.

It keeps everything it was told, and counts as a fault whatever the contract forbids: a number that comes twice, a
number left out, an answer to nothing.
"""

import asyncio
import json
import random
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.support.scene import ORIGIN

Frame = dict[str, Any]


async def dial(
    url: str, path: str = "/ws/widget/", origin: str | None = ORIGIN, offered: Sequence[str] = ("privas.v1",)
) -> ClientConnection:
    """One socket, as a browser would open it."""
    address = url.replace("http://", "ws://", 1) + path
    # Loopback needs no proxy, and pings of ours would hide a line that the product lets die.
    return await connect(
        address,
        origin=origin,  # type: ignore[arg-type]
        subprotocols=offered or None,  # type: ignore[arg-type]
        ping_interval=None,
        open_timeout=10,
        close_timeout=1,
        proxy=None,
    )


class Visitor:
    """Use it as a context: it stays connected, through whatever happens, until the end."""

    def __init__(self, url: str, key: str, *, origin: str = ORIGIN) -> None:
        self._url, self._key, self._origin = url, key, origin
        self.token: str | None = None
        self.conversation: str | None = None
        # What has been said and not acknowledged, in order; what was acknowledged; what was refused.
        self.unsent: dict[str, str] = {}
        self.acks: dict[str, Frame] = {}
        self.refused: dict[str, Frame] = {}
        self.asked: dict[str, str] = {}
        # The events of the conversation by number, and every frame in the order of its coming.
        self.events: dict[int, Frame] = {}
        self.frames: list[Frame] = []
        self.faults: list[str] = []
        self.closes: list[int] = []
        self.handshakes_refused: list[str] = []
        self.connections = 0
        self.synced = asyncio.Event()
        self._heard = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    # What a person does.

    def say(self, text: str) -> str:
        """Say it, now or as soon as the line is there; the message's id."""
        sent = str(uuid.uuid4())
        self.unsent[sent] = self.asked[sent] = text
        if len(self.unsent) == 1:
            self._go_on()
        return sent

    def send(self, **frame: Any) -> None:
        """A frame that may be lost."""
        self._spawn(self._put(frame))

    # What a test wants to know.

    @property
    def head(self) -> int:
        """The newest number."""
        return max(self.events, default=0)

    @property
    def timeline(self) -> list[Frame]:
        """The events in order."""
        return [self.events[n] for n in sorted(self.events)]

    def texts(self, by: str | None = None) -> list[str]:
        """The messages in order, of one kind of author or of all."""
        return [
            event["data"]["text"]
            for event in self.timeline
            if event["kind"] == "message" and by in (None, event["by"]["kind"])
        ]

    async def hear(self, count: int, within_s: float) -> None:
        """Return when so many more frames have come, or the time is up."""
        wanted = len(self.frames) + count
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while len(self.frames) < wanted:
                    self._heard.clear()
                    await self._heard.wait()

    # The line.

    async def _live(self) -> None:
        while True:
            try:
                self._socket = await dial(self._url, origin=self._origin)
                await self._stay(self._socket)
            except (OSError, TimeoutError, ConnectionClosed, InvalidMessage, EOFError):
                pass
            except InvalidHandshake as refusal:
                self.handshakes_refused.append(repr(refusal))
            finally:
                self.synced.clear()
                if self._socket is not None and self._socket.close_code is not None:
                    self.closes.append(self._socket.close_code)
                self._socket = None
            await asyncio.sleep(random.uniform(0.01, 0.15))

    async def _stay(self, socket: ClientConnection) -> None:
        self.connections += 1
        page = {"url": f"{self._origin}/pricing", "title": "Pricing", "referrer": ""}
        hello = {"t": "auth", "key": self._key, "token": self.token, "after": self.head, "page": page}
        if self.conversation is not None:
            hello["c"] = self.conversation
        await socket.send(json.dumps({**hello, "locale": "en", "timezone": "Asia/Jakarta"}))
        async for text in socket:
            self._take(json.loads(text))

    def _take(self, frame: Frame) -> None:
        kind = frame["t"]
        if kind == "ready":
            self.token = frame.get("token") or self.token
        elif kind == "synced":
            self.synced.set()
            self._go_on()
        elif kind == "event":
            self._take_event(frame)
        elif kind == "ack":
            self._take_ack(frame)
        elif kind == "err" and frame.get("id") in self.unsent:
            if frame.get("retry_ms"):
                self._spawn(self._later(frame["retry_ms"] / 1000))
            else:
                self.unsent.pop(frame["id"])
                self.refused[frame["id"]] = frame
                self._go_on()
        self.frames.append(frame)
        self._heard.set()

    def _take_event(self, frame: Frame) -> None:
        if self.conversation is None:
            self.conversation = frame["c"]
        if frame["c"] != self.conversation:
            self.faults.append(f"an event of another conversation: {frame}")
            return
        n = frame["n"]
        if n in self.events:
            self.faults.append(f"{n} came twice")
        elif n != self.head + 1:
            self.faults.append(f"{n} came after {self.head}")
        self.events[n] = frame

    def _take_ack(self, frame: Frame) -> None:
        if frame["id"] not in self.asked:
            self.faults.append(f"an answer to nothing: {frame}")
        earlier = self.acks.setdefault(frame["id"], frame)
        if (earlier["c"], earlier["n"]) != (frame["c"], frame["n"]):
            self.faults.append(f"one id, two answers: {earlier} {frame}")
        self.unsent.pop(frame["id"], None)
        self._go_on()

    def _go_on(self) -> None:
        """Send the oldest unacknowledged words; one message at a time keeps their order."""
        if self.unsent and self.synced.is_set():
            sent, text = next(iter(self.unsent.items()))
            self._spawn(self._put({"t": "say", "id": sent, "text": text, "attachments": []}))

    async def _later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._go_on()

    async def _put(self, frame: Frame) -> None:
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(json.dumps(frame, ensure_ascii=False))

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        _running.add(task)
        task.add_done_callback(_running.discard)


# A task that nobody holds may be collected before it has run.
_running: set[asyncio.Task[Any]] = set()
