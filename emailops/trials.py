"""The test of a mail server: one real mail, sent at once, whose stages can be watched."""

import time
import uuid
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from emailops import leases, retrying, servers
from emailops.claims import take
from emailops.connections import Connection, open_connection
from emailops.delivery import LeaseLost, hand_over, mark, prepare
from emailops.models import AttemptOutcome, EmailAttempt, EmailJob, EmailKind, MailServer
from emailops.retrying import Verdict
from emailops.settling import due_now, record, settle_failure
from emailops.statements import Taken, write_down
from emailops.wire import Fault

_LABELS = {"resolve": "connect", "guard": "connect", "banner": "connect"}


def run_trial(job_id: uuid.UUID) -> bool:
    """Send the test job, whatever state the server is in. False when there is nothing (more) to do.

    It goes all the way that mail goes: connect, TLS, log-in, and the server's answer to the mail. Each
    stage is written down as it happens. A success makes the server active; a fault ends the job, with the
    server's words.
    """
    token = uuid.uuid4()
    with leases.held(token):
        if not take(EmailJob.objects.filter(id=job_id, kind=EmailKind.SMTP_TEST), token):
            return False
        job = EmailJob.objects.select_related("content", "server").get(id=job_id)
        _Trial(job, job.server or servers.built_in(), token).run()
    return True


class _Trial:
    def __init__(self, job: EmailJob, server: MailServer, token: uuid.UUID) -> None:
        self.job = job
        self.server = server
        self.token = token
        self.started = timezone.now()
        self.clock = time.monotonic()
        self.attempt = record(job, AttemptOutcome.RUNNING, "", None, "", self.started)

    def run(self) -> None:
        conn: Connection | None = None
        try:
            conn = open_connection(
                servers.target_of(self.server), lambda stage, text: self.step(stage, text, ok=True)
            )
            mail = prepare(self.job, self.server)
            reply = hand_over(conn, mail, partial(mark, self.token, self.job))
        except ImproperlyConfigured as error:
            self.fail(Fault("resolve", str(error)))
        except Fault as fault:
            self.fail(fault)
        except LeaseLost:
            self.step("accepted", "The test took too long and was given up.", ok=False)
        else:
            self.step("accepted", f"{reply.code} {reply.text}", ok=True)
            write_down(self.token, Taken(self.job, reply, self.started, timezone.now(), self.attempt))
            due_now(servers.jobs_of(self.server), self.server)
            servers.note_success(self.server)
        finally:
            if conn is not None:
                conn.close()

    def step(self, stage: str, text: str, *, ok: bool) -> None:
        """Write one stage down, so that the page can show it while the next one runs."""
        ms = round((time.monotonic() - self.clock) * 1000)
        self.clock = time.monotonic()
        self.attempt.steps = [*self.attempt.steps, {"stage": stage, "ok": ok, "text": text[:500], "ms": ms}]
        EmailAttempt.objects.filter(id=self.attempt.id).update(steps=self.attempt.steps)

    def fail(self, fault: Fault) -> None:
        """The stage at which it ended, in the server's own words."""
        reached = {"connect", "tls", "auth"}
        stage = _LABELS.get(fault.stage, fault.stage)
        words = f"{fault.code} {fault.text}" if fault.code else fault.text
        self.step(stage if stage in reached else "accepted", words, ok=False)
        verdict = retrying.classify(fault.stage, fault.code, retrying.enhanced_code(fault.text))
        settle_failure(
            self.job,
            self.token,
            fault.stage,
            fault.text,
            code=fault.code,
            started=self.started,
            verdict=Verdict.IN_DOUBT if verdict is Verdict.IN_DOUBT else Verdict.PERMANENT,
            attempt=self.attempt,
        )
        if verdict in {Verdict.SERVER_DOWN, Verdict.SERVER_REFUSES}:
            servers.note_fault(
                self.server, fault.stage, fault.text, refuses=verdict is Verdict.SERVER_REFUSES
            )
