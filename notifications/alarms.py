"""Telling owners that mail of their domain does not get through. What is told of is told again on another day (UTC)."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min

from domains.models import Domain
from emailops.models import WAITING, EmailJob, EmailKind, EmailStatus
from emailops.queueing import queue_email
from notifications import letters
from notifications.recipients import owners_of
from notifications.trouble import Trouble

log = logging.getLogger(__name__)

# So many that never arrived, of those queued in the last day.
MANY = 5
# So long may a mail that is due wait.
OLD = timedelta(minutes=15)
_LOST = (EmailStatus.FAILED, EmailStatus.EXPIRED)
# Bulk mail waits for hours, and a test has its own page.
_LEFT_OUT = (EmailKind.BULK, EmailKind.SMTP_TEST)
# And these go to addresses that strangers type: that they are refused does not mean that mail is broken.
_NO_FAULT = (*_LEFT_OUT, EmailKind.FOLLOW_UP, EmailKind.TRANSCRIPT)


def troubles(now: datetime) -> Iterator[Trouble]:
    """The domains whose mail does not get through."""
    due = EmailJob.objects.filter(status__in=WAITING, run_after__lt=now - OLD).exclude(kind__in=_LEFT_OUT)
    old: dict[Any, dict[str, Any]] = {
        row["domain"]: dict(row)
        for row in due.order_by().values("domain").annotate(waiting=Count("id"), since=Min("run_after"))
    }
    for domain in Domain.objects.all().iterator():
        lost = EmailJob.objects.filter(
            domain=domain, status__in=_LOST, created_at__gt=now - timedelta(days=1)
        ).exclude(kind__in=_NO_FAULT)
        count = lost[: 10 * MANY].count()
        waits = old.get(domain.pk, {})
        if count >= MANY or waits:
            newest = lost.exclude(last_error="").order_by("-created_at").first()
            yield Trouble(
                domain,
                lost=count if count >= MANY else 0,
                waiting=waits.get("waiting", 0),
                since=waits.get("since"),
                words=newest.last_error if newest and count >= MANY else "",
            )


def tell_owners(now: datetime) -> int:
    """Queue one letter for each owner of a domain in trouble, once a day; how many were queued.

    It leaves through the built-in mail system, as the domain's own server is what may be broken.
    """
    told = 0
    for trouble in troubles(now):
        letter = letters.mail_trouble(trouble)
        for owner in owners_of(trouble.domain):
            key = f"mail_trouble:{trouble.domain.pk}:{now.date()}:{owner.address}"
            if EmailJob.objects.filter(idempotency_key=key).exists():
                continue
            try:
                with transaction.atomic():
                    queue_email(
                        None,
                        kind=EmailKind.ACCOUNT,
                        recipient=owner.address,
                        recipient_name=owner.name,
                        letter=letter,
                        idempotency_key=key,
                    )
            except ValueError:
                log.exception("notifications.owner_not_told", extra={"domain": str(trouble.domain.pk)})
            else:
                told += 1
    return told
