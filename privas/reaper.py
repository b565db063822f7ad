"""A tiny process that outlives its parent just long enough to end what the parent started.

The parent tells it through a pipe which process groups it leads (`+123`, `-123`, `.` for a clean end). When
the pipe closes without the dot, the parent was killed, and every group still named is ended. Standard
library only and run by path, so that it starts in a few milliseconds and works with no settings at all.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

GRACE_S = 5.0


def started_at(pid: int) -> str:
    """When that process began, in whatever words the system has; empty when there is no such process.

    A number alone is not an identity: it may have been given to a stranger since.
    """
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[19]
        except (OSError, IndexError):
            return ""
    answer = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout.strip()


def signal_group(pid: int, number: int) -> bool:
    """Signal the group that `pid` leads; False when nobody is left in it."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        # macOS says so of a group in which only zombies are left.
        return False
    return True


def end_groups(groups: dict[int, str], grace: float = GRACE_S) -> None:
    """End these groups (leader: its start), kindly first."""
    alive = {pid for pid, start in groups.items() if started_at(pid) in (start, "") and signal_group(pid, 15)}
    deadline = time.monotonic() + grace
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = {pid for pid in alive if signal_group(pid, 0)}
    for pid in alive:
        signal_group(pid, signal.SIGKILL)


def watch(lines: Iterable[str]) -> None:
    """Follow the parent until it says the dot or is gone."""
    groups: dict[int, str] = {}
    for line in lines:
        word = line.strip()
        if word == ".":
            return
        if word.startswith("+"):
            groups[int(word[1:])] = started_at(int(word[1:]))
        elif word.startswith("-"):
            groups.pop(int(word[1:]), None)
    end_groups(groups)


class Reaper:
    """The parent's side. `add` every child that leads a process group, `drop` it when it has ended."""

    def __init__(self, keep_open: tuple[int, ...] = ()) -> None:
        """`keep_open`: file descriptors that the reaper shall hold, such as a lock, until all is ended."""
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # Its own session: Ctrl-C in the terminal is not for the reaper.
            start_new_session=True,
            pass_fds=keep_open,
            text=True,
        )

    def _say(self, word: str) -> None:
        assert self._process.stdin is not None  # noqa: S101  (Popen was given a pipe above)
        try:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            # Somebody killed the reaper. Without it only a kill -9 of the parent would leave children.
            pass

    def add(self, pid: int) -> None:
        """This process leads a group that must not outlive us."""
        self._say(f"+{pid}")

    def drop(self, pid: int) -> None:
        """This process has ended by itself."""
        self._say(f"-{pid}")

    def close(self) -> None:
        """Everything was ended in order; the reaper has nothing to do."""
        self._say(".")
        assert self._process.stdin is not None  # noqa: S101  (as above)
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        self._process.wait(timeout=10)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watch(sys.stdin)
