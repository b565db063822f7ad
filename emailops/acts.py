"""What a person does with a mail in the log: try again, cancel."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from emailops import retrying, servers
from emailops.doorbell import ring_after_commit
from emailops.models import FILED, WAITING, EmailJob, EmailKind, EmailStatus

_RETRIABLE = (
    EmailStatus.FAILED,
    EmailStatus.EXPIRED,
    EmailStatus.CANCELLED,
    EmailStatus.UNKNOWN,
    EmailStatus.RETRYING,
    EmailStatus.HELD,
)

# Also what was kept as a file: it has come to nobody.
_NOT_ARRIVED = Q(status__in=_RETRIABLE) | Q(status=EmailStatus.SENT, last_stage=FILED)


class Impossible(Exception):
    """The mail is in a state in which this cannot be done. The text says which."""


def retry(job: EmailJob) -> EmailJob:
    """Put a mail that did not arrive back into the queue, for its whole ladder again, with the same
    Message-ID. It leaves the way that mail of its domain leaves now.

    Raises Impossible. The row is moved by a condition on its state, so two clicks are one.
    """
    if job.kind == EmailKind.SMTP_TEST:
        raise Impossible("A test is not repeated. Send a new one from the email settings.")
    if job.content.wiped_at is not None:
        raise Impossible("Its text was removed, as it is kept for a limited time.")
    if job.halted:
        raise Impossible(f"Its bulk send is {job.halted}.")
    rules = retrying.policy(job.kind)
    now = timezone.now()
    moved = EmailJob.objects.filter(_NOT_ARRIVED, id=job.id).update(
        status=EmailStatus.QUEUED,
        server=servers.own_server(job.domain),
        run_after=now,
        expires_at=now + rules.lifetime if rules.lifetime else None,
        # Tries are counted on, so that the record of each keeps its own number.
        max_attempts=F("attempts") + rules.max_attempts,
        dot_at=None,
        sent_at=None,
        last_error="",
    )
    fresh = EmailJob.objects.select_related("domain", "content", "server").get(id=job.id)
    if not moved:
        raise Impossible(_WHY_NOT_RETRY.get(EmailStatus(fresh.status), "This mail cannot be tried again."))
    with transaction.atomic():
        ring_after_commit(fresh)
    return fresh


def cancel(job: EmailJob) -> EmailJob:
    """Take a waiting mail out of the queue. Raises Impossible for one that is on the wire or done with."""
    moved = EmailJob.objects.filter(
        id=job.id, status__in=(*WAITING, EmailStatus.HELD, EmailStatus.UNKNOWN)
    ).update(status=EmailStatus.CANCELLED)
    fresh = EmailJob.objects.select_related("domain", "content", "server").get(id=job.id)
    if not moved:
        raise Impossible(_WHY_NOT_CANCEL.get(EmailStatus(fresh.status), "This mail cannot be cancelled."))
    return fresh


_WHY_NOT_RETRY = {
    EmailStatus.QUEUED: "It is in the queue already.",
    EmailStatus.SENDING: "It is being sent right now.",
    EmailStatus.SENT: "It was sent: the server has accepted it.",
    EmailStatus.SUPPRESSED: "The recipient does not want this mail.",
}
_WHY_NOT_CANCEL = {
    EmailStatus.SENDING: "It is being sent right now and cannot be called back.",
    EmailStatus.SENT: "It was sent already: the server has accepted it.",
    EmailStatus.CANCELLED: "It is cancelled already.",
    EmailStatus.FAILED: "It has failed; there is nothing to cancel.",
    EmailStatus.EXPIRED: "It has expired; there is nothing to cancel.",
    EmailStatus.SUPPRESSED: "It was never in the queue.",
}


def may_retry(job: EmailJob) -> bool:
    """Whether the button makes sense."""
    if job.kind == EmailKind.SMTP_TEST or job.content.wiped_at is not None:
        return False
    return (job.filed or job.status in _RETRIABLE) and not job.halted


def may_cancel(job: EmailJob) -> bool:
    """Whether the button makes sense."""
    return job.status in (*WAITING, EmailStatus.HELD, EmailStatus.UNKNOWN)
