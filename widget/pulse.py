"""What the heartbeat of a visitor's socket asks, read for all sockets of a process that ask at about the same time.

Most sockets are idle. If each read its few rows for itself, some thousands of them would keep a process busy with
nothing else.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from conversations import queries, socket_pool
from conversations.models import Conversation
from domains import presence
from domains.models import Domain

log = logging.getLogger(__name__)

# So long those who ask wait for others.
GATHERED_S = 0.2


@dataclass(frozen=True)
class Asked:
    """Who asks: a visitor under a widget key."""

    key: str
    visitor_id: uuid.UUID


@dataclass(frozen=True)
class Pulse:
    """The domain, unless it is gone; whether somebody of the team is there; the talk the visitor is in."""

    domain: Domain | None
    online: bool
    newest: Conversation | None


Read = Callable[[list[Asked]], Awaitable[dict[Asked, Pulse]]]


def read_pulses(asked: list[Asked]) -> dict[Asked, Pulse]:
    """The answers for all of them. Synchronous."""
    found = Domain.objects.filter(widget_key__in={one.key for one in asked})
    domains = {domain.widget_key: domain for domain in found}
    online = {domain.widget_key: presence.somebody_is_there(domain.pk) for domain in domains.values()}
    newest = queries.latest_conversations_of({one.visitor_id for one in asked})
    return {
        one: Pulse(domains.get(one.key), online.get(one.key, False), newest.get(one.visitor_id))
        for one in asked
    }


class Gathering:
    """Questions of one event loop on their way to the database together."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[Asked, asyncio.Future[Pulse | None]]] = []
        self._reading: set[asyncio.Task[None]] = set()

    async def ask(self, asked: Asked, read: Read) -> Pulse | None:
        """The answer; None while the database is away. Another error is raised to everybody whom it was for."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._waiting = loop, []
        if not self._waiting:
            loop.call_later(GATHERED_S, self._set_out, loop, read)
        answer: asyncio.Future[Pulse | None] = loop.create_future()
        self._waiting.append((asked, answer))
        return await answer

    def _set_out(self, loop: asyncio.AbstractEventLoop, read: Read) -> None:
        waiting, self._waiting = self._waiting, []
        reading = loop.create_task(_answer(waiting, read))
        # The loop itself holds its tasks weakly.
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)


async def _answer(waiting: list[tuple[Asked, asyncio.Future[Pulse | None]]], read: Read) -> None:
    answers: Mapping[Asked, Pulse | None] = {}
    failed: Exception | None = None
    together = list({asked for asked, _ in waiting})
    try:
        answers = await read(together)
    except socket_pool.AWAY as error:
        log.warning("widget.heartbeats_failed", extra={"error": repr(error), "sockets": len(waiting)})
        answers = dict.fromkeys(together)
    except Exception as error:
        failed = error
    for asked, answer in waiting:
        if answer.done():
            continue  # who asked is gone
        if failed is not None:
            answer.set_exception(failed)
        else:
            answer.set_result(answers[asked])


gathering = Gathering()
