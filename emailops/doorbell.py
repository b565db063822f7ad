"""Waking the workers. A ring may be lost or come twice: the rows say what there is to do, and the sweep finds them."""

import logging
import uuid
from functools import partial

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from emailops.models import BUILT_IN_ID, EmailJob, EmailKind

log = logging.getLogger(__name__)

_DRAIN = "emailops.tasks.drain"
# A ring that nobody has heard for so long was lost.
_LOST_AFTER_S = 5


def ring_after_commit(job: EmailJob) -> None:
    """Wake the worker that sends this job, once the row can be seen."""
    if job.kind == EmailKind.SMTP_TEST:
        transaction.on_commit(partial(ring_for_test, job.id))
    else:
        transaction.on_commit(partial(ring, job.server_id or BUILT_IN_ID))


def ring(server_id: uuid.UUID) -> bool:
    """Have this server's queue emptied. Thousands of mails ring once, until the ring is heard."""
    return not cache.add(_key(server_id), 1, _LOST_AFTER_S) or ring_again(server_id)


def ring_again(server_id: uuid.UUID) -> bool:
    """The same, also while an earlier ring is on its way."""
    return _send(_DRAIN, server_id)


def ring_for_test(job_id: uuid.UUID) -> bool:
    """Have one SMTP test run."""
    return _send("emailops.tasks.test_server", job_id)


def heard(server_id: uuid.UUID | str) -> None:
    """Somebody looks now: whoever has mail from here on rings anew."""
    cache.delete(_key(server_id))


def _send(task: str, argument: uuid.UUID) -> bool:
    """Wake a task by its name. Never raises."""
    try:
        current_app.send_task(task, args=[str(argument)])
    except Exception as error:
        log.warning("the broker did not take %s(%s): %s", task, argument, error)
        return False
    return True


def _key(server_id: uuid.UUID | str) -> str:
    return f"mail-rung:{server_id}"
