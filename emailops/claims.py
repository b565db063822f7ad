"""Taking due rows under a lease. Whoever moves a row on must still hold it."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from django.db import connection as database
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from emailops import servers, suppressions
from emailops.addresses import same_key
from emailops.models import (
    WAITING,
    BulkSend,
    BulkState,
    EmailJob,
    EmailKind,
    EmailStatus,
    MailServer,
)

# Longer than all the answers of one mail, or of an opening, may take together; begun anew between them.
LEASE = timedelta(seconds=300)
# What becomes of mails that wait when their send is halted.
HALTED = {BulkState.PAUSED: EmailStatus.HELD, BulkState.CANCELLED: EmailStatus.CANCELLED}


def due(server: MailServer) -> QuerySet[EmailJob]:
    """What may leave through this server now, the urgent first. Tests of a server go their own way."""
    now = timezone.now()
    return (
        servers.jobs_of(server)
        .filter(status__in=WAITING, run_after__lte=now)
        .exclude(expires_at__lte=now)
        .exclude(kind=EmailKind.SMTP_TEST)
        # The server is one and the same, and named all the same: only so does PostgreSQL read the index in order.
        .order_by("server_id", "priority", "run_after", "id")
    )


class Claims:
    """What one drain takes from its server's queue, some rows at a time."""

    def __init__(self, server: MailServer, token: uuid.UUID) -> None:
        self._server = server
        self._token = token
        # Whose bulk mail went last, where several domains share the server.
        self._turn: uuid.UUID | None = None

    def take(self, limit: int) -> list[EmailJob]:
        """Up to `limit` due rows under a lease, or fewer where the server's rate says so; none if none may go now."""
        while ids := self._taken(limit):
            held = EmailJob.objects.filter(id__in=ids, lease_token=self._token, status=EmailStatus.SENDING)
            jobs = list(held.select_related("content").order_by("priority", "run_after", "id"))
            if wanted := _without_suppressed(_without_halted(jobs, self._token), self._token):
                return wanted
        return []

    def _taken(self, limit: int) -> list[uuid.UUID]:
        with transaction.atomic():
            if self._server.rate_count is not None:
                # Two workers never share one allowance.
                MailServer.objects.select_for_update().filter(id=self._server.id).first()
            limit = allowance(self._server, limit)
            ids = self._next(limit) if limit else []
            if not ids or not take(EmailJob.objects.filter(id__in=ids), self._token):
                return []
        return ids

    def _next(self, limit: int) -> list[uuid.UUID]:
        """The most urgent rows; of bulk mail, the rows of one domain after the other."""
        rows = due(self._server)
        if database.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        first = list(rows.values_list("id", "kind")[:limit])
        if not self._server.built_in:
            return [row for row, _ in first]
        urgent = [row for row, kind in first if kind != EmailKind.BULK]
        if urgent or not first:
            return urgent
        self._turn = self._next_domain()
        if self._turn is None:
            return []
        turn = rows.filter(kind=EmailKind.BULK, domain_id=self._turn)
        return list(turn.values_list("id", flat=True)[:limit])

    def _next_domain(self) -> uuid.UUID | None:
        """The next domain after the one whose turn it was, and after the last the first."""
        bulk = due(self._server).filter(kind=EmailKind.BULK).order_by("server_id", "domain_id")
        domains = bulk.values_list("domain_id", flat=True)
        after = None if self._turn is None else domains.filter(domain_id__gt=self._turn).first()
        return after or domains.first()


def allowance(server: MailServer, most: int) -> int:
    """How many mails its rate lets go now, `most` at most.

    What is on the wire counts as well as what went in the window before now, so that no window of this length
    ever sees more.
    """
    if server.rate_count is None:
        return most
    since = timezone.now() - timedelta(seconds=server.rate_window_s)
    own = servers.jobs_of(server).exclude(kind=EmailKind.SMTP_TEST)
    spent = own.filter(status=EmailStatus.SENDING).count()
    spent += own.filter(status=EmailStatus.SENT, sent_at__gt=since)[: server.rate_count].count()
    return max(min(server.rate_count - spent, most), 0)


def take(rows: QuerySet[EmailJob], token: uuid.UUID) -> int:
    """Put waiting rows under a lease; how many there were. What another has taken meanwhile is left alone."""
    return rows.filter(status__in=WAITING).update(
        status=EmailStatus.SENDING,
        lease_token=token,
        lease_until=timezone.now() + LEASE,
        attempts=F("attempts") + 1,
        dot_at=None,
    )


def _without_halted(jobs: list[EmailJob], token: uuid.UUID) -> list[EmailJob]:
    """Mails of a bulk send that was paused or stopped are held or end here; what is left is answered."""
    sends = {job.bulk_send_id for job in jobs if job.bulk_send_id is not None}
    halted = BulkSend.objects.filter(id__in=sends).exclude(state=BulkState.RUNNING) if sends else ()
    states: dict[uuid.UUID | None, str] = {send.id: send.state for send in halted}
    for state, status in HALTED.items():
        _end([job.id for job in jobs if states.get(job.bulk_send_id) == state], token, status)
    return [job for job in jobs if job.bulk_send_id not in states]


def _end(ids: Collection[uuid.UUID], token: uuid.UUID, status: str) -> None:
    """Claimed, and not to be sent: it was not tried."""
    if ids:
        EmailJob.objects.filter(id__in=ids, lease_token=token).update(
            status=status, attempts=F("attempts") - 1, lease_token=None, lease_until=None
        )


def _without_suppressed(jobs: list[EmailJob], token: uuid.UUID) -> list[EmailJob]:
    """Bulk mail whose recipient has unsubscribed since it was queued ends here; what is left is answered."""
    silenced: dict[uuid.UUID, list[EmailJob]] = defaultdict(list)
    for job in jobs:
        if job.domain_id is not None and job.kind in suppressions.SILENCED_KINDS:
            silenced[job.domain_id].append(job)
    unwanted: set[uuid.UUID] = set()
    for domain_id, mails in silenced.items():
        keys = suppressions.suppressed(domain_id, [job.recipient for job in mails])
        unwanted |= {job.id for job in mails if same_key(job.recipient) in keys}
    _end(unwanted, token, EmailStatus.SUPPRESSED)
    return [job for job in jobs if job.id not in unwanted]
