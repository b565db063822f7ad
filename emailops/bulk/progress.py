"""How far bulk sends have come, counted from their mails."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from domains.access import Forbidden, May, NotFound, as_uuid, domains_of
from emailops.models import UNSENT, BulkSend, BulkState, EmailJob, EmailStatus
from emailops.placeholders import filled

STATES = ("scheduled", "running", "paused", "done", "cancelled")
_SHOWN_FOR = timedelta(hours=1)
_MOST_SHOWN, _MOST_UNFINISHED = 10, 100
# The page asks slowly after a send that begins later than this.
_SOON = timedelta(minutes=2)
_PACE_S, _SLOW_PACE_S = 2, 60


@dataclass(frozen=True)
class Progress:
    """One send and what has become of its mails."""

    send: BulkSend
    counts: dict[str, int]
    now: datetime

    @property
    def title(self) -> str:
        """The subject as somebody reads it of whom nothing is known."""
        return filled(self.send.content.subject, {})

    @property
    def total(self) -> int:
        """All its mails, also those that nobody wants."""
        return sum(self.counts.values())

    @property
    def queued(self) -> int:
        """What has not left yet, or is to be tried again."""
        return sum(self.counts.get(status, 0) for status in UNSENT)

    @property
    def sent(self) -> int:
        """What a mail server has accepted."""
        return self.counts.get(EmailStatus.SENT, 0)

    @property
    def failed(self) -> int:
        """What was refused, or came too late."""
        return self.counts.get(EmailStatus.FAILED, 0) + self.counts.get(EmailStatus.EXPIRED, 0)

    @property
    def suppressed(self) -> int:
        """Whose recipients do not want it."""
        return self.counts.get(EmailStatus.SUPPRESSED, 0)

    @property
    def cancelled(self) -> int:
        """What was stopped."""
        return self.counts.get(EmailStatus.CANCELLED, 0)

    @property
    def unknown(self) -> int:
        """What may have arrived: the mail server broke off at the last moment."""
        return self.counts.get(EmailStatus.UNKNOWN, 0)

    @property
    def finished(self) -> int:
        """With how many of them nothing more happens by itself."""
        return self.total - self.queued

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.send.state == BulkState.CANCELLED:
            return "cancelled"
        if not self.queued:
            return "done"
        if self.send.state == BulkState.PAUSED:
            return "paused"
        return "scheduled" if self.send.run_at > self.now else "running"

    @property
    def pace_s(self) -> int | None:
        """After how many seconds it is worth another look; none where nothing happens by itself."""
        if self.state == "running" or self.counts.get(EmailStatus.SENDING, 0):
            return _PACE_S
        if self.state == "scheduled":
            return _PACE_S if self.send.run_at <= self.now + _SOON else _SLOW_PACE_S
        return None


def progress_of(sends: Sequence[BulkSend]) -> list[Progress]:
    """How far each of these has come."""
    counts: dict[uuid.UUID, dict[str, int]] = {send.id: {} for send in sends}
    jobs = EmailJob.objects.filter(bulk_send__in=list(counts))
    for row in jobs.order_by().values("bulk_send", "status").annotate(n=Count("id")):
        counts[row["bulk_send"]][row["status"]] = row["n"]
    now = timezone.now()
    return [Progress(send, counts[send.id], now) for send in sends]


def has_unsent() -> Exists:
    """Of a bulk send, whether any of its mails may still leave."""
    return Exists(EmailJob.objects.filter(bulk_send=OuterRef("pk"), status__in=UNSENT))


def sends_of(user: User, needs: May = May.READ) -> QuerySet[BulkSend]:
    """The bulk sends of the domains on which this user may do this, the newest first."""
    sends = BulkSend.objects.filter(domain__in=domains_of(user, needs))
    return sends.select_related("domain", "content", "created_by").order_by("-created_at", "-id")


def send_for(user: User, send_id: uuid.UUID | str, needs: May = May.READ) -> BulkSend:
    """One of them. Raises NotFound for strangers, Forbidden where the role does not reach."""
    send = sends_of(user).filter(id=as_uuid(send_id)).first()
    if send is None:
        raise NotFound
    if not sends_of(user, needs).filter(id=send.id).exists():
        raise Forbidden(needs)
    return send


def current(user: User, domain_id: uuid.UUID | None = None) -> list[Progress]:
    """What the page shows above its table: sends that have yet to end, and those of the last hour."""
    sends = sends_of(user, May.MANAGE)
    if domain_id is not None:
        sends = sends.filter(domain=domain_id)
    fresh = timezone.now() - _SHOWN_FOR
    sends = sends.annotate(unfinished=has_unsent())
    # What has yet to end is resumed and stopped nowhere else.
    shown = list(sends.filter(unfinished=True)[:_MOST_UNFINISHED])
    ended = sends.filter(Q(created_at__gt=fresh) | Q(run_at__gt=fresh), unfinished=False)
    return progress_of([*shown, *ended[: max(_MOST_SHOWN - len(shown), 0)]])
