"""The worker's entries. Each may come twice, late or not at all: the rows say what there is to do."""

import threading
import time
import uuid
from functools import partial

from celery import shared_task
from celery.signals import worker_shutdown, worker_shutting_down
from django.utils import timezone

from emailops import delivery, doorbell, leases, retention, servers, settling, trials
from emailops.bulk.sending import end_empty_pauses, halt_strays
from emailops.lanes import Lane
from emailops.models import BUILT_IN_ID, WAITING, EmailJob, EmailKind, MailServer, ServerState

# Whose server answers as it should never waits behind those whose server does not, nor mail behind tests.
_QUICK, _SLOW, _TESTS = Lane("mail", 16), Lane("slow-mail", 8), Lane("mail-tests", 4)
# A drain gives others their turn after this, and rings for itself again; the second, where somebody waits.
_LONGEST_DRAIN_S, _TURN_S = 60.0, 5.0
# A server is slow that kept a thread for longer than this, at so many seconds a mail.
_SLOW_AFTER_S, _SLOW_MAIL_S = 10.0, 2.0

_stopping = threading.Event()
_slow_servers: set[uuid.UUID] = set()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    """The mail on the wire is finished, the rest is given back."""
    _stopping.set()


@worker_shutdown.connect
def _finish(**_: object) -> None:
    """The process stays until all have done so."""
    _stopping.set()
    for lane in (_QUICK, _SLOW, _TESTS):
        lane.finish()
    _stopping.clear()


@shared_task(ignore_result=True)
def drain(server_key: str) -> None:
    """Have what is due through one server sent, by a thread that may wait for it."""
    # A server that was removed after the ring leaves its mail to the built-in system.
    server = servers.server_by_key(server_key) or servers.built_in()
    proven = server.built_in or server.state == ServerState.ACTIVE
    lane = _QUICK if proven and server.id not in _slow_servers else _SLOW
    lane.call(server.id, partial(send_due, server.id, lane))


def send_due(server_id: uuid.UUID, lane: Lane) -> int:
    """Send what is due through one server; how many mails were settled.

    A ring while the server has all its connections is heard all the same: whoever gives one back looks whether
    something is due.
    """
    doorbell.heard(server_id)
    server = servers.server_by_key(server_id) or servers.built_in()
    began = time.monotonic()

    def over() -> bool:
        lasted = time.monotonic() - began
        return _stopping.is_set() or lasted > (_TURN_S if lane.crowded else _LONGEST_DRAIN_S)

    again = partial(doorbell.ring_again, server.id)
    done = delivery.drain(server, stopping=over, call_another=again)
    _judge(server.id, time.monotonic() - began, done.handled)
    if done.more and not _stopping.is_set():
        again()
    return done.handled


def _judge(server_id: uuid.UUID, lasted_s: float, handled: int) -> None:
    """Remember which servers keep a thread waiting: they share a few."""
    if lasted_s > max(_SLOW_AFTER_S, _SLOW_MAIL_S * handled):
        _slow_servers.add(server_id)
    elif handled:
        _slow_servers.discard(server_id)


@shared_task(ignore_result=True)
def test_server(job_id: str) -> None:
    """Have one SMTP test sent."""
    key = uuid.UUID(job_id)
    _TESTS.call(key, partial(trials.run_trial, key))


@shared_task(ignore_result=True)
def wipe_old_bodies() -> int:
    """Every few minutes, some at a time."""
    return retention.wipe(timezone.now())


@shared_task(ignore_result=True)
def sweep() -> int:
    """Every few seconds: free what dead workers held, end what came too late, ring where mail is due."""
    now = timezone.now()
    settling.recover(now)
    settling.expire(now)
    halt_strays()
    end_empty_pauses()
    leases.tidy()
    waiting = EmailJob.objects.filter(status__in=WAITING, run_after__lte=now)
    due = waiting.exclude(kind=EmailKind.SMTP_TEST).order_by().values_list("server_id", flat=True).distinct()
    keys = {BUILT_IN_ID if key is None else key for key in due}
    resting = set(
        MailServer.objects.filter(id__in=keys)
        .exclude(servers.ready_servers(now))
        .values_list("id", flat=True)
    )
    rung = 0
    for key in keys - resting:
        rung += doorbell.ring_again(key)
    for job_id in waiting.filter(kind=EmailKind.SMTP_TEST).values_list("id", flat=True)[:20]:
        rung += doorbell.ring_for_test(job_id)
    return rung
