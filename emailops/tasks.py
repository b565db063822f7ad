"""The worker's entries. Each may come twice, late or not at all: the rows say what there is to do."""

import logging
import threading
import uuid

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down
from django.utils import timezone

from emailops import delivery, leases, servers, settling, trials
from emailops.models import BUILT_IN_ID, WAITING, EmailJob, EmailKind, MailServer
from emailops.queueing import ring

log = logging.getLogger(__name__)

_stopping = threading.Event()
# Which servers this process sends through right now, and which were rung for meanwhile.
_door = threading.Lock()
_busy: set[str] = set()
_rung_again: set[str] = set()


@worker_init.connect
def _begin(**_: object) -> None:
    _stopping.clear()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    """The mail on the wire is finished, the rest is given back."""
    _stopping.set()


@shared_task(ignore_result=True)
def drain(server_key: str) -> int:
    """Send what is due through one server; how many mails were settled.

    A process keeps one connection to a server, so that its death leaves at most one mail in doubt. Whoever rings
    meanwhile is heard: the drain that runs looks once more before it ends.
    """
    with _door:
        if server_key in _busy:
            _rung_again.add(server_key)
            return 0
        _busy.add(server_key)
    handled = 0
    try:
        while True:
            with _door:
                _rung_again.discard(server_key)
            # A server that was removed after the ring leaves its mail to the built-in system.
            server = servers.server_by_key(server_key) or servers.built_in()
            done = delivery.drain(server, stopping=_stopping.is_set)
            handled += done.handled
            with _door:
                if done.more or _stopping.is_set() or server_key not in _rung_again:
                    _busy.discard(server_key)
                    break
    finally:
        with _door:
            _busy.discard(server_key)
    if done.more and not _stopping.is_set():
        ring("emailops.tasks.drain", str(server.id))
    return handled


@shared_task(ignore_result=True)
def test_server(job_id: str) -> bool:
    """Send one SMTP test."""
    return trials.run_trial(uuid.UUID(job_id))


@shared_task(ignore_result=True)
def sweep() -> int:
    """Every few seconds: free what dead workers held, end what came too late, ring where mail is due."""
    now = timezone.now()
    settling.recover(now)
    settling.expire(now)
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
        rung += ring("emailops.tasks.drain", str(key))
    for job_id in waiting.filter(kind=EmailKind.SMTP_TEST).values_list("id", flat=True)[:20]:
        rung += ring("emailops.tasks.test_server", str(job_id))
    return rung
