"""What became of the mails of the last days, to be looked at rather than read."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from domains.models import Domain
from emailops.models import FILED, EmailJob, EmailStatus

DAYS = 14
_KEPT_S = 120
_LOST = (EmailStatus.FAILED, EmailStatus.EXPIRED)


@dataclass(frozen=True)
class Day:
    """One bar: how many mails arrived at their server and how many never will, and both in parts of the highest bar."""

    day: date
    sent: int
    lost: int
    most: int

    @property
    def name(self) -> str:
        """20 Nov."""
        return f"{self.day.day} {self.day:%b}"

    @property
    def sent_height(self) -> int:
        """In hundredths of the strip's height."""
        return _part(self.sent, self.most)

    @property
    def lost_height(self) -> int:
        """In hundredths of the strip's height."""
        return _part(self.lost, self.most)

    @property
    def sent_top(self) -> int:
        """Where the bar of the sent begins, from above."""
        return 100 - self.sent_height

    @property
    def lost_top(self) -> int:
        """The lost stand on the sent."""
        return max(self.sent_top - self.lost_height, 0)


@dataclass(frozen=True)
class Strip:
    """The last days, oldest first."""

    days: list[Day]

    @property
    def sent(self) -> int:
        """In all these days."""
        return sum(day.sent for day in self.days)

    @property
    def lost(self) -> int:
        """In all these days."""
        return sum(day.lost for day in self.days)

    @property
    def percent(self) -> str:
        """How many of those that are done with were taken by a mail server; empty where none is."""
        done = self.sent + self.lost
        if not done:
            return ""
        # Never rounded up to what is not so.
        return f"{int(1000 * self.sent / done) / 10:g} %"


def strip_of(domains: Iterable[Domain]) -> Strip:
    """The strip of these domains together. Counted every two minutes at most: there may be a million rows."""
    ids = sorted(domain.pk for domain in domains)
    today = timezone.now().date()
    counted: dict[str, Any] = (
        cache.get_or_set(
            f"mail-strip:{sha256(' '.join(map(str, ids)).encode()).hexdigest()}:{today}",
            lambda: _counted(ids, today),
            _KEPT_S,
        )
        or {}
    )
    most = max([sum(pair) for pair in counted.values()], default=0)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return Strip([_day(day, counted.get(day.isoformat(), (0, 0)), most) for day in days])


def _day(day: date, counted: tuple[int, int], most: int) -> Day:
    sent, lost = counted
    return Day(day, sent, lost, most)


def _counted(ids: list[uuid.UUID], today: date) -> dict[str, tuple[int, int]]:
    began = timezone.now() - timedelta(days=DAYS)
    rows = (
        EmailJob.objects.filter(domain__in=ids, created_at__gt=began, status__in=[EmailStatus.SENT, *_LOST])
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values("day")
        .annotate(
            sent=Count("id", filter=Q(status=EmailStatus.SENT) & ~Q(last_stage=FILED)),
            lost=Count("id", filter=Q(status__in=_LOST)),
        )
    )
    return {row["day"].isoformat(): (row["sent"], row["lost"]) for row in rows}


def _part(count: int, most: int) -> int:
    # What there is can be seen.
    return max(round(100 * count / most), 4) if count else 0
