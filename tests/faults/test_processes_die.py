"""Broker, web process and worker are killed under load: nobody's words are lost, and nobody sees an error."""

import asyncio
import time
from typing import Any

import pytest

from tests.support import scene
from tests.support.load import Load
from tests.support.operator import Operator
from tests.support.repeating import patience, times
from tests.support.visitor import Visitor
from tests.waiting import auntil

pytestmark = [pytest.mark.redis, pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(patience(600))]

BROKER_AWAY_S = 10
VISITORS = 6


async def test_a_broker_that_is_dead_for_ten_seconds_costs_no_message_no_500_and_no_1011(
    stack: Any, database: str
) -> None:
    running = await asyncio.to_thread(stack, database, web=1, workers=1, beat=True)
    laid = await asyncio.to_thread(scene.lay, running)
    async with Load.of(running.url, laid, VISITORS, answered=True) as load:
        await load.acknowledged(more=2 * VISITORS)
        await asyncio.to_thread(running.kill, "broker")
        away_until = time.monotonic() + BROKER_AWAY_S
        # Somebody comes while it is away, and is told to come back rather than met with an error.
        async with Visitor(running.url, laid.key) as late:
            late.say("Is there anybody?")
            await load.acknowledged(more=VISITORS, within_s=BROKER_AWAY_S + 30)
            await asyncio.sleep(max(0.0, away_until - time.monotonic()))
            await asyncio.to_thread(running.restart, "broker")
            for name in ("web1", "worker1", "beat"):
                assert running.alive(name), f"{name} ended with the broker"
            await load.acknowledged(more=2 * VISITORS, within_s=60)
            await load.calm()
            assert await load.faults() == []
            await auntil(lambda: late.acks, 60, "who came meanwhile is heard")
            # The AI had been asked while nothing could wake it; the sweep does.
            await auntil(lambda: late.texts("ai"), 60, "who came meanwhile is answered")
            assert 1011 not in late.closes
            assert late.handshakes_refused == []
        assert 1011 not in load.closes, load.closes
        assert load.handshakes_refused == []
        assert max(load.operator.statuses) < 500


async def test_a_web_process_killed_under_load_costs_no_message(stack: Any, database: str) -> None:
    running = await asyncio.to_thread(stack, database, web=2, workers=0)
    laid = await asyncio.to_thread(scene.lay, running)
    async with Load.of(running.url, laid, VISITORS, answered=True) as load:
        for number in range(times(2)):
            await load.acknowledged(more=VISITORS, within_s=60)
            name = f"web{number % 2 + 1}"
            await asyncio.to_thread(running.kill, name)
            await load.acknowledged(more=VISITORS, within_s=60)
            await asyncio.to_thread(running.restart, name)
        await load.calm()
        assert await load.faults() == []
        assert 1011 not in load.closes


async def test_a_visitor_has_an_answer_within_15_s_though_the_worker_died_in_its_middle(
    stack: Any, database: str
) -> None:
    running = await asyncio.to_thread(
        stack, database, web=1, workers=1, beat=True, env={"AI_PROVIDER": "tests.support.slow.LongTime"}
    )
    laid = await asyncio.to_thread(scene.lay, running)
    waits = []
    for _ in range(times(2)):
        async with Visitor(running.url, laid.key) as visitor:
            visitor.say("How long does a full service take?")
            await auntil(lambda: any(frame["t"] == "delta" for frame in visitor.frames), 30)
            await asyncio.to_thread(running.kill, "worker1")
            await asyncio.to_thread(running.restart, "worker1")
            began = time.monotonic()
            await auntil(lambda: visitor.texts("ai"), 30)
            waits.append(time.monotonic() - began)
            assert len(visitor.texts("ai")) == 1
            assert visitor.faults == []
    assert max(waits) <= 15, waits


async def test_sigterm_closes_every_socket_with_1012(stack: Any) -> None:
    running = await asyncio.to_thread(stack, "sqlite", web=1, workers=0)
    laid = await asyncio.to_thread(scene.lay, running)
    async with Visitor(running.url, laid.key) as visitor, Operator(running.url, laid.people["omar"]) as omar:
        visitor.say("Hello")
        await auntil(lambda: visitor.acks)
        async with omar.console(f"desk:{laid.domain}") as console:
            await auntil(lambda: console.frames)
            await asyncio.to_thread(running.kill, "web1", 15)
            await auntil(lambda: console.close_code is not None and visitor.closes)
            assert (console.close_code, visitor.closes[0]) == (1012, 1012)
        await asyncio.to_thread(running.restart, "web1")
        visitor.say("Hello again")
        # An ack may come before its event.
        await auntil(lambda: len(visitor.texts()) == 2, 30)
        assert visitor.texts() == ["Hello", "Hello again"]
        assert len(visitor.acks) == 2
        assert visitor.faults == []
