"""Claim, send, settle.

A drain empties ONE mail server: it takes one of the server's connections, claims a few due rows under a lease, sends
them outside any transaction, and commits each result before the next mail can be in doubt. Faults of the server put it
to rest and burn no attempt of any mail. Two drains never hold the same row: the claim is a conditional update (and
skips locked rows where the database can), and whatever settles a row must still hold its lease.
"""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from emailops import leases, messages, retrying, servers, slots
from emailops.claims import LEASE, Claims, allowance, due
from emailops.connections import Connection, Envelope, open_connection
from emailops.models import EmailJob, EmailStatus, MailServer
from emailops.retrying import Verdict
from emailops.settling import put_back, put_off, settle_failure
from emailops.statements import Taken, write_down
from emailops.wire import Fault, Reply

log = logging.getLogger(__name__)

# As many rows at a time as are sent in about this long, so that an urgent mail never waits behind a long claim.
_CLAIM_S = 0.25
_FIRST_CLAIM, _MOST_CLAIMED = 10, 50
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
    """What a drain did. `more`: it ended while mail was waiting that could leave."""

    handled: int = 0
    more: bool = False


@dataclass(frozen=True)
class Mail:
    """A job as it goes over the wire."""

    job: EmailJob
    envelope: Envelope
    data: bytes


@dataclass
class _Drain:
    server: MailServer
    call_another: Callable[[], object] = lambda: None
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    connection: Connection | None = None
    handled: int = 0
    # The newest mail that the server took, until its row says so.
    taken: Taken | None = None
    # Whether the server's health has been written down already.
    praised: bool = False
    # Whether there is more to do than one connection can, and whether another was called for that.
    much: bool = False
    called: bool = False
    renewed: float = field(default_factory=time.monotonic)

    def renew(self, every_s: float = _RENEW_S) -> None:
        """Keep the lease of the rows that wait their turn behind a slow one."""
        if time.monotonic() - self.renewed > every_s:
            self.renewed = time.monotonic()
            until = timezone.now() + LEASE
            EmailJob.objects.filter(lease_token=self.token, status=EmailStatus.SENDING).update(
                lease_until=until
            )
            slots.keep(self.token, until)

    def last_byte_of(self, job: EmailJob) -> None:
        """Mark it, and write down the one before, in one commit. Raises LeaseLost."""
        marked = write_down(self.token, self.taken, job, LEASE)
        self._note()
        if not marked:
            raise LeaseLost

    def settle(self) -> None:
        """Write down what was taken, if that has not been done."""
        if self.taken is not None:
            write_down(self.token, self.taken)
            self._note()

    def _note(self) -> None:
        """It is written down. (Until then it stays `taken`: a database that stumbles is asked once more.)"""
        taken, self.taken = self.taken, None
        if taken is not None and not self.praised:
            servers.note_success(self.server)
            self.praised = True

    def share(self) -> None:
        """Call another connection, if there is enough to do: once, and not before the server has taken a mail."""
        if self.much and self.praised and not self.called:
            self.much = False
            if slots.one_is_free(self.server):
                self.called = True
                self.call_another()

    def close(self) -> None:
        """Leave the server; the next mail connects anew."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def drain(
    server: MailServer,
    *,
    stopping: Callable[[], bool] = lambda: False,
    call_another: Callable[[], object] = lambda: None,
) -> Drained:
    """Send what is due through this server, until nothing is left, the server fails, or `stopping` says so.

    Does nothing while the server has as many connections as it may. `call_another` is called once, when the
    server takes mail, there is more to do than one connection can, and another may be opened.
    """
    run = _Drain(server, call_another)
    with leases.held(run.token):
        if not slots.take(server, run.token, timezone.now() + LEASE):
            return Drained()
        try:
            _drain(run, stopping)
        finally:
            try:
                run.settle()
            finally:
                run.close()
                put_back(run.token)
                slots.free(run.token)
    may_go_on = servers.ready(server, timezone.now()) and allowance(server, 1)
    return Drained(run.handled, more=bool(may_go_on) and due(server).exists())


def _drain(run: _Drain, stopping: Callable[[], bool]) -> None:
    server, limit = run.server, _FIRST_CLAIM
    claims = Claims(server, run.token)
    while not stopping() and servers.ready(server, timezone.now()):
        jobs = claims.take(limit)
        if not jobs:
            return
        run.much = len(jobs) == limit
        began = time.monotonic()
        if not _send_all(run, jobs, stopping):
            return
        each = max(time.monotonic() - began, 0.001) / len(jobs)
        limit = min(max(round(_CLAIM_S / each), 1), _MOST_CLAIMED)


def _send_all(run: _Drain, jobs: list[EmailJob], stopping: Callable[[], bool]) -> bool:
    """Send claimed jobs in order; False when the drain must end."""
    waiting = [mail for job in jobs if (mail := _prepared(run, job)) is not None]
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
            run.renew(every_s=1.0)
        went = _send_one(run, run.connection, waiting[0], _ahead(run.connection, waiting))
        if went is not _Went.AGAIN:
            waiting.pop(0)
            run.handled += 1
        if went is _Went.STOP:
            return False
        run.share()
        if run.connection is not None and run.connection.used >= _MAILS_PER_CONNECTION:
            run.close()
    run.settle()
    return True


def _prepared(run: _Drain, job: EmailJob) -> Mail | None:
    """The mail, or None when it cannot be sent as it is, which is written down."""
    try:
        return prepare(job, run.server)
    except Fault as fault:
        started = timezone.now()
        settle_failure(job, run.token, fault.stage, fault.text, started=started, verdict=Verdict.PERMANENT)
        run.handled += 1
        return None


def prepare(job: EmailJob, server: MailServer) -> Mail:
    """Build the mail. Raises Fault."""
    try:
        data = messages.build(job, server)
        _, sender = messages.sender_of(server)
    except ValueError as error:
        raise Fault("build", str(error)) from error
    return Mail(job, Envelope(sender, job.recipient), data)


def _ahead(conn: Connection, waiting: list[Mail]) -> Envelope | None:
    """Whose turn it is next on this connection, if that is known."""
    goes_on = len(waiting) > 1 and conn.used + 1 < _MAILS_PER_CONNECTION
    return waiting[1].envelope if goes_on else None


def _send_one(run: _Drain, conn: Connection, mail: Mail, ahead: Envelope | None) -> _Went:
    """One try of one mail. Its result is written down at once, or with the next mail's mark if that is at hand."""
    job, started = mail.job, timezone.now()
    used = conn.used > 0
    try:
        reply = hand_over(conn, mail, partial(run.last_byte_of, job), ahead)
    except LeaseLost:
        log.warning("mail %s was taken from us, it is left alone", job.id)
        run.close()
        return _Went.ON
    except Fault as fault:
        run.settle()
        verdict = _verdict(fault, used=used)
        if verdict is Verdict.RECONNECT:
            run.close()
            return _Went.AGAIN
        if verdict in {Verdict.SERVER_DOWN, Verdict.SERVER_REFUSES}:
            until = _rest(run, fault, verdict)
            if until is not None and verdict is Verdict.SERVER_DOWN:
                # It may be this very mail that the server breaks at: let others go first next time.
                put_off(job, run.token, until)
            return _Went.STOP
        settle_failure(
            job, run.token, fault.stage, fault.text, code=fault.code, started=started, verdict=verdict
        )
        if verdict is Verdict.IN_DOUBT:
            run.close()
        return _Went.ON
    run.taken = Taken(job, reply, started, timezone.now())
    if ahead is None or not conn.hears_more():
        run.settle()
    return _Went.ON


def hand_over(
    conn: Connection, mail: Mail, before_dot: Callable[[], None], ahead: Envelope | None = None
) -> Reply:
    """Give the mail to the server; its answer. Raises Fault, and whatever `before_dot` raises."""
    return conn.send(mail.envelope, mail.data, str(mail.job.id), before_dot, ahead)


def mark(token: uuid.UUID, job: EmailJob) -> None:
    """The last byte of this mail leaves next. Raises LeaseLost."""
    if not write_down(token, None, job, LEASE):
        raise LeaseLost


def _verdict(fault: Fault, *, used: bool) -> Verdict:
    return retrying.classify(fault.stage, fault.code, retrying.enhanced_code(fault.text), sent_before=used)


def _rest(run: _Drain, fault: Fault, verdict: Verdict) -> datetime | None:
    """Let the server rest until the answered moment; nothing of its mails changes. None where its settings have been
    changed meanwhile: the new ones may be tried now.
    """
    run.close()
    until = servers.note_fault(run.server, fault.stage, fault.text, refuses=verdict is Verdict.SERVER_REFUSES)
    log.warning("mail server %s rests until %s: %s: %s", run.server, until, fault.stage, fault.text)
    return until
