"""Idle sockets need 130 seconds in which nothing happens to them; other faults have their turn meanwhile."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from websockets.exceptions import ConnectionClosed

from tests.stack import Stack
from tests.support import scene
from tests.support.operator import Operator
from tests.support.visitor import Frame, Visitor
from tests.waiting import until

IDLE_TEST = "test_idle.py"


@dataclass
class Idle:
    """A widget that has said nothing, one that has, and a console, all left alone since `since`."""

    since: float = 0.0
    frames: dict[str, list[Frame]] = field(default_factory=dict)
    closed: dict[str, int | None] = field(default_factory=dict)
    # Set by the test when the time is up: the sockets are then asked whether they still work.
    enough: threading.Event = field(default_factory=threading.Event)
    heard: dict[str, bool] = field(default_factory=dict)
    problem: BaseException | None = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test that only waits comes last."""
    items.sort(key=lambda item: item.path.name == IDLE_TEST)


@pytest.fixture(scope="session", autouse=True)
def _idle_from_the_beginning(request: pytest.FixtureRequest) -> None:
    """Open the idle sockets with the first fault of a run, when their test is among those chosen."""
    chosen = any(item.path.name == IDLE_TEST for item in request.session.items)
    # With xdist any worker may get the test; there it waits its time out.
    if chosen and not hasattr(request.config, "workerinput"):
        request.getfixturevalue("idle")


@pytest.fixture(scope="session")
def idle() -> Iterator[Idle]:
    """Three sockets on a product of their own, on a loop of their own."""
    stack = Stack("sqlite", web=1, workers=0)
    try:
        stack.start()
        laid = scene.lay(stack)
        kept = Idle()
        thread = threading.Thread(
            target=lambda: asyncio.run(_keep(stack, laid, kept)), name="idle", daemon=True
        )
        thread.start()
        until(lambda: kept.since or kept.problem, 60, "the idle sockets are open")
        yield kept
        kept.enough.set()
        thread.join(30)
    finally:
        stack.stop()


async def _keep(stack: Stack, laid: scene.Scene, kept: Idle) -> None:
    try:
        await _watch(stack, laid, kept)
    except BaseException as problem:
        kept.problem = problem


async def _watch(stack: Stack, laid: scene.Scene, kept: Idle) -> None:
    async with (
        Visitor(stack.url, laid.key) as silent,
        Visitor(stack.url, laid.key) as known,
        Operator(stack.url, laid.people["omar"]) as omar,
    ):
        known.say("Hello")
        async with asyncio.timeout(30):
            await silent.synced.wait()
            while not known.acks or known.conversation is None:
                await asyncio.sleep(0.05)
        async with omar.console(f"desk:{laid.domain}", f"conversation:{known.conversation}") as console:
            kept.frames = {"silent": silent.frames, "known": known.frames, "console": console.frames}
            kept.since = time.monotonic()
            await asyncio.to_thread(kept.enough.wait, 600)
            kept.closed = {
                "silent": silent.closes[0] if silent.closes else None,
                "known": known.closes[0] if known.closes else None,
                "console": console.close_code,
            }
            with suppress(ConnectionClosed, TimeoutError):
                async with asyncio.timeout(20):
                    silent.say("Still there?")
                    await omar.command(str(known.conversation), "messages", text="Still here.")
                    while not (
                        kept.heard.get("silent") and kept.heard.get("known") and kept.heard.get("console")
                    ):
                        kept.heard = {
                            "silent": bool(silent.acks),
                            "known": "Still here." in known.texts(),
                            "console": any(
                                frame.get("data", {}).get("text") == "Still here." for frame in console.frames
                            ),
                        }
                        await asyncio.sleep(0.05)
