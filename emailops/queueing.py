"""How a mail gets into the queue."""

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from domains.models import Domain
from emailops import messages, retrying, servers
from emailops.addresses import clean_address, clean_header
from emailops.doorbell import ring_after_commit
from emailops.models import EmailContent, EmailJob, EmailKind


@dataclass(frozen=True)
class Letter:
    """What a mail says: a subject and both bodies, already written out."""

    subject: str
    text: str
    html: str


def queue_email(
    domain: Domain | None,
    *,
    kind: str,
    recipient: str,
    letter: Letter,
    recipient_name: str = "",
    idempotency_key: str | None = None,
    about: uuid.UUID | None = None,
    created_by: User | None = None,
) -> EmailJob:
    """Put one mail to one recipient into the queue, in the caller's transaction.

    The same key is the same row, however often it is asked for. Raises BadAddress and UnsafeHeader for what cannot
    be sent as it is, and BadSender while nothing can; all are ValueErrors. After the commit the worker is rung
    for; a ring that is lost costs a delay, because the sweep finds the row.
    """
    recipient = clean_address(recipient)
    clean_header(recipient_name)
    clean_header(letter.subject)
    if not letter.text.strip() or not letter.html.strip():
        raise ValueError("A letter needs a text and an HTML body.")
    if idempotency_key is not None:
        known = EmailJob.objects.filter(idempotency_key=idempotency_key).first()
        if known is not None:
            return known
    server = servers.own_server(domain)
    if server is None and kind == EmailKind.SMTP_TEST:
        server = servers.built_in()
    rules = retrying.policy(kind)
    now = timezone.now()
    job = EmailJob(
        domain=domain,
        server=server,
        kind=kind,
        priority=rules.priority,
        recipient=recipient,
        recipient_name=recipient_name[:120],
        about=about,
        max_attempts=rules.max_attempts,
        run_after=now,
        expires_at=now + rules.lifetime if rules.lifetime else None,
        idempotency_key=idempotency_key,
        created_by=created_by,
        created_at=now,
    )
    _, sender = messages.sender_of(server or servers.built_in())
    job.message_id = messages.new_message_id(job.id, sender)
    try:
        with transaction.atomic():
            job.content = EmailContent.objects.create(
                domain=domain, subject=letter.subject[:255], text=letter.text, html=letter.html
            )
            job.save(force_insert=True)
    except IntegrityError:
        # Somebody else was quicker with the same key.
        if idempotency_key is None:
            raise
        return EmailJob.objects.get(idempotency_key=idempotency_key)
    ring_after_commit(job)
    return job
