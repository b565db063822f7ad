"""Taking due rows under a lease. Whoever moves a row on must still hold it."""

import uuid
from datetime import timedelta

from django.db import connection as database
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from emailops import servers
from emailops.models import WAITING, EmailJob, EmailKind, EmailStatus, MailServer

# Longer than all the answers of one mail, or of an opening, may take together; begun anew between them.
LEASE = timedelta(seconds=300)


def due(server: MailServer) -> QuerySet[EmailJob]:
    """What may leave through this server now, the urgent first. Tests of a server go their own way."""
    now = timezone.now()
    return (
        servers.jobs_of(server)
        .filter(status__in=WAITING, run_after__lte=now)
        .exclude(expires_at__lte=now)
        .exclude(kind=EmailKind.SMTP_TEST)
        .order_by("priority", "run_after", "id")
    )


def claim(server: MailServer, token: uuid.UUID, limit: int) -> list[EmailJob]:
    """Take up to `limit` due rows under a lease."""
    rows = due(server)
    with transaction.atomic():
        if database.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.values_list("id", flat=True)[:limit])
        if not ids or not take(EmailJob.objects.filter(id__in=ids), token):
            return []
    held = EmailJob.objects.filter(lease_token=token, status=EmailStatus.SENDING, dot_at__isnull=True)
    return list(held.select_related("content").order_by("priority", "run_after", "id"))


def take(rows: QuerySet[EmailJob], token: uuid.UUID) -> int:
    """Put waiting rows under a lease; how many there were. What another has taken meanwhile is left alone."""
    return rows.filter(status__in=WAITING).update(
        status=EmailStatus.SENDING,
        lease_token=token,
        lease_until=timezone.now() + LEASE,
        attempts=F("attempts") + 1,
        dot_at=None,
    )
