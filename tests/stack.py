"""The production processes, really started, for one test: web, workers, clock, broker, database.

    stack = Stack("postgres", web=2, workers=2, beat=True, env={"EMAIL_URL": "smtp://127.0.0.1:2525"})
    stack.start()
    ... stack.url ... stack.kill("worker1") ... stack.restart("worker1") ... stack.stop()

Every process leads its own group and is named to a reaper, so nothing survives the run.
Names: `broker`, `web1`…, `worker1`…, `beat`. `url` goes through a relay that spreads connections over the web
processes (and can cut them, see front.py); `urls` are the web processes themselves.
"""

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import redis

from privas import programs
from privas.reaper import Reaper, signal_group
from tests import services
from tests.front import Front
from tests.stack_databases import REPOSITORY, PostgresDatabase, SqliteDatabase, child_environment

READY_S = 120.0


class Stack:
    """See the head of this file."""

    def __init__(
        self,
        database: str = "sqlite",
        *,
        web: int = 1,
        workers: int = 1,
        queues: str = "mail,ai",
        threads: int = 4,
        beat: bool = False,
        env: dict[str, str] | None = None,
    ) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="stack-", dir=services.ensure().root))
        (self.data / "logs").mkdir()
        self.database = (PostgresDatabase if database == "postgres" else SqliteDatabase)(self.data)
        self._web_ports = [programs.free_port() for _ in range(web)]
        self.front = Front(self._web_ports)
        self._broker_port = programs.free_port()
        self._password = secrets.token_hex(16)
        self._argv: dict[str, list[str]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._reaper = Reaper()
        self._wanted = (workers, queues, threads, beat)
        self._extra = env or {}
        self.redis_url = f"redis://:{self._password}@127.0.0.1:{self._broker_port}/0"
        self.environment: dict[str, str] = {}

    # Addresses

    @property
    def url(self) -> str:
        """The product's address, spread over the web processes."""
        return f"http://127.0.0.1:{self.front.port}"

    @property
    def urls(self) -> list[str]:
        """Each web process by itself."""
        return [f"http://127.0.0.1:{port}" for port in self._web_ports]

    # Life

    def start(self) -> None:
        """Start everything and wait until it answers."""
        self.front.start()
        self.environment = child_environment(
            **{
                "DATA_DIR": str(self.data),
                "SECRET_KEY": secrets.token_urlsafe(48),
                "FIELD_KEYS": secrets.token_urlsafe(48),
                "REDIS_URL": self.redis_url,
                "BASE_URL": self.url,
                "ALLOWED_HOSTS": "127.0.0.1,localhost",
                "DEMO": "true",
                **self.database.environment,
                **self._extra,
            }
        )
        workers, queues, threads, beat = self._wanted
        config = self.data / "broker.conf"
        config.write_text(
            programs.broker_config(
                port=self._broker_port, password=self._password, directory=self.data, persist=True
            )
        )
        program = programs.broker_program()
        assert program is not None, "no Redis or Valkey here: mark the test `redis`"
        self._launch("broker", [program, str(config)])
        services.wait_for_port(self._broker_port, self.log("broker"))
        for number, port in enumerate(self._web_ports, 1):
            trusted = self._extra.get("TRUSTED_PROXIES", "")
            self._launch(f"web{number}", programs.web(port, trusted_proxies=trusted))
        for number in range(1, workers + 1):
            argv = programs.worker(queues, threads=threads, name=f"worker{number}")
            self._launch(f"worker{number}", argv)
        if beat:
            self._launch("beat", programs.beat(self.data / "beat"))
        for name in list(self._argv):
            self.wait_ready(name)

    def stop(self) -> None:
        """End everything; the folder and the database go too."""
        self.front.stop()
        for name, process in self._processes.items():
            if name != "broker":
                signal_group(process.pid, signal.SIGCONT)
                signal_group(process.pid, signal.SIGTERM)
        for name, process in reversed(list(self._processes.items())):
            if name == "broker":
                signal_group(process.pid, signal.SIGKILL)
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                signal_group(process.pid, signal.SIGKILL)
                process.wait(timeout=8)
        self._reaper.close()
        self.database.drop()
        shutil.rmtree(self.data, ignore_errors=True)

    # Faults

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Signal one process (its whole group); wait for its end where the signal ends it."""
        process = self._processes[name]
        signal_group(process.pid, number)
        if number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            process.wait(timeout=30)
            self._reaper.drop(process.pid)

    def restart(self, name: str, *, ready: bool = True) -> None:
        """Start this process anew (ending it first if it lives) and wait until it is ready."""
        if self.alive(name):
            self.kill(name)
        self._launch(name, self._argv[name])
        if ready:
            self.wait_ready(name)

    def alive(self, name: str) -> bool:
        """Whether this process runs."""
        return self._processes[name].poll() is None

    def pid(self, name: str) -> int:
        """The process of this name."""
        return self._processes[name].pid

    @property
    def names(self) -> list[str]:
        """All processes, in the order of their start."""
        return list(self._argv)

    # Tools

    def manage(self, *arguments: str, timeout: float = 120.0) -> str:
        """Run a management command against this Stack; its output."""
        done = subprocess.run(
            [programs.PYTHON, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def python(self, code: str, timeout: float = 120.0) -> str:
        """Run Python with Django set up against this Stack (takes about two seconds); its output."""
        return self.manage("shell", "--no-imports", "-c", code, timeout=timeout)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read (or write) rows of this Stack's database directly; `%s` stands for a value."""
        return self.database.query(sql, *values)

    def broker(self) -> Any:
        """A client of this Stack's broker."""
        return services.redis_client(self.redis_url)

    def log(self, name: str) -> Path:
        """Where this process writes."""
        return self.data / "logs" / f"{name}.log"

    def tail(self, lines: int = 30) -> str:
        """The last words of every process, for a failed test."""
        parts = []
        for name in self._argv:
            state = "running" if self.alive(name) else f"ended with {self._processes[name].poll()}"
            words = self.log(name).read_text(errors="replace").splitlines()[-lines:]
            parts.append("\n".join([f"--- {name} ({state})", *words]))
        return "\n".join(parts)

    def _launch(self, name: str, argv: list[str]) -> None:
        self._argv[name] = argv
        with self.log(name).open("ab") as output:
            process = subprocess.Popen(
                argv,
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._reaper.add(process.pid)
        self._processes[name] = process

    def wait_ready(self, name: str) -> None:
        """Wait until this process does its work."""
        if name.startswith("web"):
            url = self.urls[int(name.removeprefix("web")) - 1]
            check = lambda: self._answers(f"{url}/healthz")  # noqa: E731
        elif name.startswith("worker"):
            pid = self._processes[name].pid
            check = lambda: bool(self.broker().keys(f"privas:heartbeat:{name}@*:{pid}"))  # noqa: E731
        elif name == "broker":
            check = self._broker_answers
        else:
            return
        deadline = time.monotonic() + READY_S
        while not check():
            if not self.alive(name) or time.monotonic() > deadline:
                raise AssertionError(f"{name} did not get ready\n{self.tail()}")
            time.sleep(0.05)

    def _broker_answers(self) -> bool:
        try:
            return bool(self.broker().ping())
        except redis.RedisError:
            return False

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False
