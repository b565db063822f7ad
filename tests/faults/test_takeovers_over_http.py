"""Takeovers as people make them: over HTTP, through two web processes, while workers stream replies."""

import asyncio
import random
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.stack import Stack
from tests.support import scene
from tests.support.operator import Operator
from tests.support.repeating import patience, times
from tests.support.visitor import Frame, Visitor
from tests.waiting import auntil

pytestmark = [pytest.mark.redis, pytest.mark.slow, pytest.mark.timeout(patience(600))]

# Visitors at a time: two workers with twenty threads each speak to all of them at once.
AT_ONCE = 40
TAKEOVERS = -(-times(200) // AT_ONCE) * AT_ONCE
CONTESTS, CONTESTANTS = times(10), 20


async def test_two_hundred_streamed_replies_fall_silent_at_the_takeover(stack: Any, database: str) -> None:
    running: Stack = await asyncio.to_thread(
        stack,
        database,
        web=2,
        workers=2,
        threads=20,
        env={"AI_PROVIDER": "tests.support.slow.SomeTime", "DATABASE_POOL_SIZE": "30"},
    )
    laid = await asyncio.to_thread(scene.lay, running)
    async with Operator(running.url, laid.people["omar"]) as omar:
        amid = 0
        for _ in range(0, TAKEOVERS, AT_ONCE):
            amid += sum(await asyncio.gather(*[_one(running, laid, omar) for _ in range(AT_ONCE)]))
    # The moments were random, and a good part of them fell into a reply.
    assert amid > TAKEOVERS / 5, f"{amid} of {TAKEOVERS} takeovers fell into a reply"


async def _one(running: Stack, laid: scene.Scene, omar: Operator) -> bool:
    """One visitor asks, the operator takes over at a random moment; whether the AI was speaking just then."""
    async with Visitor(running.url, laid.key) as visitor:
        visitor.say("How long does a full service take?")
        await auntil(lambda: visitor.conversation, 30)
        conversation = str(visitor.conversation)
        await asyncio.sleep(random.uniform(0, 2.3))
        answer = await omar.command(conversation, "take-over")
        assert answer.status_code == 200, answer.text
        # Longer than any reply could still take, had it not been stopped.
        taken_at = time.monotonic()
        await auntil(lambda: any(event["kind"] == "taken_over" for event in visitor.timeline), 30)
        place = next(i for i, frame in enumerate(visitor.frames) if frame.get("kind") == "taken_over")
        await asyncio.sleep(max(0.0, taken_at + 2.2 - time.monotonic()))
        events = await omar.timeline(conversation)
        assert said_after_takeover(events) == []
        late = [frame for frame in visitor.frames[place:] if frame["t"] == "delta"]
        assert late == [], "the AI's words reached the visitor after the takeover"
        assert visitor.faults == []
        spoke = any(frame["t"] == "delta" for frame in visitor.frames)
        return spoke and not visitor.texts("ai")


def said_after_takeover(events: list[Frame]) -> list[Frame]:
    """The AI's messages after the takeover, read from the events alone."""
    taken = next(event["n"] for event in events if event["kind"] == "taken_over")
    return [
        event
        for event in events
        if event["n"] > taken and event["kind"] == "message" and event["by"]["kind"] == "ai"
    ]


async def test_of_twenty_requests_at_once_one_is_200_and_nineteen_are_409_with_the_name(
    stack: Any, database: str
) -> None:
    running: Stack = await asyncio.to_thread(stack, database, web=2, workers=0)
    laid = await asyncio.to_thread(scene.lay, running)
    people = [laid.people[name] for name in ("olga", "omar", "ona")]
    async with AsyncExitStack() as all_of_them:
        operators = [
            # Each half goes to a web process of its own.
            await all_of_them.enter_async_context(
                Operator(running.urls[number % 2], people[number % len(people)])
            )
            for number in range(CONTESTANTS)
        ]
        for _ in range(CONTESTS):
            async with Visitor(running.url, laid.key) as visitor:
                visitor.say("Hello?")
                await auntil(lambda: visitor.conversation, 30)
                talk = str(visitor.conversation)
                presses: list[Awaitable[Any]] = [
                    operator.command(talk, "take-over") for operator in operators
                ]
                answers = await asyncio.gather(*presses)
                events = await operators[0].timeline(talk)
            taken = [event for event in events if event["kind"] == "taken_over"]
            assert len(taken) == 1
            winner = taken[0]["by"]["name"]
            for operator, answer in zip(operators, answers, strict=True):
                if operator.person["name"] == winner:
                    # The same person twice is the same takeover.
                    assert answer.status_code == 200, answer.text
                else:
                    assert answer.status_code == 409, answer.text
                    assert answer.json()["error"]["code"] == "held"
                    assert winner in answer.json()["error"]["message"]
