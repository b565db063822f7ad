"""Queueing a bulk send, and what a person does with one that is on its way."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from domains.locking import lock
from domains.models import Domain
from emailops import messages, placeholders, retrying, servers
from emailops.addresses import clean_header, same_key
from emailops.bulk.progress import has_unsent
from emailops.bulk.recipients import MOST_RECIPIENTS, Recipient, Recipients
from emailops.claims import HALTED
from emailops.doorbell import ring_after_commit
from emailops.letters import written
from emailops.models import (
    UNSENT,
    WAITING,
    BulkSend,
    BulkState,
    EmailContent,
    EmailJob,
    EmailKind,
    EmailStatus,
    MailServer,
)
from emailops.queueing import Letter, queue_email

LONGEST_SUBJECT, LONGEST_BODY = 160, 20_000
_LATEST = timedelta(days=90)
_COUNTED = (EmailKind.BULK, EmailKind.MANUAL)


class Unsendable(ValueError):
    """This cannot be sent to many as it is. `field` is what to mend: subject, body, addresses or run_at."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Words:
    """What is sent, checked; with the placeholders that stand for each recipient's facts."""

    subject: str
    body: str

    def letter(self, domain: Domain) -> Letter:
        """The mail, in which the placeholders are not filled in yet."""
        return written(
            "bulk",
            subject=self.subject,
            domain=domain,
            body=placeholders.joined_in_links(self.body),
            unsubscribe_url="{{unsubscribe_url}}",
        )


def words(subject: str, body: str) -> Words:
    """Subject and body as they were typed, checked. Raises Unsendable."""
    subject, body = subject.strip(), body.replace("\r\n", "\n").strip()
    if not subject:
        raise Unsendable("subject", "Write a subject.")
    if len(subject) > LONGEST_SUBJECT:
        raise Unsendable("subject", f"At most {LONGEST_SUBJECT} characters; these are {len(subject)}.")
    try:
        clean_header(subject)
    except ValueError as error:
        raise Unsendable("subject", str(error)) from None
    if not body:
        raise Unsendable("body", "Write what the mail says.")
    if len(body) > LONGEST_BODY:
        raise Unsendable("body", f"At most {LONGEST_BODY:,} characters; these are {len(body):,}.")
    for field, said in (("subject", subject), ("body", body)):
        if wrong := placeholders.wrong(said):
            raise Unsendable(field, wrong)
    return Words(subject, body)


def check_run_at(run_at: datetime | None, now: datetime) -> datetime:
    """When it may begin; now, where nothing was said. Raises Unsendable."""
    if run_at is None or run_at <= now:
        return now
    if run_at > now + _LATEST:
        raise Unsendable("run_at", f"At most {_LATEST.days} days ahead.")
    return run_at


def left_today(domain: Domain) -> int:
    """How many mails by hand and in bulk this domain may still queue, of those in any 24 hours."""
    since = timezone.now() - timedelta(days=1)
    queued = EmailJob.objects.filter(domain=domain, created_at__gt=since, kind__in=_COUNTED)
    most: int = settings.EMAIL_DAILY_LIMIT
    return max(most - queued.exclude(status=EmailStatus.SUPPRESSED).count(), 0)


def queue_bulk(
    domain: Domain,
    said: Words,
    recipients: Recipients,
    *,
    send_id: uuid.UUID | None = None,
    run_at: datetime | None = None,
    user: User | None = None,
) -> BulkSend:
    """Put one mail for each recipient into the queue, all or none.

    The same `send_id` is the same send, however often it is asked for. Who does not want bulk mail gets a row that
    says so. Raises Unsendable and BadSender.
    """
    send_id = send_id or uuid.uuid4()
    known = BulkSend.objects.filter(id=send_id, domain=domain).first()
    if known is not None:
        return known
    now = timezone.now()
    starts = check_run_at(run_at, now)
    if not recipients.wanted:
        raise Unsendable("addresses", "Nobody is left to send to.")
    if len(recipients.unique) > MOST_RECIPIENTS:
        raise Unsendable("addresses", f"At most {MOST_RECIPIENTS:,} recipients in one send.")
    letter = said.letter(domain)
    server = servers.own_server(domain)
    _, sender = messages.sender_of(server or servers.built_in())
    try:
        with transaction.atomic():
            # Two sends at once never share what is left of the day.
            lock(domain.pk)
            left = left_today(domain)
            if len(recipients.wanted) > left:
                raise Unsendable(
                    "addresses",
                    f"A domain sends at most {settings.EMAIL_DAILY_LIMIT:,} such mails in 24 hours; "
                    f"{left:,} are left now.",
                )
            content = EmailContent.objects.create(
                domain=domain, subject=letter.subject, text=letter.text, html=letter.html
            )
            send = BulkSend.objects.create(
                id=send_id,
                domain=domain,
                content=content,
                skipped=[{"address": one.address, "reason": one.reason} for one in recipients.skipped],
                run_at=starts,
                created_by=user,
            )
            jobs = [_job(send, one, server, sender, now) for one in recipients.wanted]
            for one in recipients.suppressed:
                job = _job(send, one, server, sender, now)
                job.status = EmailStatus.SUPPRESSED
                jobs.append(job)
            EmailJob.objects.bulk_create(jobs, batch_size=200)
            ring_after_commit(jobs[0])
    except IntegrityError:
        # The button was pressed twice, and the other press was quicker.
        known = BulkSend.objects.filter(id=send_id, domain=domain).first()
        if known is None:
            raise ValueError("This id belongs to another send. Begin a new one.") from None
        return known
    return send


def _job(send: BulkSend, one: Recipient, server: MailServer | None, sender: str, now: datetime) -> EmailJob:
    rules = retrying.policy(EmailKind.BULK)
    job = EmailJob(
        domain_id=send.domain_id,
        server=server,
        content=send.content,
        bulk_send=send,
        kind=EmailKind.BULK,
        priority=rules.priority,
        recipient=one.address,
        recipient_name=one.name,
        max_attempts=rules.max_attempts,
        run_after=send.run_at,
        expires_at=send.run_at + rules.lifetime if rules.lifetime else None,
        idempotency_key=f"bulk:{send.id}:{same_key(one.address)}",
        created_by=send.created_by,
        created_at=now,
    )
    job.message_id = messages.new_message_id(job.id, sender)
    return job


def queue_test(domain: Domain, said: Words, user: User) -> EmailJob:
    """Send it to oneself, once, as a recipient would read it. Raises Unsendable and BadSender."""
    if not left_today(domain):
        raise Unsendable("addresses", "No mail is left of the limit of 24 hours.")
    letter = said.letter(domain)
    facts = {"name": user.name, "first_name": user.name.split(" ")[0], "email": user.email}
    facts["unsubscribe_url"] = settings.BASE_URL
    return queue_email(
        domain,
        kind=EmailKind.MANUAL,
        recipient=user.email,
        recipient_name=user.name,
        letter=Letter(
            placeholders.filled(letter.subject, facts),
            placeholders.filled(letter.text, facts),
            placeholders.filled(letter.html, facts, html=True),
        ),
        created_by=user,
    )


def pause(send: BulkSend) -> bool:
    """Hold what has not left; what is on the wire goes. Whether anything changed."""
    return _move(send, BulkState.RUNNING, BulkState.PAUSED, WAITING, EmailStatus.HELD)


def resume(send: BulkSend) -> bool:
    """Let what is held go on. Whether anything changed."""
    return _move(send, BulkState.PAUSED, BulkState.RUNNING, (EmailStatus.HELD,), EmailStatus.QUEUED)


def stop(send: BulkSend) -> bool:
    """Cancel what has not left, for good. Whether anything changed."""
    halted = (*WAITING, EmailStatus.HELD)
    return any(
        _move(send, state, BulkState.CANCELLED, halted, EmailStatus.CANCELLED)
        for state in (BulkState.RUNNING, BulkState.PAUSED)
    )


def _move(
    send: BulkSend,
    before: BulkState,
    after: BulkState,
    those: Iterable[str],
    status: EmailStatus,
) -> bool:
    with transaction.atomic():
        jobs = EmailJob.objects.filter(bulk_send=send)
        moved = jobs.filter(status__in=list(those))
        # Also for what is on the wire: whatever of it comes back to the queue is halted when it is claimed.
        if not jobs.filter(status__in=UNSENT).exists():
            return False
        if not BulkSend.objects.filter(id=send.id, state=before).update(state=after):
            return False
        if after != BulkState.RUNNING:
            moved.update(status=status)
        else:
            # What was held has its whole time again, and leaves the way that mail of its domain leaves now.
            lifetime = retrying.policy(EmailKind.BULK).lifetime or timedelta()
            until = max(timezone.now(), send.run_at) + lifetime
            moved.update(status=status, expires_at=until, server=servers.own_server(send.domain))
            if first := jobs.filter(status=status).first():
                ring_after_commit(first)
    send.state = after
    return True


def end_empty_pauses() -> int:
    """A paused send of which nothing is left to pause is over, and its mails may be tried again; how many were."""
    paused = BulkSend.objects.filter(state=BulkState.PAUSED)
    return paused.exclude(has_unsent()).update(state=BulkState.RUNNING)


def halt_strays() -> int:
    """Hold or cancel mails that came back to the queue after their send was halted: a worker had them then."""
    halted = 0
    for state, status in HALTED.items():
        strays = EmailJob.objects.filter(
            bulk_send__in=BulkSend.objects.filter(state=state), status__in=WAITING
        )
        halted += strays.update(status=status)
    return halted
