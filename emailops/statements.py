"""The statements of the hot path, written out: compiling them anew cost more than sending the mail.

What is due at a mail's last byte leaves in one transaction: the mail before is written down as sent, with its attempt,
and this one is marked. So each mail costs one commit, and each result is on disk before the next mail can be in doubt.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from emailops.models import AttemptOutcome, EmailAttempt, EmailJob
from emailops.retrying import enhanced_code
from emailops.settling import lasted_ms, record
from emailops.wire import Reply

log = logging.getLogger(__name__)

_SENT = """
    UPDATE emailops_emailjob
    SET status = 'sent', sent_at = %s, last_stage = %s, last_code = %s, last_error = '',
        lease_token = NULL, lease_until = NULL
    WHERE id = %s AND lease_token = %s AND status = 'sending'
"""
_ATTEMPT = """
    INSERT INTO emailops_emailattempt (job_id, n, stage, code, enhanced, reply, outcome, steps, ms, started_at)
    VALUES (%s, %s, %s, %s, %s, %s, 'sent', '[]', %s, %s)
"""
_MARK = """
    UPDATE emailops_emailjob SET dot_at = %s, lease_until = %s
    WHERE id = %s AND lease_token = %s AND status = 'sending'
"""
# The three of them in one round trip, for PostgreSQL. Its parts see the rows as they were, and touch different ones.
_ALL = f"""
    WITH sent AS ({_SENT} RETURNING id),
    noted AS (
        INSERT INTO emailops_emailattempt
            (job_id, n, stage, code, enhanced, reply, outcome, steps, ms, started_at)
        SELECT id, %s, %s, %s, %s, %s, 'sent', '[]', %s, %s FROM sent
    ),
    marked AS ({_MARK} RETURNING id)
    SELECT (SELECT count(*) FROM sent), (SELECT count(*) FROM marked)
"""  # noqa: S608 - of our own words only


@dataclass(frozen=True)
class Taken:
    """A mail that the server has taken, not yet written down."""

    job: EmailJob
    reply: Reply
    started: datetime
    at: datetime
    # Of a test, which has begun it to show its steps.
    attempt: EmailAttempt | None = None


def write_down(
    token: uuid.UUID, taken: Taken | None, job: EmailJob | None = None, lease: timedelta = timedelta()
) -> bool:
    """Write down what was taken and mark `job`, whose last byte leaves next. Whether that one is still ours."""
    now = timezone.now()
    marking = None if job is None else [_moment(now), _moment(now + lease), _key(job.id), _key(token)]
    settled = marked = True
    if taken is not None and marking is not None and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_ALL, [*_sent(token, taken), *_noted(taken), *marking])
            settled, marked = map(bool, cursor.fetchone())
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            if taken is not None:
                cursor.execute(_SENT, _sent(token, taken))
                settled = cursor.rowcount == 1
                if settled and taken.attempt is None:
                    cursor.execute(_ATTEMPT, [_key(taken.job.id), *_noted(taken)])
                elif settled:
                    words = (taken.reply.stage, taken.reply.code, taken.reply.text)
                    record(taken.job, AttemptOutcome.SENT, *words, taken.started, taken.attempt)
            if marking is not None:
                cursor.execute(_MARK, marking)
                marked = cursor.rowcount == 1
    if taken is not None and not settled:
        log.warning("mail %s was sent, but its lease was lost before that was written", taken.job.id)
    return marked


def _sent(token: uuid.UUID, taken: Taken) -> list[Any]:
    reply = taken.reply
    return [_moment(taken.at), reply.stage, reply.code, _key(taken.job.id), _key(token)]


def _noted(taken: Taken) -> list[Any]:
    ms = lasted_ms(taken.started, taken.at)
    reply, words = taken.reply, taken.reply.text[:500]
    tried = [taken.job.attempts, reply.stage, reply.code, enhanced_code(words), words]
    return [*tried, ms, _moment(taken.started)]


def _key(value: uuid.UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
