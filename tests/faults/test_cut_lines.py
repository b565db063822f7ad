"""A visitor's line is cut at random frames while messages flow: nothing is missing, doubled or out of order."""

import asyncio
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.front import Front
from tests.stack import Stack
from tests.support import scene
from tests.support.history import faults_of
from tests.support.operator import Operator
from tests.support.repeating import patience, times
from tests.support.visitor import Visitor
from tests.waiting import auntil

pytestmark = [pytest.mark.redis, pytest.mark.slow, pytest.mark.timeout(patience(600))]

VISITORS = 5
CUTS_EACH = -(-times(200) // VISITORS)


@pytest.fixture
def lines(stack: Any, database: str) -> Iterator[tuple[Stack, list[Front]]]:
    """Two web processes, and before them a line of each visitor's own."""
    running: Stack = stack(database, web=2, workers=0)
    fronts = [Front([int(url.rpartition(":")[2]) for url in running.urls]) for _ in range(VISITORS)]
    for front in fronts:
        front.start()
    yield running, fronts
    for front in fronts:
        front.stop()


async def test_two_hundred_cuts_lose_double_and_reorder_nothing(lines: tuple[Stack, list[Front]]) -> None:
    stack, fronts = lines
    laid = await asyncio.to_thread(scene.lay, stack)
    cut_offs = await asyncio.gather(*[_talk_while_cut(stack, laid, front) for front in fronts])
    assert sum(cut_offs) >= VISITORS * CUTS_EACH


async def _talk_while_cut(stack: Stack, laid: scene.Scene, front: Front) -> int:
    """One visitor's story; how many of the cuts met an open line."""
    done = asyncio.Event()
    async with (
        Visitor(f"http://127.0.0.1:{front.port}", laid.key) as visitor,
        Operator(random.choice(stack.urls), laid.people["omar"]) as omar,
    ):
        visitor.say("Is anybody there?")
        await auntil(lambda: visitor.conversation, 30)
        assert visitor.conversation is not None
        talking = [
            asyncio.create_task(_visitor_speaks(visitor, done)),
            asyncio.create_task(_operator_speaks(omar, visitor.conversation, done)),
        ]
        met = 0
        # On a fast machine the cuts would be over before much was said.
        while met < CUTS_EACH or not _both_talked(visitor):
            for ended in (one for one in talking if one.done()):
                ended.result()
            # Sometimes before the first frame of a line has come, sometimes after several.
            await visitor.hear(random.randint(0, 6), within_s=1.0)
            before = visitor.connections
            front.cut()
            await auntil(lambda: visitor.connections > before, 20)  # noqa: B023  (awaited at once)
            met += 1
        done.set()
        await asyncio.gather(*talking)
        await auntil(lambda: not visitor.unsent, 30)
        team = await omar.timeline(visitor.conversation)
        shown = sum(event["kind"] in ("message", "taken_over") for event in team)
        await auntil(lambda: visitor.head == shown, 30, f"the visitor has all {shown}")
        assert faults_of(visitor, team) == []
        assert 1011 not in visitor.closes
        assert set(omar.statuses) <= {200, 201}
        return met


def _both_talked(visitor: Visitor) -> bool:
    return min(len(visitor.texts(by)) for by in ("visitor", "operator")) > 10


async def _visitor_speaks(visitor: Visitor, done: asyncio.Event) -> None:
    number = 0
    while not done.is_set():
        number += 1
        visitor.say(f"Words {number}")
        await auntil(lambda: len(visitor.unsent) < 3, 30)
        await asyncio.sleep(random.uniform(0, 0.3))


async def _operator_speaks(omar: Operator, conversation: str, done: asyncio.Event) -> None:
    number = 0
    while not done.is_set():
        number += 1
        answer = await omar.command(
            conversation, "messages", text=f"Answer {number}", client_id=str(uuid.uuid4())
        )
        assert answer.status_code == 201, answer.text
        await asyncio.sleep(random.uniform(0, 0.3))
