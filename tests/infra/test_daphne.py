"""Daphne serves the same application: `daphne privas.asgi:application`."""

import asyncio
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from privas import programs
from tests.support import scene
from tests.support.visitor import Visitor
from tests.waiting import auntil

pytestmark = [pytest.mark.redis, pytest.mark.slow]


def daphne(port: int, **_: Any) -> list[str]:
    """As a person types it, on this port."""
    program = str(Path(programs.PYTHON).with_name("daphne"))
    return [program, "--bind", "127.0.0.1", "--port", str(port), "privas.asgi:application"]


async def test_daphne_serves_pages_files_and_sockets(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "web", daphne)
    running = await asyncio.to_thread(stack, "sqlite", web=1, workers=0)
    laid = await asyncio.to_thread(scene.lay, running)
    for path in ("/accounts/login/", f"/w/{laid.key}.js", "/static/css/live.css"):
        answer = await asyncio.to_thread(urllib.request.urlopen, running.url + path)
        with answer:
            assert answer.status == 200
            # uvicorn would say nothing, or its own name.
            assert answer.headers["Server"] == "daphne"
    async with Visitor(running.url, laid.key) as vera:
        await asyncio.wait_for(vera.synced.wait(), 60)
        assert vera.frames[0]["t"] == "ready"
        sent = vera.say("Hello, Daphne")
        await auntil(lambda: sent in vera.acks, 60)
    assert vera.faults == []
    assert vera.closes == []
