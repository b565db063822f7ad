"""Servers that let one wait: they take neither the others' mail nor anybody's time."""

import contextlib
import socket
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from emailops import custom_email, doorbell, servers, tasks
from emailops.lanes import Lane
from emailops.models import ServerState
from tests.cast import Cast, make_cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, smtp
from tests.stack import Stack
from tests.waiting import until

TARPITS = 12
# Far less than the 30 s for which each keeps its thread.
IN_TIME_S = 20.0

_TARPITS = """
from accounts.models import User
from domains.models import Domain
from emailops import custom_email
from emailops.models import MailServer
from emailops.queueing import Letter, queue_email
for n in range({count}):
    domain = Domain.objects.create(name=f"Tarpit {{n}}")
    user = User.objects.create_user(f"olga{{n}}@b.example", "x" * 12)
    custom_email.save_server(domain, host="127.0.0.1", port={port}, security="none", from_address="a@b.example")
    queue_email(domain, kind="escalation", recipient="a@b.example", letter=Letter("Help", "text", "<p>text</p>"))
    custom_email.queue_test(domain, recipient="a@b.example", user=user)
    MailServer.objects.filter(domain=domain).update(state="{state}")
"""
_BELL = """
import uuid
from conversations.actions import escalation
from conversations.actions.visitors import VisitorSeen
from domains.models import Domain
from emailops.queueing import Letter, queue_email
domain = Domain.objects.create(name="Acme", takeover_timeout_s=2, message_gap_ms=0)
vera = VisitorSeen(id=uuid.uuid4(), domain=domain, page_url="https://acme.example/")
escalation.ring_bell(vera, client_id=str(uuid.uuid4()), reason="help")
queue_email(domain, kind="escalation", recipient="a@acme.example", letter=Letter("Help", "text", "<p>text</p>"))
"""


@contextlib.contextmanager
def silent() -> Iterator[tuple[int, list[socket.socket]]]:
    """A server that takes every connection and never says a word: its port, and who waits there."""
    waiting: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                waiting.append(listener.accept()[0])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], waiting
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for sock in waiting:
            sock.close()


@pytest.mark.redis
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("state", ["unverified", "active"])
def test_silent_servers_of_many_domains_keep_neither_mail_nor_timers_of_others(
    stack: Any, database: str, state: str
) -> None:
    with smtp() as sink, silent() as (port, waiting):
        running: Stack = stack(
            database, web=0, workers=1, queues="mail", beat=True,
            env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "OUTBOUND_ALLOW": f"127.0.0.1:{port}"},
        )  # fmt: skip
        running.python(_TARPITS.format(count=TARPITS, port=port, state=state))
        until(lambda: len(waiting) >= 10, message="more threads than Celery has stand at silent servers")
        running.python(_BELL)
        until(lambda: len(sink.mails) == 1, timeout=IN_TIME_S, message="the other domain's mail leaves")
        expired = "SELECT count(*) FROM conversations_escalation WHERE state = 'expired'"
        until(
            lambda: running.query(expired)[0][0] == 1,
            timeout=IN_TIME_S,
            message="its visitor is told in time",
        )


def test_a_lane_does_as_many_things_at_once_as_it_may_and_each_waiting_one_once() -> None:
    lane, go, done = Lane("test", 2), threading.Event(), []

    def work(name: str) -> None:
        go.wait(10)
        done.append(name)
        if name == "b":
            raise RuntimeError("this one stumbles")

    for name in ("a", "b", "c", "d", "c"):
        lane.call(uuid.uuid5(uuid.NAMESPACE_URL, name), lambda name=name: work(name))  # type: ignore[misc]
    assert [thread.name for thread in threading.enumerate()].count("test") == 2
    assert (lane.crowded, done) == (True, [])
    go.set()
    until(lambda: len(done) == 4)
    lane.finish()
    assert sorted(done) == ["a", "b", "c", "d"]
    assert not lane.crowded


def test_a_lane_that_finishes_waits_for_what_has_begun_and_forgets_the_rest() -> None:
    lane, begun, done = Lane("test", 1), threading.Event(), []

    def work(name: str) -> None:
        begun.set()
        until(lambda: forgotten.is_set() and not lane.crowded)
        done.append(name)

    forgotten = threading.Event()
    lane.call(uuid.uuid4(), lambda: work("first"))
    begun.wait(10)
    lane.call(uuid.uuid4(), lambda: work("second"))
    assert lane.crowded
    forgotten.set()
    lane.finish()
    assert done == ["first"]


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which lane was called, in order; nothing is done."""
    called: list[str] = []
    monkeypatch.setattr(Lane, "call", lambda lane, key, work: called.append(lane._name))
    monkeypatch.setattr(tasks, "_slow_servers", set())
    return called


def test_a_server_that_is_not_proven_has_a_lane_beside_the_others(
    cast: Cast, settings: Any, lanes: list[str]
) -> None:
    proven = own_server(cast.acme, 1, settings, state=ServerState.ACTIVE)
    other = own_server(cast.bolt, 2, settings)
    for server in (proven, other, servers.built_in()):
        tasks.drain(str(server.id))
    assert lanes == ["mail", "slow-mail", "mail"]


@pytest.mark.parametrize(
    ("lasted_s", "handled", "lane"),
    [
        (9.0, 0, "mail"),
        (31.0, 0, "slow-mail"),
        (60.0, 29, "slow-mail"),
        (60.0, 31, "mail"),
        (60.0, 900, "mail"),
    ],
)
def test_a_server_that_keeps_a_thread_waiting_goes_to_the_lane_of_the_slow(
    cast: Cast, settings: Any, lanes: list[str], lasted_s: float, handled: int, lane: str
) -> None:
    server = own_server(cast.acme, 1, settings, state=ServerState.ACTIVE)
    tasks._judge(server.id, lasted_s, handled)
    tasks.drain(str(server.id))
    tasks._judge(server.id, 0.1, 0)
    tasks.drain(str(server.id))
    tasks._judge(server.id, 0.5, 1)
    tasks.drain(str(server.id))
    assert lanes == [lane, lane, "mail"], "only a quick mail makes it quick again"


def test_a_drain_gives_its_thread_back_where_another_waits(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[uuid.UUID] = []
    monkeypatch.setattr(doorbell, "ring_again", rung.append)
    monkeypatch.setattr(tasks, "_TURN_S", 0.3)
    lane = Lane("test", 1)
    with smtp(Sink(delay_s=0.1)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for n in range(8):
            queued(cast.acme, f"to{n}@acme.example")
        monkeypatch.setattr(Lane, "crowded", True)
        assert 1 <= tasks.send_due(servers.built_in().id, lane) < 8
        assert rung == [servers.built_in().id]
        monkeypatch.setattr(Lane, "crowded", False)
        tasks.send_due(servers.built_in().id, lane)
    assert len(sink.mails) == 8
    assert len(rung) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_tests_asked_for_at_once_one_is_sent() -> None:
    cast = make_cast()
    together = threading.Barrier(2)

    def ask(_: int) -> bool:
        together.wait(10)
        try:
            custom_email.queue_test(cast.acme, recipient="a@acme.example", user=cast.olga)
        except custom_email.TooManyTests:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == [False, True]
