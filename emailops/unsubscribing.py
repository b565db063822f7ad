"""The link by which a recipient stops bulk mail, without a log-in and without a cookie (RFC 8058)."""

import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from emailops import suppressions
from emailops.models import EmailJob, SuppressionReason

_SIGNER = Signer(sep=".", salt="emailops.unsubscribe")


class BadToken(Exception):
    """No mail of ours holds this link."""


def link(job: EmailJob) -> str:
    """The address that unsubscribes this mail's recipient from its domain."""
    base: str = settings.BASE_URL
    return base.rstrip("/") + reverse("unsubscribe", args=[_SIGNER.sign(job.id.hex)])


def job_of(token: str) -> EmailJob:
    """The mail that holds this link. Raises BadToken."""
    try:
        job_id = uuid.UUID(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        raise BadToken from None
    job = EmailJob.objects.select_related("domain").filter(id=job_id, domain__isnull=False).first()
    if job is None:
        raise BadToken
    return job


def unsubscribe(job: EmailJob) -> None:
    """No bulk mail of this domain goes to this recipient any more, not even what is queued."""
    assert job.domain is not None  # noqa: S101 - job_of answers no other
    suppressions.suppress(job.domain, job.recipient, SuppressionReason.UNSUBSCRIBED)


def subscribe_again(job: EmailJob) -> None:
    """It was a mistake. What the team has put on the list stays there."""
    assert job.domain is not None  # noqa: S101 - job_of answers no other
    suppressions.lift(job.domain, job.recipient, SuppressionReason.UNSUBSCRIBED)


def is_unsubscribed(job: EmailJob) -> bool:
    """Whether this mail's recipient is on the list."""
    return job.domain_id is not None and bool(suppressions.suppressed(job.domain_id, [job.recipient]))
