"""What two workers do at a race for mails, on the product's own claim or without its guard."""

import uuid
from functools import partial

from django.utils import timezone

from domains.models import Domain
from emailops import claims, servers
from emailops.models import EmailJob, EmailKind, EmailStatus, MailServer
from emailops.queueing import Letter, queue_email
from tests.races.acts import Threads
from tests.support.contestant import Line

LETTER = Letter("Hello", "A text.", "<p>A text.</p>")


def queue(line: Line, mails: int) -> list[str]:
    """So many mails that are due; their ids."""
    domain = Domain.objects.create(name="Acme")
    jobs = [
        queue_email(domain, kind=EmailKind.BULK, recipient=f"to{n}@acme.example", letter=LETTER)
        for n in range(mails)
    ]
    return [str(job.pk) for job in jobs]


def claim_all(line: Line, threads: int, at_once: int, guarded: bool) -> list[list[str]]:
    """Each thread claims until nothing is left; what each was given."""
    claim = claim_with_guard if guarded else claim_without_guard

    def take() -> list[str]:
        mine: list[str] = []
        while jobs := claim(servers.built_in(), uuid.uuid4(), at_once):
            mine += [str(job.pk) for job in jobs]
        return mine

    with Threads(threads) as together:
        return together.together(line, [partial(take)] * threads)


def claim_with_guard(server: MailServer, token: uuid.UUID, limit: int) -> list[EmailJob]:
    """As a drain does it."""
    return claims.Claims(server, token).take(limit)


def claim_without_guard(server: MailServer, token: uuid.UUID, limit: int) -> list[EmailJob]:
    """As a drain does it, without lock, transaction and condition: read what is due, then mark it."""
    jobs = list(claims.due(server)[:limit])
    EmailJob.objects.filter(pk__in=[job.pk for job in jobs]).update(
        status=EmailStatus.SENDING, lease_token=token, lease_until=timezone.now() + claims.LEASE
    )
    return jobs
