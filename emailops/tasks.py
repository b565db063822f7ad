"""The worker's entries. Each may come twice, late or not at all: the rows say what there is to do."""

import logging
import threading
import uuid
from functools import partial

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down
from django.utils import timezone

from emailops import delivery, doorbell, leases, servers, settling, trials
from emailops.models import BUILT_IN_ID, WAITING, EmailJob, EmailKind, MailServer

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
    """Send what is due through one server; how many mails were settled.

    A ring while the server has all its connections is heard all the same: whoever gives one back looks whether
    something is due.
    """
    doorbell.heard(server_key)
    # A server that was removed after the ring leaves its mail to the built-in system.
    server = servers.server_by_key(server_key) or servers.built_in()
    again = partial(doorbell.ring_again, server.id)
    done = delivery.drain(server, stopping=_stopping.is_set, call_another=again)
    if done.more and not _stopping.is_set():
        again()
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
