"""The reaper ends what its killed parent left, and nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from privas.programs import PYTHON
from privas.reaper import end_groups, started_at
from tests.stack_databases import REPOSITORY
from tests.waiting import until

# A parent that starts two sleepers, drops the second, says who they are, and does what it is told.
PARENT = """
import subprocess, sys
from privas.reaper import Reaper
reaper = Reaper()
sleepers = [subprocess.Popen(["sleep", "300"], start_new_session=True) for _ in range(2)]
for sleeper in sleepers:
    reaper.add(sleeper.pid)
reaper.drop(sleepers[1].pid)
print(*(sleeper.pid for sleeper in sleepers), flush=True)
sys.stdin.readline()
reaper.close()
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def family() -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A parent and its two sleepers; the first is named to the reaper, the second no longer."""
    parent = subprocess.Popen(
        [PYTHON, "-c", PARENT], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    sleepers = [int(pid) for pid in parent.stdout.readline().split()]
    yield parent, sleepers
    for pid in sleepers:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    parent.kill()
    parent.wait()


def sleeps(pid: int) -> bool:
    """Whether it still runs; one that ended but was never waited for does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_killed_parent_left_is_ended(family) -> None:
    parent, (named, dropped) = family
    parent.kill()
    parent.wait()
    until(lambda: not sleeps(named), 20, "the reaper ends the sleeper")
    assert sleeps(dropped)


def test_a_clean_end_touches_nobody(family) -> None:
    parent, (named, dropped) = family
    parent.stdin.write("go\n")
    parent.stdin.flush()
    assert parent.wait(timeout=30) == 0
    assert sleeps(named)
    assert sleeps(dropped)


def test_a_number_that_now_belongs_to_a_stranger_is_spared(family) -> None:
    _, (named, _) = family
    end_groups({named: "another start"}, grace=0.2)
    assert sleeps(named)
    end_groups({named: started_at(named)}, grace=5)
    until(lambda: not sleeps(named), 5)
