"""A visitor's tab in a test: the real consumer behind the real layer, without a browser."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from domains.models import Domain
from widget.consumer import WidgetConsumer

Frame = dict[str, Any]
act = sync_to_async(lambda function, *args, **kwargs: function(*args, **kwargs))


class Tab:
    """One socket, and everything it was told."""

    def __init__(self, socket: WebsocketCommunicator) -> None:
        self.socket = socket
        self.frames: list[Frame] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send_to(text_data=json.dumps(frame, ensure_ascii=False))

    async def until(self, wanted: Callable[[Frame], Any], timeout: float = 5) -> Frame:
        """The next frame that is wanted; everything before it is kept in `frames`."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.socket.receive_output(timeout)
                closed = message["type"] == "websocket.close"
                frame = {"t": "closed", "code": message["code"]} if closed else json.loads(message["text"])
                self.frames.append(frame)
                if wanted(frame):
                    return frame

    async def of(self, kind: str, timeout: float = 5) -> Frame:
        return await self.until(lambda frame: frame["t"] == kind, timeout)

    async def auth(self, domain: Domain, token: str | None = None, after: int = 0, **more: Any) -> Frame:
        page = {
            "url": "https://acme.example/pricing",
            "title": "Pricing",
            "referrer": "https://search.example/",
        }
        await self.send(
            t="auth",
            key=domain.widget_key,
            token=token,
            after=after,
            page=page,
            locale="en",
            timezone="Asia/Jakarta",
            **more,
        )
        return await self.until(lambda frame: frame["t"] in ("ready", "closed"))

    async def say(self, text: str, client_id: str | None = None) -> Frame:
        """Say it; the answer to it, ack or err."""
        sent = client_id or str(uuid.uuid4())
        await self.send(t="say", id=sent, text=text, attachments=[])
        return await self.until(lambda frame: frame.get("id") == sent)

    async def silence(self, seconds: float = 0.2) -> bool:
        """Whether nothing more comes."""
        return bool(await self.socket.receive_nothing(seconds))

    @property
    def numbers(self) -> list[int]:
        return [frame["n"] for frame in self.frames if frame["t"] == "event"]


@asynccontextmanager
async def tab(origin: str | None = "https://acme.example", **headers: str) -> AsyncIterator[Tab]:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    if origin is not None:
        sent.append((b"origin", origin.encode()))
    socket = WebsocketCommunicator(WidgetConsumer.as_asgi(), "/ws/widget/", sent, ["privas.v1"])
    connected, chosen = await socket.connect(timeout=5)
    assert connected, "the handshake was refused"
    assert chosen == "privas.v1"
    try:
        yield Tab(socket)
    finally:
        await socket.disconnect()


async def refused(origin: str | None) -> bool:
    """Whether the handshake itself is refused."""
    headers = [] if origin is None else [(b"origin", origin.encode())]
    socket = WebsocketCommunicator(WidgetConsumer.as_asgi(), "/ws/widget/", headers, ["privas.v1"])
    connected, _ = await socket.connect(timeout=5)
    await socket.disconnect()
    return not connected
