"""Throw-away PostgreSQL and Redis or Valkey for the tests, on free ports, in a folder that goes away.

tests/settings.py calls `ensure()` before it reads any setting, so that pytest, xdist and editors all get
them. The first process starts them and leaves a note in the environment; its children read the note.
Nothing of the machine's own servers or settings is touched. A reaper ends them even after kill -9.
"""

import atexit
import functools
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from privas.programs import broker_config, broker_program, free_port
from privas.reaper import Reaper, signal_group, started_at

NOTE = "PRIVAS_TEST_SERVICES"
PREFIX = "privas-test-"
# What the product reads from its environment. A developer's own values must not reach the tests.
PRODUCT_NAMES = (
    "SECRET_KEY", "DEBUG", "BASE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "DATA_DIR",
    "EMAIL_URL", "DEFAULT_FROM_EMAIL", "FIELD_KEYS", "AI_PROVIDER", "AI_MODEL", "AI_BASE_URL",
    "AI_API_KEY", "OUTBOUND_ALLOW", "TRUSTED_PROXIES", "SENTRY_DSN", "DEMO", "LOG_FORMAT", "PORT",
    "OTEL_EXPORTER_OTLP_ENDPOINT", "DATABASE_POOL_SIZE",
)  # fmt: skip
POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass
class Note:
    """What runs, as the processes of one test run tell each other."""

    root: str
    redis: str | None
    postgres: str | None


class Owned:
    """Servers that this process has started and must end."""

    def __init__(self) -> None:
        self.processes: list[tuple[subprocess.Popen[bytes], int]] = []
        self.folders: list[Path] = []
        self._reaper: Reaper | None = None

    def start(
        self, argv: list[str], *, log: Path, stop_with: int = signal.SIGTERM, user: str | None = None
    ) -> None:
        """Start one server in a group of its own."""
        if self._reaper is None:
            self._reaper = Reaper()
            atexit.register(self.stop)
        with log.open("ab") as output:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
                cwd="/",
            )
        self._reaper.add(process.pid)
        self.processes.append((process, stop_with))

    def folder(self, root: Path | None = None) -> Path:
        """A new folder, removed at the end."""
        if root is None and not self.folders:
            atexit.register(self.stop)
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        self.folders.append(made)
        return made

    def stop(self) -> None:
        """End what was started, last first."""
        while self.processes:
            process, number = self.processes.pop()
            signal_group(process.pid, number)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                signal_group(process.pid, signal.SIGKILL)
                process.wait(timeout=5)
        if self._reaper is not None:
            self._reaper.close()
            self._reaper = None
        while self.folders:
            shutil.rmtree(self.folders.pop(), ignore_errors=True)


owned = Owned()


def ensure() -> Note:
    """Start what this run needs, once; tell the environment where it is."""
    if NOTE in os.environ:
        return Note(**json.loads(os.environ[NOTE]))
    for name in PRODUCT_NAMES:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    remove_leftovers()
    root = owned.folder()
    # PostgreSQL runs as another user than root and must reach its folder through this one.
    root.chmod(0o711)
    (root / "owner").write_text(f"{os.getpid()} {started_at(os.getpid())}")
    note = Note(root=str(root), redis=start_redis(root), postgres=None)
    if os.environ.get("PRIVAS_TEST_DATABASE", "postgres") == "postgres":
        note.postgres = start_postgres(root)
    os.environ[NOTE] = json.dumps(note.__dict__)
    return note


def remove_leftovers() -> None:
    """Folders of runs that were killed; their servers were ended by the reaper."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            pid, _, start = (folder / "owner").read_text().partition(" ")
        except OSError:
            continue
        if started_at(int(pid)) != start:
            shutil.rmtree(folder, ignore_errors=True)


def start_redis(root: Path) -> str | None:
    """A Redis or Valkey without persistence; its address, or None where no program is found."""
    program = broker_program()
    if program is None:
        return None
    port, password = free_port(), secrets.token_hex(8)
    config = root / "broker.conf"
    config.write_text(broker_config(port=port, password=password, directory=root, persist=False))
    owned.start([program, str(config)], log=root / "broker.log")
    wait_for_port(port, root / "broker.log")
    return f"redis://:{password}@127.0.0.1:{port}/0"


def postgres_programs() -> Path | None:
    """The folder with initdb and postgres: on PATH, or where Debian, Homebrew and Postgres.app put them."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    for pattern in POSTGRES_PLACES:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / "initdb").exists() and (folder / "postgres").exists():
                return folder
    return None


FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start_postgres(root: Path, durability: tuple[str, ...] = FORGETFUL) -> str | None:
    """A PostgreSQL; its address, or None where it cannot be had. For tests it may forget everything in a crash."""
    programs = postgres_programs()
    user = unprivileged_user() if os.geteuid() == 0 else None
    if programs is None or (os.geteuid() == 0 and user is None):
        return None
    data, port = root / "postgres", free_port()
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user, pwd.getpwnam(user).pw_gid)
    subprocess.run(
        [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "privas",
            "-A",
            "trust",
            "-N",
            "-E",
            "UTF8",
            "--no-locale",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
    )
    options = [*durability, "max_connections=300"]
    options += ["unix_socket_directories=", "listen_addresses=127.0.0.1", f"port={port}"]
    argv = [str(programs / "postgres"), "-D", str(data)]
    for option in options:
        argv += ["-c", option]
    # SIGINT is its fast shutdown: clients are not waited for.
    owned.start(argv, log=root / "postgres.log", stop_with=signal.SIGINT, user=user)
    wait_for_port(port, root / "postgres.log")
    wait_for_postgres(port, root / "postgres.log")
    return f"postgres://privas@127.0.0.1:{port}/postgres"


def wait_for_postgres(port: int, log: Path) -> None:
    """The port opens before the server answers: until then it says that it is starting up."""
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="privas", dbname="postgres", connect_timeout=5
            ).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL does not answer: {error}\n{log.read_text()[-2000:]}"
                ) from error
            time.sleep(0.05)
        else:
            return


def unprivileged_user() -> str | None:
    """Whom to become where the tests run as root, as which PostgreSQL refuses to start."""
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None


def wait_for_port(port: int, log: Path, timeout: float = 60.0) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nothing listens on port {port}:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.02)


@functools.cache
def redis_client(url: str) -> redis.Redis:
    """A client of that server, made once."""
    return redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)


CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def chromium() -> str | None:
    """A browser for the tests: any Chromium or Chrome of the machine."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    bundle = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return str(bundle) if bundle.exists() else None
