"""The last resort of `serve`, where no broker program can be had: everything in this one process.

Queues and sockets' groups live in memory, so what was queued when the process ends is found by the sweeps
of the next start. Not for more than a try.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from celery.beat import PersistentScheduler, Service
from celery.worker import WorkController

from domains import publishing
from privas import programs
from privas.celery import app

WARNING = (
    "privas: no valkey-server or redis-server was found, so all runs in a single process: "
    "nothing queued survives a restart. Installing one is enough to change that."
)


def run(port: int, schedule: Path, ready: Callable[[], None]) -> None:
    """Serve until a signal comes (uvicorn listens for it)."""
    sys.stderr.write(WARNING + "\n")
    config = uvicorn.Config(programs.APPLICATION, **programs.web_options(port))
    asyncio.run(_serve(uvicorn.Server(config), schedule, ready))


async def _serve(server: uvicorn.Server, schedule: Path, ready: Callable[[], None]) -> None:
    # The in-memory layer belongs to one loop: everybody publishes on the one that has the sockets.
    publishing.use_loop(asyncio.get_running_loop())
    worker = WorkController(
        app=app, pool="threads", concurrency=4, queues="mail,ai", loglevel="WARNING", without_mingle=True,
        without_gossip=True, without_heartbeat=True, quiet=True,
    )  # fmt: skip
    clock = Service(app, scheduler_cls=PersistentScheduler, schedule_filename=str(schedule))
    threads = [
        threading.Thread(target=worker.start, name="worker", daemon=True),
        threading.Thread(target=clock.start, name="clock", daemon=True),
    ]
    for thread in threads:
        thread.start()
    announcing = asyncio.create_task(_announce(server, ready))
    try:
        await server.serve()
    finally:
        announcing.cancel()
        clock.stop()
        worker.stop()


async def _announce(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    # uvicorn tells nobody that it listens; it only sets this.
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    ready()
