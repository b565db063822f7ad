"""`serve` as a person starts it, with eyes on every process that it makes."""

import os
import queue
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

from privas.programs import PYTHON, free_port
from tests.stack_databases import REPOSITORY, child_environment
from tests.waiting import until


class Serving:
    """One `serve` in its own DATA_DIR."""

    def __init__(self, data: Path, *, port: int | None = None, **environment: str) -> None:
        self.data = data
        self.port = port or free_port()
        self.lines: list[str] = []
        self._fresh: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [PYTHON, "-m", "privas.supervisor", "--port", str(self.port)],
            cwd=REPOSITORY,
            env=child_environment(DATA_DIR=str(data), **environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            self._fresh.put(line.rstrip())
        self._fresh.put(None)

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def said(self, beginning: str, timeout: float = 120) -> str:
        """Wait for a line that begins so."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._fresh.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"never said {beginning!r}:\n" + "\n".join(self.lines)
            if line.startswith(beginning):
                return line

    def get(self, path: str) -> str:
        """A page of it."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    def processes(self) -> dict[int, str]:
        """Every living process of this run: all carry its DATA_DIR in their environment."""
        return processes_of(self.data)

    def pid_of(self, words: str) -> int:
        """The process whose command line holds these words."""
        return next(pid for pid, command in self.processes().items() if words in command)

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Signal the supervisor alone, as `kill` does; its status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def interrupt(self) -> int:
        """Ctrl-C."""
        return self.kill(signal.SIGINT)

    def gone(self, timeout: float = 20) -> bool:
        """Wait until nothing of it runs and its port is free."""
        return bool(until(lambda: not self.processes() and free(self.port), timeout, "nothing left"))


def processes_of(data: Path) -> dict[int, str]:
    """Command lines of all processes that were started with this DATA_DIR, or work in it (Linux tells)."""
    wanted = f"DATA_DIR={data}".encode()
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            values = (folder / "environ").read_bytes().split(b"\0")
            # Redis overwrites its own environment with its title, but works in DATA_DIR.
            works_there = (folder / "cwd").resolve() == data
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if (wanted in values or works_there) and command:
            found[int(folder.name)] = command
    return found


def free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
