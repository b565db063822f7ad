"""Messages: stored, acknowledged and on every operator's screen; Privas beside plain Channels.

Both run in one uvicorn process with the same flags over the same database and broker. Each visitor of Privas
proves who they are, is checked against every limit and is given a number; the anchor does none of that.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import urllib.request
import uuid
from abc import ABC, abstractmethod
from typing import Any

import uvloop

from bench import ground, report
from bench.load import Load
from bench.wire import Socket, connect
from privas import programs
from privas.reaper import signal_group
from tests import services
from tests.stack import Stack
from tests.stack_databases import REPOSITORY, child_environment

SERVER_CORE, CLIENT_CORE = 0, 1
FIGURES = {
    "max_per_s": ("messages/s, 64 in flight", True),
    "cpu_us_at_max": ("server CPU µs a message at that", False),
    "p50_ms": ("visitor → operator p50 ms at {rate}/s", False),
    "p99_ms": ("visitor → operator p99 ms at {rate}/s", False),
    "ack_p50_ms": ("ack p50 ms at {rate}/s", False),
    "cpu_us_at_rate": ("server CPU µs a message at {rate}/s", False),
}


class Contestant(ABC):
    """A chat server that can be started, spoken to, and asked how many messages it holds."""

    name: str

    def __init__(self, stack: Stack, domains: int) -> None:
        self.stack = stack
        self.domains = [f"d{number}" for number in range(domains)]

    @abstractmethod
    def start(self) -> tuple[int, int]:
        """Start the web process; its port and process id."""

    @abstractmethod
    def stop(self) -> None:
        """End it."""

    @abstractmethod
    async def visitor(self, port: int, load: Load, domain: int) -> Socket:
        """Open a visitor's socket, ready to speak."""

    @abstractmethod
    async def operator(self, port: int, load: Load, domain: int) -> Socket:
        """Open an operator's socket that hears everything of the domain."""

    @abstractmethod
    def stored(self) -> int:
        """How many messages the database holds."""


class Plain(Contestant):
    """bench/anchors/plain_channels."""

    name = "plain Channels"
    _process: subprocess.Popen[bytes] | None = None

    def __init__(self, stack: Stack, domains: int) -> None:
        super().__init__(stack, domains)
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.anchors.plain_channels.settings",
            "DATA_DIR": str(stack.data / "plain"),
            "REDIS_URL": stack.redis_url,
        }
        (stack.data / "plain").mkdir()
        if "DATABASE_URL" in stack.database.environment:
            name = f"plain_{uuid.uuid4().hex[:8]}"
            stack.database._command(f"CREATE DATABASE {name}")
            environment["DATABASE_URL"] = stack.database.url.rpartition("/")[0] + f"/{name}"
        self.environment = child_environment(**environment)
        subprocess.run(
            [programs.PYTHON, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"],
            cwd=REPOSITORY,
            env=self.environment,
            check=True,
        )

    def start(self) -> tuple[int, int]:
        port = programs.free_port()
        argv = [
            "bench.anchors.plain_channels.asgi:application" if word == "privas.asgi:application" else word
            for word in programs.web(port)
        ]
        log = self.stack.data / "logs" / "plain.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                argv,
                cwd=REPOSITORY,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        services.wait_for_port(port, log)
        return port, self._process.pid

    def stop(self) -> None:
        assert self._process is not None
        signal_group(self._process.pid, 9)
        self._process.wait(10)

    async def visitor(self, port: int, load: Load, domain: int) -> Socket:
        path = f"/ws/visitor/{self.domains[domain]}/{uuid.uuid4().hex}/"
        return await connect(port, path, load.from_visitor, origin=f"http://127.0.0.1:{port}")

    async def operator(self, port: int, load: Load, domain: int) -> Socket:
        path = f"/ws/operator/{self.domains[domain]}/"
        return await connect(port, path, load.from_operator, origin=f"http://127.0.0.1:{port}")

    def stored(self) -> int:
        code = "from bench.anchors.plain_channels.models import Message; print(Message.objects.count())"
        argv = [programs.PYTHON, "-c", f"import django; django.setup(); {code}"]
        done = subprocess.run(
            argv, cwd=REPOSITORY, env=self.environment, capture_output=True, text=True, check=True
        )
        return int(done.stdout)


_SET_UP = """
from accounts import tokens
from accounts.models import User
from domains.models import Domain, Membership
import json
user = User.objects.create_user("bench@bench.example", "a long enough password", name="Bench")
ids = []
for number in range({domains}):
    domain = Domain.objects.create(
        name=f"Bench {{number}}", widget_key=f"pk_bench{{number}}", message_gap_ms=0, new_conversation_alerts=False
    )
    Membership.objects.create(domain=domain, user=user, role="owner")
    ids.append(str(domain.pk))
print(json.dumps({{"ids": ids, "token": tokens.mint(user, name="bench")[1]}}))
"""


class Privas(Contestant):
    """The product itself: tokens, limits, numbers, cards with their HTML, reactions woken (nobody hears them)."""

    name = "Privas"

    def __init__(self, stack: Stack, domains: int) -> None:
        super().__init__(stack, domains)
        made = json.loads(stack.python(_SET_UP.format(domains=domains)).splitlines()[-1])
        self.domains, self._token = made["ids"], made["token"]

    def start(self) -> tuple[int, int]:
        if not self.stack.alive("web1"):
            self.stack.restart("web1")
        return int(self.stack.urls[0].rpartition(":")[2]), self.stack._processes["web1"].pid

    def stop(self) -> None:
        self.stack.kill("web1")

    async def visitor(self, port: int, load: Load, domain: int) -> Socket:
        ready = asyncio.get_running_loop().create_future()

        def first(socket: Socket, payload: bytes) -> None:
            if payload.startswith(b'{"t":"synced"'):
                socket.on_frame = load.from_visitor
                ready.set_result(None)
            elif payload.startswith(b'{"t":"err"'):
                ready.set_exception(RuntimeError(payload.decode()))

        socket = await connect(port, "/ws/widget/", first, origin=self.stack.url, subprotocol="privas.v1")
        page = {"url": "https://bench.example/pricing", "title": "Pricing", "referrer": ""}
        hello = {
            "t": "auth",
            "key": f"pk_bench{domain}",
            "token": None,
            "after": 0,
            "page": page,
            "locale": "en",
        }
        socket.send(json.dumps(hello))
        await asyncio.wait_for(ready, 30)
        return socket

    async def operator(self, port: int, load: Load, domain: int) -> Socket:
        ready = asyncio.get_running_loop().create_future()

        def first(socket: Socket, payload: bytes) -> None:
            if payload.startswith(b'{"t":"ready"'):
                ready.set_result(None)
            else:
                load.from_operator(socket, payload)

        ticket = await asyncio.to_thread(self._ticket, port)
        socket = await connect(port, "/ws/console/", first, origin=self.stack.url, subprotocol="privas.v1")
        socket.send(json.dumps({"t": "auth", "ticket": ticket}))
        await asyncio.wait_for(ready, 30)
        socket.on_frame = load.from_operator
        topics = [f"desk:{self.domains[domain]}"]
        socket.send(json.dumps({"t": "subscribe", "topics": topics, "html": True}))
        return socket

    def _ticket(self, port: int) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/socket-ticket/",
            data=b"{}",
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            return str(json.load(answer)["ticket"])

    def stored(self) -> int:
        return int(self.stack.query("SELECT count(*) FROM conversations_message")[0][0])


async def measure(contestant: Contestant, options: argparse.Namespace) -> dict[str, float]:
    """One run: connect, warm up, as fast as it goes, then at a steady rate."""
    before = await asyncio.to_thread(contestant.stored)
    port, pid = contestant.start()
    try:
        load = Load(options.operators)
        operators = [
            await contestant.operator(port, load, domain)
            for domain in range(len(contestant.domains))
            for _ in range(options.operators)
        ]
        for first in range(0, options.visitors, 16):
            batch = range(first, min(first + 16, options.visitors))
            made = [contestant.visitor(port, load, number % len(contestant.domains)) for number in batch]
            load.visitors.extend(await asyncio.gather(*made))
        await load.each_once()
        ground.pin(pid, SERVER_CORE)
        await load.closed_loop(options.in_flight, 1.0)
        cpu, took = ground.cpu_s(pid), await load.closed_loop(options.in_flight, options.seconds)
        done = len(load.finished)
        figures = {
            "max_per_s": done / took,
            "cpu_us_at_max": (ground.cpu_s(pid) - cpu) / max(done, 1) * 1e6,
        }
        await load.drain()
        # Every socket may send 20 frames in 10 seconds: begin with the whole allowance.
        await asyncio.sleep(10)
        cpu = ground.cpu_s(pid)
        await load.open_loop(options.rate, options.seconds)
        delays = [(copy - message.at) * 1000 for message in load.finished for copy in message.copies]
        acks = [(message.acked - message.at) * 1000 for message in load.finished]
        figures |= {
            "p50_ms": report.percentile(delays, 0.5),
            "p99_ms": report.percentile(delays, 0.99),
            "ack_p50_ms": report.percentile(acks, 0.5),
            "cpu_us_at_rate": (ground.cpu_s(pid) - cpu) / max(len(acks), 1) * 1e6,
        }
        lost = len(load.sent)
        for socket in (*operators, *load.visitors):
            socket.transport.close()
    finally:
        contestant.stop()
    rows = await asyncio.to_thread(contestant.stored) - before
    if rows != load.acks or lost:
        raise SystemExit(f"{contestant.name}: {rows} rows, {load.acks} acks, {lost} not delivered")
    return figures | {"rows": rows, "refused": load.refused}


def main(arguments: list[str]) -> int:
    """Measure both in turn and tell."""
    parser = argparse.ArgumentParser(prog="./run bench chat", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--visitors", type=int, default=400)
    parser.add_argument("--domains", type=int, default=4)
    parser.add_argument("--operators", type=int, default=2, help="sockets that watch each domain")
    parser.add_argument("--only", choices=["plain", "privas"], help="measure one of them, without a ratio")
    options = parser.parse_args(arguments)
    ground.prepare(postgres=not options.sqlite)
    stack = Stack("sqlite" if options.sqlite else "postgres", web=1, workers=0)
    results: dict[str, list[dict[str, float]]] = {}
    try:
        stack.start()
        ground.pin(stack._processes["broker"].pid, CLIENT_CORE)
        kinds: list[Any] = [Plain, Privas]
        wanted = [kind for kind in kinds if options.only in (None, kind.__name__.lower())]
        contestants = [kind(stack, options.domains) for kind in wanted]
        stack.kill("web1")
        ground.pin(os.getpid(), CLIENT_CORE)
        for number in range(options.runs):
            for contestant in contestants:
                run = uvloop.run(measure(contestant, options))
                results.setdefault(contestant.name, []).append(run)
                print(f"  run {number + 1}, {contestant.name}: {run['max_per_s']:,.0f}/s", file=sys.stderr)
    except BaseException:
        print(stack.tail(), file=sys.stderr)
        raise
    finally:
        stack.stop()
    figures = {name: (heading.format(rate=options.rate), more) for name, (heading, more) in FIGURES.items()}
    database = "SQLite" if options.sqlite else "PostgreSQL"
    name = "chat-sqlite" if options.sqlite else "chat"
    report.tell(name, f"Chat on {database}, one web process", figures, results, vars(options))
    return 0
