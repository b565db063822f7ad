"""Claim, send, settle.

A drain empties ONE mail server: it claims a few due rows under a lease, sends them over one reused connection
outside any transaction, and commits each result as soon as it is known. Faults of the server put it to
rest and burn no attempt of any mail. Two drains never hold the same row: the claim is a conditional
update (and skips locked rows where the database can), and whatever settles a row must still hold its
lease.
"""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from emailops import leases, messages, retrying, servers
from emailops.connections import Connection, open_connection
from emailops.models import WAITING, EmailJob, EmailKind, EmailStatus, MailServer
from emailops.retrying import Verdict
from emailops.settling import put_back, put_off, settle_failure, settle_sent
from emailops.wire import Fault, Reply

log = logging.getLogger(__name__)

# Few at a time, so that an urgent mail never waits behind a long claim.
CLAIM = 10
# Longer than the longest wait for one answer; renewed with every mail.
LEASE = timedelta(seconds=180)
# A worker gives others their turn after this, and rings for itself again.
_LONGEST_DRAIN_S = 60.0
_RENEW_S = 20.0
_MAILS_PER_CONNECTION = 100


class LeaseLost(Exception):
    """The row is no longer ours: somebody thought us dead."""


class _Went(Enum):
    """After one try: go on with the next mail, try the same on a new connection, or stop."""

    ON = 1
    AGAIN = 2
    STOP = 3


@dataclass
class Drained:
    """What a drain did."""

    handled: int = 0
    more: bool = False


@dataclass
class _Drain:
    server: MailServer
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    connection: Connection | None = None
    handled: int = 0
    # Whether the server's health has been written down already.
    praised: bool = False
    renewed: float = field(default_factory=time.monotonic)

    def renew(self) -> None:
        """Keep the lease of the rows that wait their turn behind a slow one."""
        if time.monotonic() - self.renewed > _RENEW_S:
            self.renewed = time.monotonic()
            EmailJob.objects.filter(lease_token=self.token, status=EmailStatus.SENDING).update(
                lease_until=timezone.now() + LEASE
            )

    def close(self) -> None:
        """Leave the server; the next mail connects anew."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def drain(server: MailServer, *, stopping: Callable[[], bool] = lambda: False) -> Drained:
    """Send what is due through this server, until nothing is left, the server fails, or time is up."""
    run = _Drain(server)
    deadline = time.monotonic() + _LONGEST_DRAIN_S
    with leases.held(run.token):
        try:
            while time.monotonic() < deadline and not stopping():
                if not servers.ready(server, timezone.now()):
                    return Drained(run.handled)
                jobs = claim(server, run.token)
                if not jobs:
                    return Drained(run.handled)
                if not _send_all(run, jobs, stopping):
                    return Drained(run.handled)
        finally:
            run.close()
            put_back(run.token)
    return Drained(run.handled, more=True)


def claim(server: MailServer, token: uuid.UUID, limit: int = CLAIM) -> list[EmailJob]:
    """Take up to `limit` due rows under a lease, the urgent first. Tests of a server go their own way."""
    now = timezone.now()
    due = (
        servers.jobs_of(server)
        .filter(status__in=WAITING, run_after__lte=now)
        .exclude(expires_at__lte=now)
        .exclude(kind=EmailKind.SMTP_TEST)
        .order_by("priority", "run_after", "id")
    )
    with transaction.atomic():
        if database.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        ids = list(due.values_list("id", flat=True)[:limit])
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


def _send_all(run: _Drain, jobs: list[EmailJob], stopping: Callable[[], bool]) -> bool:
    """Send claimed jobs in order; False when the drain must end."""
    waiting = list(jobs)
    while waiting:
        if stopping():
            return False
        run.renew()
        if run.connection is None:
            try:
                run.connection = open_connection(servers.target_of(run.server))
            except Fault as fault:
                _rest(run, fault, _verdict(fault, used=False))
                return False
            except ImproperlyConfigured as error:
                _rest(run, Fault("resolve", str(error)), Verdict.SERVER_DOWN)
                return False
        went = _send_one(run, run.connection, waiting[0])
        if went is not _Went.AGAIN:
            waiting.pop(0)
            run.handled += 1
        if went is _Went.STOP:
            return False
        if run.connection is not None and run.connection.used >= _MAILS_PER_CONNECTION:
            run.close()
    return True


def _send_one(run: _Drain, conn: Connection, job: EmailJob) -> _Went:
    """One try of one mail, settled as soon as its result is known."""
    started = timezone.now()
    used = conn.used > 0
    try:
        reply = hand_over(conn, run.server, job, run.token)
    except LeaseLost:
        log.warning("mail %s was taken from us, it is left alone", job.id)
        run.close()
        return _Went.ON
    except Fault as fault:
        verdict = _verdict(fault, used=used)
        if verdict is Verdict.RECONNECT:
            run.close()
            return _Went.AGAIN
        if verdict in {Verdict.SERVER_DOWN, Verdict.SERVER_REFUSES}:
            until = _rest(run, fault, verdict)
            # It may be this very mail that the server breaks at: let others go first next time.
            put_off(job, run.token, until + timedelta(seconds=30))
            return _Went.STOP
        settle_failure(
            job, run.token, fault.stage, fault.text, code=fault.code, started=started, verdict=verdict
        )
        if verdict is Verdict.IN_DOUBT:
            run.close()
        return _Went.ON
    settle_sent(job, run.token, reply, started=started)
    if not run.praised:
        servers.note_success(run.server)
        run.praised = True
    return _Went.ON


def hand_over(conn: Connection, server: MailServer, job: EmailJob, token: uuid.UUID) -> Reply:
    """Build the mail and give it to the server; its answer. Raises Fault, LeaseLost."""
    try:
        data = messages.build(job, server)
        _, sender = messages.sender_of(server)
    except ValueError as error:
        raise Fault("build", str(error)) from error

    def before_dot() -> None:
        now = timezone.now()
        ours = EmailJob.objects.filter(id=job.id, lease_token=token, status=EmailStatus.SENDING)
        if not ours.update(dot_at=now, lease_until=now + LEASE):
            raise LeaseLost

    return conn.send(sender, job.recipient, data, str(job.id), before_dot)


def _verdict(fault: Fault, *, used: bool) -> Verdict:
    return retrying.classify(fault.stage, fault.code, retrying.enhanced_code(fault.text), sent_before=used)


def _rest(run: _Drain, fault: Fault, verdict: Verdict) -> datetime:
    """Let the server rest until the answered moment; nothing of its mails changes."""
    run.close()
    until = servers.note_fault(run.server, fault.stage, fault.text, refuses=verdict is Verdict.SERVER_REFUSES)
    log.warning(
        "mail server %s rests until %s: %s: %s", run.server, until.isoformat(), fault.stage, fault.text
    )
    return until
