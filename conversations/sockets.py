"""What every socket of ours has, whoever is at the other end: a transport, nothing more.

Measured traps this guards against: Channels hops into the one database thread before every event (we do not, and
read the database in a small pool of our own); a reader that never reads makes memory grow (the outbox is bounded);
a frame that is broken, huge, deep or binary must never end in 1011.
"""

import asyncio
import json
import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, ParamSpec, TypeVar

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from channels.layers import get_channel_layer
from channels.utils import await_many_dispatch

from conversations import socket_pool
from conversations.outbox import Outbox
from conversations.socket_frames import Allowance, BadFrame, decode

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

SUBPROTOCOL = "privas.v1"
AUTH_WITHIN_S = 5.0
# Sockets of one kind that may be open here without having said who they are; others shall come later.
WAITING, HEARTBEAT_S = 500, 12.0
# Frames in, per socket; errors before the socket is closed.
FRAMES, FRAMES_WITHIN_S = 20, 10.0
ERRORS, ERRORS_WITHIN_S = 20, 60.0
BROKER_WITHIN_S, CLOSE_WITHIN_S = 3.0, 2.0


class SocketConsumer(AsyncConsumer, ABC):
    """Base of the widget's and the console's consumer, which say who may speak (`authenticate`), what a frame does
    (`receive_frame`), what the layer's messages do (handlers named after their type), and how a heartbeat goes.
    """

    # Whoever of a kind has yet to say who it is in this process: a crowd of visitors keeps no operator out.
    waiting: ClassVar["set[SocketConsumer]"]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.waiting = set()

    def __init__(self) -> None:
        self.ready = False
        self.closed = False
        self.groups: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._outbox = Outbox()
        self._frames = Allowance(FRAMES, FRAMES_WITHIN_S)
        self._errors = Allowance(ERRORS, ERRORS_WITHIN_S)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one socket. Without a broker it is closed with 1013, to come back later: never a 500, never 1011."""
        self.scope, self.base_send = scope, send
        self.channel_layer = get_channel_layer()
        try:
            self.channel_name = await asyncio.wait_for(self.channel_layer.new_channel(), BROKER_WITHIN_S)
        except Exception as error:
            log.warning("socket.no_broker", extra={"error": repr(error)})
            await receive()
            await self._accept_and_close(1013)
            return
        sources = [receive, partial(self.channel_layer.receive, self.channel_name)]
        try:
            await await_many_dispatch(sources, self.dispatch)
        except StopConsumer:
            pass
        finally:
            self.waiting.discard(self)
            for task in self._tasks:
                task.cancel()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the handler; unlike Channels' own, without a hop through the database thread before every event."""
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            log.warning("socket.unknown_message", extra={"type": message["type"]})
            return
        try:
            await handler(message)
        except StopConsumer:
            raise
        except Exception as error:
            # The heartbeat finds what this message would have brought.
            socket_pool.log_failure(log, "socket.message_failed", error)

    async def db(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run database work in the sockets' own pool."""
        return await socket_pool.run(function, *args, **kwargs)

    # What subclasses say.

    @abstractmethod
    async def origin_allowed(self, origin: str | None) -> bool:
        """Whether a page of this origin may open the socket at all. Refused ones get HTTP 403."""

    @abstractmethod
    async def authenticate(self, frame: dict[str, Any]) -> None:
        """The first frame. Sets `self.ready`, or closes."""

    @abstractmethod
    async def receive_frame(self, frame: dict[str, Any]) -> None:
        """Every later frame. May raise BadFrame."""

    @abstractmethod
    async def heartbeat(self) -> None:
        """Every 12 s or so: look who may still be here, fetch what was lost. Then `alive` is sent."""

    @abstractmethod
    def alive(self) -> dict[str, Any]:
        """The frame that says we live, also while the database does not, and what the newest number is."""

    # Coming and going.

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """Refuse a foreign page before the handshake; else accept and wait for the first frame.

        An old client, and one for whom there is no room, are accepted too: they could not read the code otherwise.
        """
        self.waiting.add(self)
        if not await self.origin_allowed(self._header(b"origin")):
            await self.send({"type": "websocket.close", "code": 4403})
            raise StopConsumer
        if SUBPROTOCOL not in self._offered():
            await self._accept_and_close(4426)
            raise StopConsumer
        if len(self.waiting) > WAITING:
            await self._accept_and_close(1013)
            raise StopConsumer
        await self.send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        self._spawn(self._drain())
        self._spawn(self._await_auth())

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """One frame in: limits first, then the subclass."""
        if self.closed:
            return
        frame: dict[str, Any] = {}
        try:
            retry_ms = self._frames.take()
            frame = decode(message.get("text"))
            if retry_ms:
                await self.error("rate_limited", frame.get("id"), retry_ms=retry_ms)
            elif self.ready:
                await self.receive_frame(frame)
            elif frame.get("t") == "auth":
                await self._let_in(frame)
            else:
                raise BadFrame("bad_frame", "The first frame must be `auth`.")
        except BadFrame as refused:
            await self.error(refused.code, refused.client_id or frame.get("id"), message=str(refused))
        except Exception as error:
            # Nothing a client sends, and no fault behind us, may tear the socket: the client tries again.
            socket_pool.log_failure(log, "socket.frame_failed", error)
            await self.error("unavailable", frame.get("id"), retry_ms=1000)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The other side is gone."""
        await self._leave()
        raise StopConsumer

    async def join(self, group: str) -> None:
        """Hear what is sent to this group."""
        if group not in self.groups:
            await asyncio.wait_for(self.channel_layer.group_add(group, self.channel_name), BROKER_WITHIN_S)
            self.groups.add(group)

    async def part(self, group: str) -> None:
        """Hear it no more."""
        if group in self.groups:
            self.groups.discard(group)
            await asyncio.wait_for(
                self.channel_layer.group_discard(group, self.channel_name), BROKER_WITHIN_S
            )

    # Sending.

    async def send_frame(self, frame: dict[str, Any]) -> None:
        """Queue one frame."""
        await self.send_text(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    async def send_text(self, text: str) -> None:
        """Queue encoded text; a reader that is too far behind is closed with 4440 and resumes later."""
        if self.closed:
            return
        if not self._outbox.put(text):
            await self.close(4440)

    async def room(self) -> bool:
        """Let a reader of long lists catch up. False when the socket is closed; else look what came meanwhile."""
        if not self.closed and not await self._outbox.room():
            await self.close(4440)
        return not self.closed

    async def error(self, code: str, client_id: Any = None, **details: Any) -> None:
        """Say what was wrong; the socket stays open, unless errors come without end. `unavailable` is ours."""
        known_id = client_id if isinstance(client_id, str) and len(client_id) <= 64 else None
        await self.send_frame({"t": "err", "id": known_id, "code": code, **details})
        if code != "unavailable" and self._errors.take():
            await self.close(4429 if code == "rate_limited" else 4400)

    async def close(self, code: int) -> None:
        """Close from our side, after what is queued has gone out."""
        if self.closed:
            return
        self.closed = True
        try:
            # A reader that does not read must not hold us either.
            await asyncio.wait_for(self._say_goodbye(code), CLOSE_WITHIN_S)
        except Exception as error:
            log.info("socket.close_failed", extra={"error": repr(error)})
        await self._leave()

    # Inside.

    async def _let_in(self, frame: dict[str, Any]) -> None:
        """Wholly or not at all: who is half in waits for what never comes, and should come again instead."""
        try:
            await self.authenticate(frame)
        except BadFrame:
            raise
        except Exception as error:
            socket_pool.log_failure(log, "socket.not_let_in", error)
            await self.error("unavailable", frame.get("id"), retry_ms=1000)
            # Before `ready` is taken back, so that what was begun is left in order.
            await self.close(1013)
            self.ready = False
        else:
            self.waiting.discard(self)
            self._spawn(self._beat())

    def _header(self, name: bytes) -> str | None:
        value = dict(self.scope["headers"]).get(name)
        return None if value is None else value.decode("latin-1")

    def _offered(self) -> list[str]:
        return self.scope.get("subprotocols") or []

    async def _accept_and_close(self, code: int) -> None:
        """Accept and close. Browsers hear the code only where one of the subprotocols they offered is taken."""
        offered = self._offered()
        spoken = SUBPROTOCOL if SUBPROTOCOL in offered else next(iter(offered), None)
        await self.send({"type": "websocket.accept", "subprotocol": spoken})
        await self.send({"type": "websocket.close", "code": code})

    async def _say_goodbye(self, code: int) -> None:
        if code != 4440:
            for text in self._outbox.rest():
                await self.send({"type": "websocket.send", "text": text})
        await self.send({"type": "websocket.close", "code": code})

    def _spawn(self, work: Any) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def _drain(self) -> None:
        try:
            while True:
                await self.send({"type": "websocket.send", "text": await self._outbox.get()})
        except Exception as error:
            # Nobody is there any more, or nothing can be told: what looks open and is silent helps nobody.
            log.warning("socket.not_sent", extra={"error": repr(error)})
            await self.close(1013)

    async def _await_auth(self) -> None:
        await asyncio.sleep(AUTH_WITHIN_S)
        if not self.ready:
            await self.close(4408)

    async def _beat(self) -> None:
        while self.ready:
            await asyncio.sleep(HEARTBEAT_S * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, no secret
            try:
                await self.heartbeat()
            except Exception as error:
                socket_pool.log_failure(log, "socket.heartbeat_failed", error)
            if self.ready:
                await self.send_frame(self.alive())

    async def _leave(self) -> None:
        self.closed = True
        self.waiting.discard(self)
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        for group in list(self.groups):
            try:
                await self.part(group)
            except Exception as error:
                log.warning("socket.part_failed", extra={"group": group, "error": repr(error)})
