"""Whether the worker that holds a lease is still alive.

Each drain, and each test of a server, keeps a locked file named after its lease for as long as it works. The kernel
drops the lock when the process dies, however it dies, so the sweep on the same machine knows at once and need not wait
until the lease runs out. A lease without a file belongs to another machine: there only the time tells.
"""

import contextlib
import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

_OLD_S = 3_600


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "run" / "mail-leases"


@contextlib.contextmanager
def held(token: uuid.UUID) -> Iterator[None]:
    """Hold the lock of this lease. After an error the file stays, unlocked: the sweep finds what it left."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / str(token)
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def is_dead(token: uuid.UUID) -> bool:
    """Whether the holder is known to be gone."""
    return _locked(token) is False


def is_alive(token: uuid.UUID) -> bool:
    """Whether the holder is known to be at work, on this machine."""
    return _locked(token) is True


def _locked(token: uuid.UUID) -> bool | None:
    """Whether somebody holds the lock of this lease; None for a lease of another machine."""
    try:
        handle = os.open(_folder() / str(token), os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def tidy() -> None:
    """Remove the files of workers that died without holding a row."""
    long_ago = time.time() - _OLD_S
    for path in _folder().glob("*"):
        with contextlib.suppress(OSError, ValueError):
            if path.stat().st_mtime < long_ago and is_dead(uuid.UUID(path.name)):
                path.unlink()


def forget(token: uuid.UUID) -> None:
    """Remove what a dead holder left behind, once its rows are free."""
    (_folder() / str(token)).unlink(missing_ok=True)
