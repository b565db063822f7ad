"""Workers that are told to stop, brokers and databases that crash: no mail is lost, and the worker lives on."""

import os
import signal
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from privas.reaper import signal_group
from tests import services
from tests.emailops.servers import Sink, smtp
from tests.emailops.test_dead_workers import QUEUE, _has_taken, _statuses
from tests.stack import Stack
from tests.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.slow]

COUNT = 100


class Polite(Sink):
    """Counts who takes leave."""

    quits = 0

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.quits += 1
        return "221 2.0.0 Bye"


@pytest.mark.timeout(240)
def test_a_worker_that_is_told_to_end_finishes_its_mail_takes_leave_and_gives_the_rest_back(
    stack: Any, database: str
) -> None:
    stops, sink = 3, Polite(delay_s=0.02)
    with smtp(sink):
        running: Stack = stack(
            database, web=0, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        running.python(QUEUE.format(count=COUNT, kind="manual"))
        for stop in range(1, stops + 1):
            until(partial(_has_taken, sink, stop * COUNT // (stops + 1)), timeout=40, every=0.002)
            running.kill("worker1", signal.SIGTERM)
            taken = len(sink.mails)
            assert _statuses(running) == {"sent": taken, "queued": COUNT - taken}
            assert running.query(
                "SELECT count(*) FROM emailops_emailjob WHERE status = 'queued' AND attempts > 0"
            ) == [(0,)]
            until(lambda: sink.quits == sink.connections)
            running.restart("worker1")
        until(lambda: _statuses(running) == {"sent": COUNT}, timeout=60)
    assert len(sink.mails) == len(set(sink.message_ids)) == COUNT


@pytest.mark.timeout(240)
def test_a_broker_that_is_killed_and_forgets_everything_stops_no_mail_that_is_leaving(
    stack: Any, database: str
) -> None:
    with smtp(Sink(delay_s=0.05)) as sink:
        running: Stack = stack(
            database, web=0, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        running.python(QUEUE.format(count=COUNT, kind="new_conversation"))
        until(partial(_has_taken, sink, 10), timeout=40, every=0.002)
        running.kill("broker")
        # Nobody rings any more, and what is under way needs no ring.
        until(lambda: _statuses(running) == {"sent": COUNT}, timeout=60, message="all leave without a broker")
        running.python(QUEUE.format(count=5, kind="new_conversation").replace("k{n}", "later{n}"))
        assert _statuses(running) == {"sent": COUNT, "queued": 5}
        for kept in (*running.data.glob("*.rdb"), *running.data.glob("appendonlydir/*")):
            kept.unlink()
        running.restart("broker")
        until(lambda: _statuses(running) == {"sent": COUNT + 5}, timeout=60)
        assert running.alive("worker1")
    assert Counter(sink.message_ids).most_common(1)[0][1] == 1
    assert len(sink.mails) == COUNT + 5


class Crashing:
    """A PostgreSQL of this test's own that keeps its word, and crashes when it is told to."""

    def __init__(self) -> None:
        self.root = services.owned.folder()
        self.root.chmod(0o711)
        self.url = services.start_postgres(self.root, durability=())
        self._process = services.owned.processes[-1][0]

    def crash(self) -> None:
        """End it at once, without a word to anybody: what was not committed is gone."""
        signal_group(self._process.pid, signal.SIGQUIT)
        self._process.wait(timeout=30)
        services.owned.processes = [each for each in services.owned.processes if each[0] is not self._process]

    def restart(self) -> None:
        """Start it anew from what is on disk; it recovers by itself."""
        assert self.url is not None
        argv: Any = self._process.args
        log = self.root / "postgres.log"
        user = services.unprivileged_user() if os.geteuid() == 0 else None
        services.owned.start(argv, log=log, stop_with=signal.SIGINT, user=user)
        self._process = services.owned.processes[-1][0]
        services.wait_for_postgres(int(self.url.rpartition(":")[2].partition("/")[0]), log)


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch) -> Crashing:
    """The one that the test's Stack uses."""
    made = Crashing()
    note = services.Note(root=str(made.root), redis=None, postgres=made.url)
    monkeypatch.setattr(services, "ensure", lambda: note)
    return made


def _complaints(log: Path) -> int:
    return log.read_text(errors="replace").count("raised unexpected")


@pytest.mark.postgres
@pytest.mark.timeout(420)
@pytest.mark.parametrize("kind", ["new_conversation", "manual"])
def test_a_database_that_crashes_under_mail_loses_none_and_leaves_one_a_crash_in_doubt(
    postgres: Crashing, stack: Any, kind: str
) -> None:
    crashes = 3
    with smtp(Sink(delay_s=0.02)) as sink:
        running: Stack = stack(
            "postgres", web=0, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        running.python(QUEUE.format(count=COUNT, kind=kind))
        worker, log = running.pid("worker1"), running.log("worker1")
        for crash in range(1, crashes + 1):
            until(partial(_has_taken, sink, crash * COUNT // (crashes + 1)), timeout=60, every=0.002)
            before = _complaints(log)
            postgres.crash()
            if crash == crashes:
                # This time it stays away until the worker has come to it in vain several times.
                until(lambda before=before: _complaints(log) >= before + 4, timeout=90)  # type: ignore[misc]
                assert running.alive("worker1")
            postgres.restart()
        until(
            lambda: not {"queued", "sending", "retrying"} & set(_statuses(running)),
            timeout=120,
            message="all mails are settled",
        )
        rows = running.query("SELECT message_id, status FROM emailops_emailjob")
        assert (running.alive("worker1"), running.pid("worker1")) == (True, worker)
        assert running.alive("beat")
    copies = Counter(sink.message_ids)
    sent, unknown = ({key for key, status in rows if status == wanted} for wanted in ("sent", "unknown"))
    assert len(sent) + len(unknown) == COUNT
    assert sent <= set(copies), "a mail is lost"
    # A mail whose mark was the last word that the database kept may have left, or not.
    assert len(unknown) <= (crashes if kind == "manual" else 0)
    assert sum(copies.values()) - len(copies) <= (0 if kind == "manual" else crashes)
    assert max(copies.values()) <= 2
