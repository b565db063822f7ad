"""A console's tab in a test: the real consumer behind the real layer, without a browser."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from accounts import tickets
from accounts.models import SocketTicket, User
from conversations.live.consumer import ConsoleConsumer

OWN = [(b"origin", b"http://testserver")]

act = sync_to_async(lambda function, *args, **kwargs: function(*args, **kwargs))


class Console:
    """One socket, and everything it was told."""

    def __init__(self, socket: WebsocketCommunicator) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(frame))

    async def until(self, wanted: Any, timeout: float = 5) -> dict[str, Any]:
        """The next frame that is wanted; everything before it is kept in `frames`."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.socket.receive_output(timeout)
                if message["type"] == "websocket.close":
                    self.frames.append({"t": "closed", "code": message["code"]})
                else:
                    self.frames.append(json.loads(message["text"]))
                if wanted(self.frames[-1]):
                    return self.frames[-1]

    async def of(self, kind: str, timeout: float = 5) -> dict[str, Any]:
        return await self.until(lambda frame: frame["t"] == kind, timeout)

    async def subscribe(self, *topics: str) -> None:
        await self.send(t="subscribe", topics=list(topics), after={})
        await self.of("subscribed")


@asynccontextmanager
async def line(headers: list[tuple[bytes, bytes]] = OWN) -> AsyncIterator[Console]:
    """An open line that has not said who it is."""
    socket = WebsocketCommunicator(ConsoleConsumer.as_asgi(), "/ws/console/", headers, ["privas.v1"])
    connected, _ = await socket.connect(timeout=5)
    assert connected
    try:
        yield Console(socket)
    finally:
        await socket.disconnect()


@asynccontextmanager
async def console(user: User, ticket: SocketTicket | None = None) -> AsyncIterator[Console]:
    """A socket of this person, opened with this ticket or one of no session."""
    async with line() as opened:
        opened_with = ticket or await act(tickets.issue, user)
        await opened.send(t="auth", ticket=str(opened_with.pk))
        await opened.of("ready")
        yield opened


async def refused(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether the handshake itself is refused."""
    socket = WebsocketCommunicator(ConsoleConsumer.as_asgi(), "/ws/console/", headers, ["privas.v1"])
    connected, _ = await socket.connect(timeout=5)
    return not connected
