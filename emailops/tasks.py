"""The worker's entries. Each may come twice, late or not at all: the rows say what there is to do."""

import logging
import threading
import uuid

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down
from django.utils import timezone

from emailops import delivery, servers, settling, trials
from emailops.models import BUILT_IN_ID, WAITING, EmailJob, EmailKind, MailServer
from emailops.queueing import ring

log = logging.getLogger(__name__)

_stopping = threading.Event()


@worker_init.connect
def _begin(**_: object) -> None:
    _stopping.clear()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    """The mail on the wire is finished, the rest is given back."""
    _stopping.set()


@shared_task(ignore_result=True)
def drain(server_key: str) -> int:
    """Send what is due through one server; how many mails were settled."""
    server = servers.server_by_key(server_key)
    if server is None:
        # It was removed after the ring; its mail goes through the built-in system now.
        server = servers.built_in()
    done = delivery.drain(server, stopping=_stopping.is_set)
    if done.more and not _stopping.is_set():
        ring("emailops.tasks.drain", str(server.id))
    return done.handled


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
