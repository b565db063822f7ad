"""Real workers that are killed or compete: no mail is lost, and at most the one on the wire comes twice."""

import contextlib
import os
import random
import signal
import sqlite3
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.emailops.servers import Sink, smtp
from tests.stack import Stack
from tests.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.slow]

QUEUE = """
from django.db import transaction
from domains.models import Domain
from emailops.queueing import Letter, queue_email
domain = Domain.objects.create(name="Acme")
for n in range({count}):
    with transaction.atomic():
        queue_email(domain, kind="{kind}", recipient=f"to{{n}}@acme.example",
                    letter=Letter(f"Mail {{n}}", "text", "<p>html</p>"), idempotency_key=f"k{{n}}")
"""


def _has_taken(sink: Sink, goal: int) -> bool:
    return len(set(sink.message_ids)) >= goal


def _statuses(stack: Stack) -> dict[str, int]:
    return dict(stack.query("SELECT status, count(*) FROM emailops_emailjob GROUP BY status"))


@pytest.mark.timeout(420)
@pytest.mark.parametrize("kind", ["new_conversation", "manual"])
def test_a_worker_killed_in_the_middle_of_a_hundred_mails_five_times(
    stack: Any, database: str, kind: str
) -> None:
    kills, count = 5, 100
    dice = random.Random(7)
    # The mail is taken at once and answered later: most kills land where nobody can know.
    with smtp(Sink(delay_s=0.02)) as sink:
        running: Stack = stack(
            database, web=0, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        running.python(QUEUE.format(count=count, kind=kind))
        for kill in range(1, kills + 1):
            goal = kill * count // (kills + 1) + dice.randrange(5)
            until(partial(_has_taken, sink, goal), timeout=40, every=0.002)
            running.kill("worker1")
            running.restart("worker1")
        until(
            lambda: not {"queued", "sending", "retrying"} & set(_statuses(running)),
            timeout=120,
            message="all mails are settled",
        )
        statuses = _statuses(running)
    copies = Counter(sink.message_ids)
    assert len(copies) == count, "a mail is lost"
    if kind == "manual":
        # In doubt is a state: nothing is sent twice, and each row that may have been is marked.
        assert max(copies.values()) == 1
        assert statuses.get("unknown", 0) <= kills
        assert statuses.get("sent", 0) + statuses.get("unknown", 0) == count
    else:
        assert statuses == {"sent": count}
        assert sum(copies.values()) - count <= kills
        assert max(copies.values()) <= 2


@pytest.mark.timeout(180)
def test_two_workers_send_each_mail_once(stack: Any, database: str) -> None:
    count = 400
    with smtp(Sink(delay_s=0.02)) as sink:
        running: Stack = stack(
            database, web=0, workers=2, beat=True,
            env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "EMAIL_CONNECTIONS": "4"},
        )  # fmt: skip
        both = ("worker1", "worker2")
        until(lambda: _stopped(running, both), 120)
        running.python(QUEUE.format(count=count, kind="new_conversation"))
        for name in both:
            running.kill(name, signal.SIGCONT)
        until(
            lambda: all(_stands_at(running.pid(name), sink.port) for name in both),
            timeout=60,
            message="both stand at the mail server at once",
        )
        until(lambda: _statuses(running) == {"sent": count}, timeout=90)
    assert Counter(sink.message_ids).most_common(1)[0][1] == 1
    assert len(sink.mails) == count


def _stopped(running: Stack, names: tuple[str, ...]) -> bool:
    """Stop them where they hold no lock: on SQLite nobody else could write."""
    for name in names:
        running.kill(name, signal.SIGSTOP)
    try:
        running.query("DELETE FROM emailops_emailjob WHERE status = %s", "none")
    except sqlite3.OperationalError:
        for name in names:
            running.kill(name, signal.SIGCONT)
        return False
    return True


def _stands_at(pid: int, port: int) -> bool:
    """Whether this process has a connection to this port of loopback."""
    mine = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            mine.add(os.readlink(file))
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(
        line[2] == f"0100007F:{port:04X}" and line[3] == "01" and f"socket:[{line[9]}]" in mine
        for line in lines
    )


@pytest.mark.timeout(180)
def test_mail_queued_while_the_broker_is_away_goes_out_when_it_is_back(stack: Any, database: str) -> None:
    with smtp() as sink:
        running: Stack = stack(
            database, web=0, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        running.kill("broker")
        running.python(QUEUE.format(count=3, kind="new_conversation"))
        assert _statuses(running) == {"queued": 3}
        running.restart("broker")
        until(lambda: _statuses(running) == {"sent": 3}, timeout=60)
    assert len(sink.mails) == 3
