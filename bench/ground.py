"""The ground both contestants stand on: PostgreSQL, the broker, which core is whose, and CPU time.

PostgreSQL really waits for its log, on a disk in memory, and 750 µs for every commit, which is what a good disk
takes: repeatable, and neither contestant gains by a disk that is busy with somebody else.
"""

import json
import os
import time
from pathlib import Path

import psycopg

from privas.reaper import started_at
from tests import services

DURABLE = (
    "fsync=on",
    "synchronous_commit=on",
    "commit_delay=750",
    "commit_siblings=0",
    "shared_buffers=256MB",
)
_TICKS = os.sysconf("SC_CLK_TCK")


def prepare(*, postgres: bool) -> None:
    """Start the database where it is wanted; Stacks of this process find it."""
    for name in services.PRODUCT_NAMES:
        os.environ.pop(name, None)
    memory = Path("/dev/shm")  # noqa: S108 - a disk in memory
    root = services.owned.folder(memory if os.access(memory, os.W_OK) else None)
    root.chmod(0o711)
    (root / "owner").write_text(f"{os.getpid()} {started_at(os.getpid())}")
    note = services.Note(root=str(root), redis=None, postgres=None)
    if postgres:
        note.postgres = services.start_postgres(root, DURABLE)
        if note.postgres is None:
            raise SystemExit("No PostgreSQL here. apt-get install postgresql, or measure with --sqlite.")
        _wait_until_up(note.postgres)
    os.environ[services.NOTE] = json.dumps(note.__dict__)


def _wait_until_up(url: str) -> None:
    """It listens before it lets anybody in."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def children(pid: int) -> list[int]:
    """This process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in (task / "children").read_text().split():
            found += children(int(child))
    return found


def cpu_s(pid: int) -> float:
    """Seconds of CPU that this process and its children have used."""
    total = 0
    for one in children(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def pin(pid: int, core: int) -> None:
    """Keep this process and its threads on one core, where there are two."""
    if (os.cpu_count() or 1) < 2:
        return
    for one in children(pid):
        for thread in Path(f"/proc/{one}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {core})


def machine() -> str:
    """What this was measured on, in one line."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    return f"{os.cpu_count()} cores of {model}, Linux {os.uname().release}"
