"""What people may see of mail. Every read begins at domains/access.py.

A member of any role sees the rows of the own domains. Operators also open a row: its headers and
attempts. Bodies are for owners and admins, who also retry and cancel: a letter may hold an invitation
link. Mail to an account as such belongs to no domain and is seen in the administration only.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from domains.access import Forbidden, May, NotFound, as_uuid, domains_of
from domains.models import Domain
from emailops import servers
from emailops.models import UNSENT, WAITING, EmailAttempt, EmailJob, EmailStatus, MailServer

PAGE = 50
# With more domains one query over all is as good.
_MOST_PARTS = 50
NEWEST_FIRST = ("-created_at", "-id")
# What a person may have to look after, and what is still on its way: few rows, so they can be counted.
UNFINISHED = (*UNSENT, EmailStatus.UNKNOWN)


def jobs_of(user: User, needs: May = May.READ) -> QuerySet[EmailJob]:
    """The mails of the domains on which this user may do this."""
    return EmailJob.objects.filter(domain__in=domains_of(user, needs)).select_related(
        "domain", "content", "server__domain", "bulk_send"
    )


def job_for(user: User, job_id: uuid.UUID | str, needs: May = May.TALK) -> EmailJob:
    """One mail. Raises NotFound for strangers, Forbidden where the role does not reach."""
    attempts = Prefetch("attempt_rows", queryset=EmailAttempt.objects.order_by("id"))
    job = jobs_of(user).prefetch_related(attempts).filter(id=as_uuid(job_id)).first()
    if job is None or job.domain_id is None:
        raise NotFound
    if not may(user, job, needs):
        raise Forbidden(needs)
    return job


def may(user: User, job: EmailJob, needs: May) -> bool:
    """Whether this user may do this on the mail's domain."""
    return job.domain_id is not None and domains_of(user, needs).filter(id=job.domain_id).exists()


# How far back, in days, by the word in the address.
PERIODS = {"1": "Last 24 hours", "7": "Last 7 days", "30": "Last 30 days"}


def filtered(
    jobs: QuerySet[EmailJob], *, kind: str = "", status: str = "", q: str = "", days: str = ""
) -> QuerySet[EmailJob]:
    """The rows that fit; an unknown value fits none."""
    if days:
        if days not in PERIODS:
            return jobs.none()
        jobs = jobs.filter(created_at__gt=timezone.now() - timedelta(days=int(days)))
    if kind:
        jobs = jobs.filter(kind=kind)
    if status:
        jobs = jobs.filter(status=status)
    for word in q.split()[:5]:
        who = Q(recipient__icontains=word) | Q(recipient_name__icontains=word)
        jobs = jobs.filter(who | Q(content__subject__icontains=word))
    return jobs


def counts(jobs: QuerySet[EmailJob]) -> dict[str, int]:
    """How many rows have which status."""
    rows = jobs.order_by().values("status").annotate(n=Count("id")).values_list("status", "n")
    return dict(rows)


def resting_servers(user: User, domain: Domain | None = None) -> list[tuple[MailServer, int]]:
    """The servers that let no mail of the user's domains (or of one) through now, and how many mails wait."""
    own = domains_of(user)
    if domain is not None:
        own = own.filter(id=domain.id)
    resting = MailServer.objects.exclude(servers.ready_servers(timezone.now()))
    found = []
    for server in resting.filter(Q(domain__isnull=True) | Q(domain__in=own)).select_related("domain"):
        waiting = servers.jobs_of(server).filter(domain__in=own, status__in=WAITING).count()
        # Nobody is troubled with the built-in system unless own mail waits for it.
        if waiting or not server.built_in:
            found.append((server, waiting))
    return found


def kept_as_files(user: User, domain: Domain | None = None) -> list[Domain]:
    """The domains that this user looks after (or the one) whose mail reaches nobody, as no mail server is set."""
    if not servers.keeps_files():
        return []
    own = domains_of(user, May.MANAGE).filter(mail_server__isnull=True)
    return list(own if domain is None else own.filter(id=domain.id))


def by_domain(user: User, jobs: QuerySet[EmailJob]) -> list[QuerySet[EmailJob]]:
    """These mails in parts, one for each of the user's domains, for lists of the newest over all of them."""
    ids = list(domains_of(user).order_by().values_list("pk", flat=True)[: _MOST_PARTS + 1])
    return [jobs.filter(domain_id=pk) for pk in ids] if 1 < len(ids) <= _MOST_PARTS else [jobs]


def newest(jobs: Sequence[QuerySet[EmailJob]]) -> datetime:
    """When the newest of these was queued; before all time where there is none."""
    never = datetime.min.replace(tzinfo=UTC)
    firsts = (part.order_by(*NEWEST_FIRST).values_list("created_at", flat=True).first() for part in jobs)
    return max((first or never for first in firsts), default=never)


def resting_servers_of(jobs: list[EmailJob]) -> dict[uuid.UUID, MailServer]:
    """The servers for which waiting mails wait, because they rest; by the mail's id."""
    now = timezone.now()
    waiting = [job for job in jobs if job.status in WAITING]
    built_in = servers.built_in() if any(job.server is None for job in waiting) else None
    resting = {}
    for job in waiting:
        server = job.server or built_in
        if server is not None and not servers.ready(server, now):
            resting[job.id] = server
    return resting
