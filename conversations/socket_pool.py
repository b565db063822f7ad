"""Threads for what sockets read and write in the database, apart from the one that Django gives to async code."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

# What is raised while the database is away, and not only then.
AWAY = (OperationalError, InterfaceError)
# SQLSTATEs of PostgreSQL: no connection, no room, going down or coming up.
_AWAY_STATES = ("08", "53", "57P")

# For all sockets of this process; each thread keeps its connection.
_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="socket-db")


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call it in one of the threads; its errors are the caller's."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, partial(_with_fresh_connection, function, *args, **kwargs))


def _with_fresh_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    try:
        return function(*args, **kwargs)
    finally:
        close_old_connections()


def is_away(error: Exception) -> bool:
    """Whether the database could not be reached, rather than refuse what was asked of it."""
    if not isinstance(error, AWAY):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_AWAY_STATES)


def log_failure(log: logging.Logger, what: str, error: Exception) -> None:
    """A warning where the database is away: thousands of sockets find that out, and it is nobody's fault here."""
    if is_away(error):
        log.warning(what, extra={"error": repr(error)})
    else:
        log.error(what, exc_info=error)
