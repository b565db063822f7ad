"""A broker that takes connections and says nothing: nobody waits long for what may be lost."""

import asyncio
import signal
import time
from collections.abc import Awaitable
from typing import Any

import pytest

from domains import broker
from tests.support import scene
from tests.support.operator import Operator
from tests.support.visitor import Visitor
from tests.waiting import auntil

pytestmark = [pytest.mark.redis, pytest.mark.slow, pytest.mark.alone]

PATIENCE_S = 3.0


async def test_a_frozen_broker_costs_visitors_and_operators_three_seconds_at_most(
    stack: Any, database: str
) -> None:
    running = await asyncio.to_thread(stack, database, web=1, workers=1, beat=True)
    laid = await asyncio.to_thread(scene.lay, running, message_gap_ms=0, operator_message_gap_ms=0)
    waits: dict[str, float] = {}

    async def timed(what: str, doing: Awaitable[Any]) -> Any:
        began = time.monotonic()
        done = await doing
        waits[what] = max(waits.get(what, 0.0), time.monotonic() - began)
        return done

    async def said(visitor: Visitor, text: str) -> None:
        sent = visitor.say(text)
        await auntil(lambda: sent in visitor.acks, 60)

    async with Visitor(running.url, laid.key) as vera, Operator(running.url, laid.people["olga"]) as olga:
        await said(vera, "Hello")
        # Its frame must have come: it would wait with all others while the broker is frozen.
        await auntil(lambda: vera.conversation, 30)
        await asyncio.to_thread(running.kill, "broker", signal.SIGSTOP)
        for number in range(3):
            await timed("words", said(vera, f"Is there anybody? {number}"))
            assert vera.conversation is not None
            answer = await timed("answer", olga.command(vera.conversation, "messages", text=f"Yes. {number}"))
            assert answer.status_code == 201
            answer = await timed("test", olga.call("POST", f"/domains/{laid.domain}/mail-server/test/"))
            # One at a time, and nobody has heard of the first.
            assert answer.status_code == (429 if number else 201)
            # Long enough that the next round asks the broker anew.
            await asyncio.sleep(broker.WAIT_S)
        async with Visitor(running.url, laid.key) as late:
            await timed("first words", said(late, "Is there anybody?"))
            await asyncio.to_thread(running.kill, "broker", signal.SIGCONT)
            await auntil(lambda: late.texts("ai"), 60, "who came meanwhile is answered")
        await said(vera, "Thank you")
        await auntil(lambda: len(vera.texts("operator")) == 3, 60, "nothing was lost")
        assert vera.faults == late.faults == []
        assert vera.closes == late.closes == []
    assert max(waits.values()) <= PATIENCE_S, waits
    # It was asked: this is not the ordinary time.
    assert max(waits.values()) >= 1.0, waits
