"""The two chat servers: how each is started, spoken to, and asked how many messages it holds."""

import asyncio
import json
import subprocess
import urllib.request
import uuid
from abc import ABC, abstractmethod

from bench.load import Load
from bench.wire import Socket, connect
from privas import programs
from privas.reaper import signal_group
from tests import services
from tests.stack import Stack
from tests.stack_databases import REPOSITORY, child_environment


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
