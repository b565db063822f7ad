"""Steady talk for a fault to fall into."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

import httpx

from tests.support.history import faults_of
from tests.support.operator import Operator
from tests.support.scene import Scene
from tests.support.visitor import Visitor
from tests.waiting import auntil


class Load:
    """So many visitors who write all the time, and an operator who answers each of them."""

    def __init__(self, visitors: list[Visitor], operator: Operator) -> None:
        self.visitors, self.operator = visitors, operator
        self.acked_answers: dict[str, list[str]] = {}
        self.errors: list[str] = []
        self._done = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def of(cls, url: str, laid: Scene, count: int, *, answered: bool) -> AsyncIterator[Self]:
        """The load is on inside the block; call `calm()` before anything is counted."""
        async with AsyncExitStack() as both:
            operator = await both.enter_async_context(Operator(url, laid.people["omar"]))
            visitors = [await both.enter_async_context(Visitor(url, laid.key)) for _ in range(count)]
            load = cls(visitors, operator)
            load._tasks = [asyncio.create_task(load._write(visitor)) for visitor in visitors]
            if answered:
                load._tasks += [asyncio.create_task(load._answer(visitor)) for visitor in visitors]
            try:
                yield load
            finally:
                for task in load._tasks:
                    task.cancel()
                await asyncio.gather(*load._tasks, return_exceptions=True)

    async def acknowledged(self, more: int, within_s: float = 30) -> None:
        """Return when so many more messages of visitors have been acknowledged."""
        wanted = sum(len(visitor.acks) for visitor in self.visitors) + more
        await auntil(
            lambda: sum(len(visitor.acks) for visitor in self.visitors) >= wanted,
            within_s,
            f"{more} more messages are acknowledged",
        )

    async def calm(self, within_s: float = 40) -> None:
        """Nobody begins anything new; everything begun comes to its end."""
        self._done.set()
        await asyncio.gather(*self._tasks)
        await auntil(
            lambda: not any(visitor.unsent for visitor in self.visitors),
            within_s,
            "everything is acknowledged",
        )

    async def faults(self, within_s: float = 30) -> list[str]:
        """What is wrong between what everybody was told and what is stored."""
        found = list(self.errors)
        for visitor in self.visitors:
            assert visitor.conversation is not None
            team = await self.operator.timeline(visitor.conversation)
            words = sum(event["kind"] == "message" for event in team)
            await auntil(
                lambda: len(visitor.texts()) == words,  # noqa: B023  (awaited at once)
                within_s,
                f"the visitor has all {words} messages",
            )
            found += faults_of(visitor, team)
            stored = [event["data"]["text"] for event in team if event["by"]["kind"] == "operator"]
            answers = self.acked_answers.get(visitor.conversation, [])
            found += [f"an answer is lost: {text}" for text in answers if text not in stored]
        return found

    @property
    def closes(self) -> set[int]:
        """The codes with which lines were closed."""
        return {code for visitor in self.visitors for code in visitor.closes}

    @property
    def handshakes_refused(self) -> list[str]:
        """Handshakes that did not become sockets, in the servers' words."""
        return [words for visitor in self.visitors for words in visitor.handshakes_refused]

    async def _write(self, visitor: Visitor) -> None:
        number = 0
        while not self._done.is_set():
            number += 1
            visitor.say(f"Words {number}")
            await auntil(lambda: len(visitor.unsent) < 3 or self._done.is_set(), 90)
            # A socket takes 20 frames in 10 seconds.
            await asyncio.sleep(random.uniform(0.6, 1.0))

    async def _answer(self, visitor: Visitor) -> None:
        await auntil(lambda: visitor.conversation or self._done.is_set(), 60)
        number = 0
        while visitor.conversation and not self._done.is_set():
            number += 1
            text = f"Answer {number}"
            if await self._post(visitor.conversation, text):
                self.acked_answers.setdefault(visitor.conversation, []).append(text)
            await asyncio.sleep(random.uniform(0.3, 0.6))

    async def _post(self, conversation: str, text: str) -> bool:
        """Send until it is answered, as a console does; the id makes a repeat harmless."""
        client_id = str(uuid.uuid4())
        for _ in range(200):
            try:
                answer = await self.operator.command(conversation, "messages", text=text, client_id=client_id)
            except httpx.TransportError:
                # The line broke: whether it was taken is not known, so it is sent again.
                await asyncio.sleep(0.1)
                continue
            if answer.status_code not in (200, 201):
                self.errors.append(f"an answer was refused with {answer.status_code}: {answer.text}")
            return answer.status_code in (200, 201)
        self.errors.append("an answer could not be sent")
        return False
