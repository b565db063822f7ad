"""`serve`: the production processes on one machine, in the embedded default. `./run` starts it.

    broker → migrate → demo (first start) → web, worker of mail, worker of ai, clock → ready

Only what nobody named is embedded: DATABASE_URL, REDIS_URL and EMAIL_URL are honoured as in production.
What holds here: one supervisor for a DATA_DIR; a process that dies is started again; Ctrl-C and even kill -9
leave nothing running (children.py, reaper.py).
"""

import argparse
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import redis
from django.conf import settings

from privas import embedded, heartbeat, programs
from privas.checks import refuse_unsafe_start
from privas.children import ROOT, Children, GaveUp
from privas.environment import kept_secret, write_private

READY_S = 120.0
# How long a killed run may take to be cleared away before a new one says that the place is taken.
CLEARED_S = 10.0


class Refused(Exception):
    """Why nothing was started, in one sentence for a person."""


class Stopped(Exception):
    """Somebody asked to stop before all was up."""


def main(arguments: list[str] | None = None) -> int:
    """Start, stay, stop. The answer is the exit status."""
    parser = argparse.ArgumentParser(prog="serve", description="Everything at one address, in one command.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    port = parser.parse_args(arguments).port
    try:
        data = data_dir()
        with only_run(data) as lock:
            refuse_taken_port(port)
            Serving(port, data, lock).run()
    except (Refused, GaveUp, embedded.DamagedDatabase) as reason:
        sys.stderr.write(f"privas: {reason}\n")
        return 1
    except (Stopped, KeyboardInterrupt):
        pass
    return 0


def data_dir() -> Path:
    """Where this installation keeps its data (settings.py reads the same name)."""
    path = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (path / "run").mkdir(exist_ok=True, mode=0o700)
    except OSError as trouble:
        raise Refused(f"DATA_DIR {path} cannot be written ({trouble.strerror}); set another one.") from None
    return path


@contextlib.contextmanager
def only_run(data: Path) -> Iterator[int]:
    """Hold the lock of this DATA_DIR. The reaper of a killed run holds it too, until all is cleared away."""
    path = data / "run" / "serve.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + CLEARED_S
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = path.read_text().strip()
                if lives(holder) or time.monotonic() > deadline:
                    raise Refused(
                        f"Privas already runs in {data} (process {holder}); stop it, or set another DATA_DIR."
                    ) from None
                time.sleep(0.1)
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield handle
    finally:
        os.close(handle)


def lives(pid: str) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def refuse_taken_port(port: int) -> None:
    """Say it before anything starts, and say what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            raise Refused(f"port {port} is taken by another program; try PORT={port + 1} ./run") from None


class Serving:
    """One run, from the broker to the end of the last process."""

    def __init__(self, port: int, data: Path, lock: int) -> None:
        self.port = port
        self.data = data
        self.began = time.monotonic()
        self.broker_url_file = data / "run" / "broker.url"
        self.embedded_broker = not named("REDIS_URL")
        self.children = Children(keep_open=(lock,))

    def run(self) -> None:
        """Everything, in order, until a signal asks for the end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        # A killed run may have left its own.
        self.broker_url_file.unlink(missing_ok=True)
        try:
            self._name_the_rest()
            program = programs.broker_program() if self.embedded_broker else None
            if program is not None:
                self._start_broker(program)
            django.setup()
            refuse_unsafe_start()
            embedded.care_for_sqlite()
            embedded.migrate()
            self._make_demo()
            self._go_on_unless_stopped()
            if self.embedded_broker and program is None:
                self._run_in_one_process()
            else:
                self._run_processes()
        finally:
            self.children.stop()
            self.broker_url_file.unlink(missing_ok=True)

    def _make_demo(self) -> None:
        # A process of its own: what it loads for a moment would stay with us for ever.
        if (
            embedded.demo_is_wanted()
            and self.children.finish([sys.executable, "manage.py", "seed_demo"]) != 0
        ):
            self._go_on_unless_stopped()
            sys.stderr.write("privas: the demo could not be made; going on without it\n")

    def _asked_to_stop(self, number: int, _frame: object) -> None:
        self.children.ask_to_stop()
        if number == signal.SIGINT:
            os.write(2, b"\nprivas: stopping\n")

    def _go_on_unless_stopped(self) -> None:
        if self.children.stopping:
            raise Stopped

    def _name_the_rest(self) -> None:
        """Name for all processes what belongs to this machine and nobody has named."""
        values = {
            "DATA_DIR": str(self.data),
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            # With a named database there is no embedded default, but on one machine a kept secret is as good.
            "SECRET_KEY": kept_secret(self.data / "secret.key"),
            "FIELD_KEYS": kept_secret(self.data / "field.key"),
            "DJANGO_SETTINGS_MODULE": "privas.settings",
            "PYTHONUNBUFFERED": "1",
            # True, and no news to whoever runs this as root on his own machine.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser,ignore:No directory at",
        }
        os.environ.update({name: value for name, value in values.items() if not named(name)})

    def _start_broker(self, program: str) -> None:
        port, password = programs.free_port(), secrets.token_urlsafe(24)
        config = self.data / "run" / "broker.conf"
        write_private(
            config, programs.broker_config(port=port, password=password, directory=self.data, persist=True)
        )
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        self.children.start("broker", [program, str(config)])
        client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._wait(lambda: pings(client), "the broker")
        os.environ["REDIS_URL"] = url
        # For commands beside this run, such as `./run manage shell`.
        write_private(self.broker_url_file, url)

    def _run_processes(self) -> None:
        proxies = ",".join(settings.TRUSTED_PROXIES)
        self.children.start("web", programs.web(self.port, trusted_proxies=proxies))
        self.children.start("worker-mail", programs.worker("mail", name="worker-mail"))
        self.children.start("worker-ai", programs.worker("ai", name="worker-ai"))
        self.children.start("beat", programs.beat(self.data / "run" / "beat"))
        self._wait(lambda: answers(f"http://127.0.0.1:{self.port}/healthz"), "the web process")
        self._wait(lambda: {"mail", "ai"} <= heartbeat.ages().keys(), "the workers")
        self._say_ready()
        self.children.watch()

    def _run_in_one_process(self) -> None:
        # Only here, as it loads the web process' modules, and only now, as they need Django to be set up.
        from privas import oneprocess

        oneprocess.run(self.port, self.data / "run" / "beat", self._say_ready)

    def _wait(self, predicate: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + READY_S
        while not predicate():
            self.children.look_after()
            self._go_on_unless_stopped()
            if time.monotonic() > deadline:
                raise Refused(f"{what} did not get ready within {READY_S:.0f} s; the lines above say why.")
            time.sleep(0.05)

    def _say_ready(self) -> None:
        print("\n".join(ready_lines(f"http://127.0.0.1:{self.port}")))
        print(f"privas: up in {time.monotonic() - self.began:.1f} s; Ctrl-C stops everything", flush=True)


def ready_lines(address: str) -> list[str]:
    """What a newcomer needs next: the address, where to ask, where to answer, and the demo's log-ins."""
    # Only here, as it loads models, which need Django to be set up.
    from privas.demo import people

    ask = [f"Ask as a visitor: {address}/demo/"] if settings.DEMO else []
    log_ins = [one.line for one in people.known_logins()] if settings.DEMO else []
    return [f"ready {address}", *ask, f"Watch and answer: {address}/live/", *log_ins]


def named(name: str) -> bool:
    """Whether somebody set this, by value or by file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def pings(client: redis.Redis) -> bool:
    """Whether the broker answers."""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def answers(url: str) -> bool:
    """Whether the web process answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  (our own address)
            return bool(response.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
