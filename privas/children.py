"""The processes of one run: started, listened to, started again when they die, ended in order."""

import contextlib
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from privas.reaper import Reaper, signal_group

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.4, 5.0
# A process that lived this long was well; its next death is a new story.
WELL_AFTER_S = 10.0
MOST_FAST_FAILURES = 5
GRACE_S = 8.0
# What checks.py ends with: starting again would not change the settings.
REFUSED_STATUS = 78
# The clock and the workers first, so that no new work begins; then web; the broker last, as all write to it.
LAST = ("web", "broker")


class GaveUp(Exception):
    """A process that does not stay up, in one sentence for a person."""


@dataclass
class Child:
    """One process and its history."""

    name: str
    argv: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    again_at: float = field(default=0.0)


class Children:
    """All processes that this one has started. Each leads a group of its own and is named to a reaper."""

    def __init__(self, keep_open: tuple[int, ...] = ()) -> None:
        self._children: dict[str, Child] = {}
        self._reaper = Reaper(keep_open=keep_open)
        self._printing = threading.Lock()
        self.stopping = False
        self._hurried = False

    def start(self, name: str, argv: list[str]) -> None:
        """Start a process that shall run as long as we do."""
        self._children[name] = Child(name, argv)
        self._launch(self._children[name])

    def finish(self, argv: list[str]) -> int:
        """Run a process to its end, or until we are asked to stop; its status. What it prints is not shown."""
        process = subprocess.Popen(
            argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        self._reaper.add(process.pid)
        while (status := process.poll()) is None:
            if self.stopping:
                signal_group(process.pid, 15)
            time.sleep(0.05)
        self._reaper.drop(process.pid)
        return status

    def _launch(self, child: Child) -> None:
        child.process = subprocess.Popen(
            child.argv,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Its own group: Ctrl-C in the terminal is for us alone, so that we can end all in order.
            start_new_session=True,
        )
        child.began = time.monotonic()
        self._reaper.add(child.process.pid)
        assert child.process.stdout is not None  # noqa: S101  (Popen was given a pipe)
        threading.Thread(target=self._print, args=(child.name, child.process.stdout), daemon=True).start()

    def _print(self, name: str, output: IO[bytes]) -> None:
        """Pass on what a process says, with its name in front."""
        for line in output:
            # Whoever read our own output may be gone; the process must not block on a full pipe for that.
            with self._printing, contextlib.suppress(OSError, ValueError):
                sys.stdout.write(f"{name:<11} | {line.decode(errors='replace').rstrip()}\n")
                sys.stdout.flush()

    def look_after(self) -> None:
        """Start again what has died, after a pause that grows; give up on what dies at once, five times."""
        now = time.monotonic()
        for child in self._children.values():
            if child.process is None:
                if now >= child.again_at and not self.stopping:
                    self._launch(child)
                continue
            status = child.process.poll()
            if status is None:
                continue
            self._reaper.drop(child.process.pid)
            child.process = None
            if self.stopping:
                continue
            child.failures = 1 if now - child.began > WELL_AFTER_S else child.failures + 1
            if child.failures > MOST_FAST_FAILURES or status == REFUSED_STATUS:
                raise GaveUp(f"{child.name} does not stay up (status {status}); its lines above say why.")
            pause = min(FIRST_PAUSE_S * 2 ** (child.failures - 1), LONGEST_PAUSE_S)
            child.again_at = now + pause
            sys.stderr.write(f"privas: {child.name} ended with {status}; again in {pause:.1f} s\n")

    def watch(self) -> None:
        """Stay until asked to stop."""
        while not self.stopping:
            self.look_after()
            time.sleep(0.1)

    def ask_to_stop(self) -> None:
        """From a signal handler, so no locks here: a flag that the loops read. Asked twice: without grace."""
        self._hurried = self.stopping
        self.stopping = True

    def stop(self) -> None:
        """End all, in order. Afterwards nothing runs."""
        self.stopping = True
        early = [child for name, child in self._children.items() if name not in LAST]
        self._end([*early[::-1], *self._named("web")])
        self._end(self._named("broker"))
        self._reaper.close()

    def _named(self, name: str) -> list[Child]:
        return [self._children[name]] if name in self._children else []

    def _end(self, children: list[Child]) -> None:
        processes = [child.process for child in children if child.process is not None]
        for process in processes:
            signal_group(process.pid, 15)
        deadline = time.monotonic() + GRACE_S
        while any(process.poll() is None for process in processes):
            if time.monotonic() > deadline or self._hurried:
                break
            time.sleep(0.02)
        for process in processes:
            # Also where the leader went in order: whoever it left behind in its group goes too.
            signal_group(process.pid, 9)
            process.wait()
            self._reaper.drop(process.pid)
