"""Signs of life of workers and clock, for /readyz and for the health checks of containers.

Asking a worker (`celery inspect ping`) starts a whole Python each time; so each says by itself, every few
seconds, that it still takes work: as a key with an expiry in the broker, and as the age of a file.
workers.py and clock.py say it.
"""

import contextlib
import os
import time
from functools import cache
from pathlib import Path

import redis
from django.conf import settings

EVERY_S = 5
SILENT_AFTER_S = 30
KEYS = "privas:heartbeat:"


@cache
def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL or "", socket_timeout=2, socket_connect_timeout=2, decode_responses=True
    )


def folder() -> Path:
    """Where the files of this machine's processes are."""
    path: Path = settings.DATA_DIR / "run" / "heartbeats"
    return path


def forget_the_dead() -> None:
    """Remove the files of processes that have been silent for an hour: every container leaves one."""
    folder().mkdir(parents=True, exist_ok=True)
    for file in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > 3600:
                file.unlink()


def beat_heart(name: str, queues: list[str]) -> None:
    """Say that this process lives and takes work from these queues."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / name).touch()
    if settings.REDIS_URL is None:
        return
    try:
        value = f"{time.time():.1f} {' '.join(queues)}"
        _broker().set(f"{KEYS}{name}:{os.getpid()}", value, ex=SILENT_AFTER_S)
    except redis.RedisError:
        # The broker is away: that is what silence says.
        pass


def ages() -> dict[str, float]:
    """For each queue, and for the clock, the seconds since somebody last said that he serves it.

    Raises redis.RedisError when the broker is away.
    """
    newest: dict[str, float] = {}
    keys = list(_broker().scan_iter(f"{KEYS}*", count=200))
    for value in _broker().mget(keys) if keys else []:
        if value is None:
            continue
        when, *queues = str(value).split()
        for queue in queues:
            age = max(0.0, round(time.time() - float(when), 1))
            newest[queue] = min(age, newest.get(queue, age))
    return newest
