"""An operator without a browser: commands by REST, news by the console's socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.support.visitor import Frame, dial


class Operator:
    """A member with an API token."""

    def __init__(self, url: str, person: dict[str, str], *, timeout_s: float = 20) -> None:
        self._url, self.person = url, person
        self._http = httpx.AsyncClient(
            base_url=f"{url}/api/v1",
            headers={"Authorization": f"Bearer {person['token']}"},
            timeout=timeout_s,
            # Shorter than the server keeps an idle line: a POST on one that closes just then cannot be repeated.
            limits=httpx.Limits(keepalive_expiry=2),
            trust_env=False,
        )
        self.statuses: list[int] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, **body: Any) -> httpx.Response:
        """One request; its status is kept."""
        answer = await self._http.request(method, path, json=body if method != "GET" else None)
        self.statuses.append(answer.status_code)
        return answer

    async def command(self, conversation: str, command: str, **body: Any) -> httpx.Response:
        """A command to a conversation, such as `take-over` or `messages`."""
        return await self.call("POST", f"/conversations/{conversation}/{command}/", **body)

    async def timeline(self, conversation: str) -> list[Frame]:
        """All its events, page by page, as the team sees them."""
        events: list[Frame] = []
        while True:
            after = events[-1]["n"] if events else 0
            page = (
                await self.call("GET", f"/conversations/{conversation}/events/?after={after}&limit=100")
            ).json()
            events += page["results"]
            if page["next"] is None:
                return events

    async def ticket(self) -> str:
        """A ticket for the console's socket."""
        answer = await self.call("POST", "/socket-ticket/")
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["ticket"])

    @asynccontextmanager
    async def console(self, *topics: str, after: dict[str, int] | None = None) -> AsyncIterator["Console"]:
        """The console's socket, subscribed to these topics."""
        # Our own pages only may open it.
        socket = await dial(self._url, "/ws/console/", origin=self._url)
        console = Console(socket)
        listening = asyncio.create_task(console.listen())
        try:
            await console.send(t="auth", ticket=await self.ticket())
            await console.send(t="subscribe", topics=list(topics), after=after or {})
            yield console
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await socket.close()


class Console:
    """One open console socket and everything that it heard."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.close_code: int | None = None

    async def send(self, **frame: Any) -> None:
        """One frame."""
        await self.socket.send(json.dumps(frame))

    async def listen(self) -> None:
        """Until the line ends."""
        try:
            async for text in self.socket:
                self.frames.append(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self.close_code = self.socket.close_code

    def timeline(self, conversation: str) -> list[Frame]:
        """The events of one conversation, as they came."""
        return [frame for frame in self.frames if frame["t"] == "event" and frame["c"] == conversation]
