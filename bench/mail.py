"""Mails out of the queue: Privas' worker beside django-post_office, the same mails to the same server.

Both record every try; the queue is filled first, and the clock runs from the first mail that the server takes to
the last. CPU is that of the sending process.
"""

import argparse
import json
import signal
import subprocess
import sys
import time
import uuid
from typing import Any

from bench import ground, report
from privas import programs
from privas.reaper import signal_group
from tests.stack import Stack
from tests.stack_databases import REPOSITORY, child_environment

FIGURES = {
    "per_s": ("mails/s", True),
    "cpu_us": ("CPU µs a mail of the sender", False),
}
# 5 kB as it goes over the wire, of the shape of an alert: a text and an HTML part with signs beyond ASCII.
_LETTER = """
words = "Schöne Grüße from Northwind Bikes: your question about the battery has been answered. " * 12
text = "Hello,\\n\\n" + words
html = "<html><body><p>Hello,</p>" + "".join(f"<p>{{w}}</p>" for w in (words, words[:700])) + "</body></html>"
"""


_FILL_POST_OFFICE = (
    _LETTER
    + """
from post_office import mail
mail.send_many([
    dict(
        sender="Bench <bench@bench.example>", recipients=[f"r{{i}}@bench.example"],
        subject=f"New conversation {{i}}", message=text, html_message=html,
    )
    for i in range({count})
])
"""
)
_FILL = (
    _LETTER
    + """
from django.db import transaction
from domains.models import Domain
from emailops.queueing import Letter, queue_email
domain, _ = Domain.objects.get_or_create(name="Bench")
with transaction.atomic():
    for i in range({count}):
        letter = Letter(f"New conversation {{i}}", text, html)
        queue_email(domain, kind="manual", recipient=f"r{{i}}@bench.example", letter=letter)
"""
)


class MailSink:
    """The server that takes the mails, in a process of its own."""

    def __init__(self, delay_ms: float) -> None:
        argv = [programs.PYTHON, "-m", "bench.sink", str(delay_ms)]
        self._process = subprocess.Popen(
            argv, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def _ask(self, what: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def wait_for(self, count: int, timeout: float = 300) -> None:
        """Wait until so many have come."""
        deadline = time.monotonic() + timeout
        while (taken := self._ask("count")) < count:
            if time.monotonic() > deadline:
                raise SystemExit(f"only {taken} of {count} mails came")
            time.sleep(0.02)

    def take(self) -> dict[str, Any]:
        """What has come since the last time."""
        taken: dict[str, Any] = self._ask("reset")
        return taken

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(10)


class PostOffice:
    """django-post_office: one process of five threads."""

    name = "django-post_office"

    def __init__(self, stack: Stack, sink: MailSink) -> None:
        self.sink = sink
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.anchors.post_office.settings",
            "DATA_DIR": str(stack.data / "post_office"),
            "SINK_PORT": str(sink.port),
        }
        (stack.data / "post_office").mkdir()
        if "DATABASE_URL" in stack.database.environment:
            name = f"post_office_{uuid.uuid4().hex[:8]}"
            stack.database._command(f"CREATE DATABASE {name}")
            environment["DATABASE_URL"] = stack.database.url.rpartition("/")[0] + f"/{name}"
        self._environment = child_environment(**environment)
        self._run("from django.core.management import call_command; call_command('migrate', verbosity=0)")

    def _run(self, code: str) -> str:
        argv = [programs.PYTHON, "-c", f"import django; django.setup()\n{code}"]
        done = subprocess.run(
            argv, cwd=REPOSITORY, env=self._environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def fill(self, count: int) -> None:
        """Queue so many mails."""
        self._run(_FILL_POST_OFFICE.format(count=count))

    def send(self, count: int) -> float:
        """Send them all; seconds of CPU."""
        cpu = self._run(
            "import time\n"
            "from django.core.management import call_command\n"
            "before = time.process_time()\n"
            "call_command('send_queued_mail', processes=1, log_level=2)\n"
            "print(time.process_time() - before)"
        )
        self.sink.wait_for(count)
        return float(cpu.splitlines()[-1])


class Privas:
    """The product's own workers, woken by the product's own ring."""

    name = "Privas"

    def __init__(self, stack: Stack, sink: MailSink) -> None:
        self.stack, self.sink = stack, sink
        self._pids = [process.pid for name, process in stack._processes.items() if name.startswith("worker")]

    def fill(self, count: int) -> None:
        """Queue so many mails while the workers sleep."""
        for pid in self._pids:
            signal_group(pid, signal.SIGSTOP)
        self.stack.python(_FILL.format(count=count))

    def send(self, count: int) -> float:
        """Let the workers work; seconds of CPU until every mail is settled and the queue is quiet."""
        before = sum(map(ground.cpu_s, self._pids))
        for pid in self._pids:
            signal_group(pid, signal.SIGCONT)
        self.sink.wait_for(count)
        while self.stack.query("SELECT count(*) FROM emailops_emailjob WHERE status <> 'sent'")[0][0]:
            time.sleep(0.05)
        while self.stack.broker().llen("mail"):
            time.sleep(0.05)
        return sum(map(ground.cpu_s, self._pids)) - before


def main(arguments: list[str]) -> int:
    """Measure both in turn and tell."""
    parser = argparse.ArgumentParser(prog="./run bench mail", description=__doc__)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite instead of PostgreSQL")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument(
        "--delay-ms", type=float, default=0, help="how long every answer of the mail server takes"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes of Privas")
    parser.add_argument("--threads", type=int, default=8, help="of Privas' worker")
    parser.add_argument(
        "--connections", type=int, default=4, help="of Privas to the mail server; django-post_office has five"
    )
    options = parser.parse_args(arguments)
    ground.prepare(postgres=not options.sqlite)
    sink = MailSink(options.delay_ms)
    stack = Stack(
        "sqlite" if options.sqlite else "postgres",
        web=0,
        workers=options.workers,
        queues="mail",
        threads=options.threads,
        env={
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "EMAIL_CONNECTIONS": str(options.connections),
        },
    )
    results: dict[str, list[dict[str, float]]] = {}
    try:
        stack.start()
        contestants: list[Any] = [PostOffice(stack, sink), Privas(stack, sink)]
        for number in range(options.runs):
            for contestant in contestants:
                contestant.fill(options.mails)
                sink.take()
                cpu = contestant.send(options.mails)
                taken = sink.take()
                if taken["count"] != options.mails:
                    raise SystemExit(f"{contestant.name}: {taken['count']} of {options.mails} mails")
                run = {
                    "per_s": (taken["count"] - 1) / max(taken["last"] - taken["first"], 1e-6),
                    "cpu_us": cpu / options.mails * 1e6,
                    "bytes": taken["size"],
                    "connections": taken["connections"],
                }
                results.setdefault(contestant.name, []).append(run)
                print(f"  run {number + 1}, {contestant.name}: {run['per_s']:,.0f}/s", file=sys.stderr)
    except BaseException:
        print(stack.tail(), file=sys.stderr)
        raise
    finally:
        stack.stop()
        sink.stop()
    where = f", {options.delay_ms:g} ms an answer" if options.delay_ms else ""
    name = (
        "mail"
        + ("-sqlite" if options.sqlite else "")
        + (f"-{options.delay_ms:g}ms" if options.delay_ms else "")
    )
    title = f"Mail on {'SQLite' if options.sqlite else 'PostgreSQL'}{where}"
    report.tell(name, title, FIGURES, results, vars(options))
    return 0
