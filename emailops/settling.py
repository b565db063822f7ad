"""What becomes of a row that a worker holds and that was not sent (statements.py: one that was).

Every move needs the row's lease, so a late worker changes nothing.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from emailops import leases, retrying, slots, suppressions
from emailops.models import (
    WAITING,
    AttemptOutcome,
    EmailAttempt,
    EmailJob,
    EmailKind,
    EmailStatus,
    MailServer,
    SuppressionReason,
)
from emailops.retrying import Verdict

log = logging.getLogger(__name__)

_FREE = {"lease_token": None, "lease_until": None}
_WORKER_DIED = "The worker died between the last byte and the server's answer."
_TEST_DIED = "The worker died during the test."
# So much earlier do the others leave, once a server's pause is over.
_HEAD_START = timedelta(seconds=30)
# What the column holds: 24.8 days.
_MOST_MS = 2**31 - 1


def settle_failure(
    job: EmailJob,
    token: uuid.UUID,
    stage: str,
    text: str,
    *,
    code: int | None = None,
    started: datetime,
    verdict: Verdict,
    attempt: EmailAttempt | None = None,
) -> bool:
    """The try has failed: tried again later, given up, or (in doubt) left to the policy of its kind."""
    now = timezone.now()
    enhanced = retrying.enhanced_code(text)
    again = None
    if verdict is Verdict.TEMPORARY or (
        verdict is Verdict.IN_DOUBT and retrying.policy(job.kind).resend_in_doubt
    ):
        slow = retrying.is_slow(stage, enhanced)
        # A retry by hand starts the ladder anew, while tries are counted on.
        tried = job.attempts - (job.max_attempts - retrying.policy(job.kind).max_attempts)
        again = retrying.next_try(job.kind, tried, now, reply=text, slow=slow)
    if again is not None and job.expires_at is not None and again > job.expires_at:
        again = None
    if again is not None:
        status = EmailStatus.RETRYING
    else:
        status = EmailStatus.UNKNOWN if verdict is Verdict.IN_DOUBT else EmailStatus.FAILED
    outcome = {
        Verdict.TEMPORARY: AttemptOutcome.TEMPORARY,
        Verdict.IN_DOUBT: AttemptOutcome.IN_DOUBT,
    }.get(verdict, AttemptOutcome.PERMANENT)
    with transaction.atomic():
        done = _held(job, token).update(
            status=status,
            run_after=again or now,
            last_stage=stage,
            last_code=code,
            last_error=text[:500],
            **_FREE,
        )
        if done:
            record(job, outcome, stage, code, text, started, attempt)
            _remember_bad_address(job, stage, enhanced)
    return bool(done)


def _remember_bad_address(job: EmailJob, stage: str, enhanced: str) -> None:
    """No bulk mail is tried at a mailbox that does not exist: servers judge senders by that."""
    if job.domain is None or job.kind == EmailKind.SMTP_TEST:
        return
    if suppressions.is_bad_address(stage, enhanced):
        suppressions.suppress(job.domain, job.recipient, SuppressionReason.BAD_ADDRESS)


def record(
    job: EmailJob,
    outcome: AttemptOutcome,
    stage: str,
    code: int | None,
    text: str,
    started: datetime,
    attempt: EmailAttempt | None = None,
) -> EmailAttempt:
    """Write the try down; `attempt` is a row already begun (by a test that shows its steps)."""
    row = attempt or _begun(job) or EmailAttempt(job=job, n=job.attempts, started_at=started)
    row.outcome, row.stage, row.code = outcome, stage, code
    row.reply, row.enhanced = text[:500], retrying.enhanced_code(text)
    row.ms = lasted_ms(row.started_at, timezone.now())
    row.save(
        update_fields=None if row.pk is None else ["outcome", "stage", "code", "reply", "enhanced", "ms"]
    )
    return row


def lasted_ms(began: datetime, ended: datetime) -> int:
    """How long a try took, as the record can hold it: clocks are moved, and workers stay dead for weeks."""
    return min(max(0, round((ended - began).total_seconds() * 1000)), _MOST_MS)


def _begun(job: EmailJob) -> EmailAttempt | None:
    """The try that a dead worker has left, of a test."""
    if job.kind != EmailKind.SMTP_TEST:
        return None
    return EmailAttempt.objects.filter(job=job, outcome=AttemptOutcome.RUNNING).first()


def put_off(job: EmailJob, token: uuid.UUID, until: datetime) -> None:
    """It was not tried, and others go first when the server's pause is over."""
    _held(job, token).update(
        status=_waiting_again(),
        attempts=F("attempts") - 1,
        run_after=until + _HEAD_START,
        dot_at=None,
        **_FREE,
    )


def due_now(jobs: QuerySet[EmailJob], server: MailServer) -> int:
    """Of these, let what was put off until after the server's pause go at once; how many those were.

    Called before that pause is forgotten. A mail that is to come later than it keeps its time.
    """
    until = MailServer.objects.filter(id=server.id).values_list("paused_until", flat=True).first()
    if until is None:
        return 0
    now = timezone.now()
    put_off_ones = jobs.filter(
        status__in=WAITING, run_after__gt=max(now, until), run_after__lte=until + _HEAD_START
    )
    return put_off_ones.update(run_after=now)


def put_back(token: uuid.UUID) -> int:
    """What this lease still holds was not tried: give it back as it was."""
    rows = EmailJob.objects.filter(lease_token=token, status=EmailStatus.SENDING, dot_at__isnull=True)
    return rows.update(status=_waiting_again(), attempts=F("attempts") - 1, **_FREE)


def expire(now: datetime) -> int:
    """End what nobody could send in time: an alert is worth nothing after two hours."""
    return EmailJob.objects.filter(status__in=WAITING, expires_at__lte=now).update(
        status=EmailStatus.EXPIRED,
        last_error=Case(
            When(last_error="", then=Value("It could not be sent in time.")), default=F("last_error")
        ),
    )


def recover(now: datetime) -> int:
    """Free the rows of dead workers; how many leases were. One that cannot be freed is told in the log.

    A row whose last byte had not left goes back untouched. One in doubt is sent again with the same
    Message-ID where a second alert is cheaper than a missed one, and is `unknown` otherwise.
    """
    sending = EmailJob.objects.filter(status=EmailStatus.SENDING)
    leased = sending.values_list("lease_token", "lease_until").distinct()
    # A constraint says that rows in this state have both; the types do not know it.
    held = [(token, until) for token, until in leased if token is not None and until is not None]
    # A worker of this machine that is at work keeps its rows, however slow its server is.
    over = {token for token, until in held if until <= now and not leases.is_alive(token)}
    dead = over | {token for token, _ in held if leases.is_dead(token)}
    dead |= {token for token in slots.held() if leases.is_dead(token)}
    return sum(_clear_away(token) for token in dead)


def _clear_away(token: uuid.UUID) -> bool:
    """Whether it went well: the sweep has more to do than this."""
    try:
        _free(token)
        slots.free(token)
        leases.forget(token)
    except Exception:
        log.exception("what a dead worker held under %s could not be freed", token)
        return False
    return True


def _free(token: uuid.UUID) -> None:
    held = EmailJob.objects.filter(lease_token=token, status=EmailStatus.SENDING)
    doubtful: Iterable[EmailJob] = held.filter(dot_at__isnull=False)
    for job in doubtful:
        began = job.dot_at or timezone.now()
        settle_failure(job, token, "dot", _WORKER_DIED, started=began, verdict=Verdict.IN_DOUBT)
    # Somebody has watched its steps: it ends, rather than begin anew before their eyes.
    for test in held.filter(kind=EmailKind.SMTP_TEST):
        settle_failure(test, token, "", _TEST_DIED, started=timezone.now(), verdict=Verdict.PERMANENT)
    freed = put_back(token)
    if freed:
        log.warning("%d mails of a dead worker wait for another", freed)


def _held(job: EmailJob, token: uuid.UUID) -> QuerySet[EmailJob]:
    return EmailJob.objects.filter(id=job.id, lease_token=token, status=EmailStatus.SENDING)


def _waiting_again() -> Case:
    """The claim has counted one try, so one that stands at one was waiting for its first."""
    return Case(When(Q(attempts__gt=1), then=Value(EmailStatus.RETRYING)), default=Value(EmailStatus.QUEUED))
