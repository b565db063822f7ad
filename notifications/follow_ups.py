"""Mail to a visitor who has left an address: what the talk was about, once it is over."""

import logging
import uuid
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from conversations.models import Conversation
from conversations.states import IDLE_AFTER, Handler, Lifecycle
from emailops import acts
from emailops.addresses import BadAddress, clean_address, one_line, same_key
from emailops.models import EmailJob, EmailKind, EmailStatus, Suppression, SuppressionReason
from emailops.queueing import queue_email
from notifications import wording
from notifications.models import TemplateKind

log = logging.getLogger(__name__)

# A talk that ended longer ago, while nothing ran, is not news any more.
_LATEST = timedelta(days=1)
# A stranger's address that somebody types again and again is not ours to fill.
_ONCE_IN = timedelta(days=1)
_AT_ONCE = 100
# Of one domain: visitors' words go to addresses that visitors type.
_MOST_A_DAY = 500
# A transcript that never left is tried again by whoever asks for it again.
_OVER = (EmailStatus.FAILED, EmailStatus.EXPIRED, EmailStatus.CANCELLED)


def due(now: datetime) -> QuerySet[Conversation]:
    """Talks with an address that are over, or have fallen silent, and have not been followed up."""
    followed = EmailJob.objects.filter(about=OuterRef("pk"), kind=EmailKind.FOLLOW_UP)
    # `_may_write` looks closely: these only keep many of a kind from being looked at each time.
    address = Lower(OuterRef("visitor__email"))
    written = (
        _of_today(now).annotate(address=Lower("recipient")).filter(domain=OuterRef("domain"), address=address)
    )
    gone = Suppression.objects.filter(
        domain=OuterRef("domain"), address=address, reason=SuppressionReason.BAD_ADDRESS
    )
    silent = Q(handler=Handler.AI, last_activity_at__lt=now - IDLE_AFTER)
    return (
        Conversation.objects.filter(
            domain__mail_templates__kind=TemplateKind.FOLLOW_UP,
            domain__mail_templates__active=True,
            last_activity_at__gt=F("domain__mail_templates__active_since"),
        )
        .filter(~Q(lifecycle=Lifecycle.OPEN) | silent, turns__gt=0, last_activity_at__gt=now - _LATEST)
        .exclude(visitor__email="")
        .exclude(Exists(followed) | Exists(written) | Exists(gone))
        .select_related("domain", "visitor")
        .order_by("last_activity_at")
    )


def send_due(now: datetime) -> int:
    """Queue what is due; how many mails were. A talk is followed up once, however often this runs.

    What cannot be sent, or may not be yet, stands in nobody's way.
    """
    queued = 0
    written = _written_of_today(now)
    left_out = {domain for domain, count in written.items() if count >= _MOST_A_DAY}
    for conversation in due(now).exclude(domain__in=left_out).iterator(chunk_size=_AT_ONCE):
        domain = conversation.domain_id
        if domain in left_out:
            continue
        try:
            address = clean_address(conversation.visitor.email)
        except BadAddress:
            continue
        if _may_write(conversation, address, now):
            sent = _queue(conversation, address)
            queued += sent
            written[domain] += sent
            if not sent or written[domain] >= _MOST_A_DAY:
                left_out.add(domain)
        if queued >= _AT_ONCE:
            break
    return queued


def _may_write(conversation: Conversation, address: str, now: datetime) -> bool:
    """Whether this mailbox exists, as far as we know, and was not written to today, whoever has typed it."""
    gone = Suppression.objects.filter(
        domain=conversation.domain, address=same_key(address), reason=SuppressionReason.BAD_ADDRESS
    )
    today = _of_today(now).filter(domain=conversation.domain, recipient__iexact=address)
    return not gone.exists() and not today.exists()


def _of_today(now: datetime) -> QuerySet[EmailJob]:
    return EmailJob.objects.filter(kind=EmailKind.FOLLOW_UP, created_at__gt=now - _ONCE_IN)


def _written_of_today(now: datetime) -> Counter[uuid.UUID]:
    """How many follow-ups each domain has sent."""
    counts = _of_today(now).order_by().values_list("domain").annotate(n=Count("id"))
    return Counter({domain: count for domain, count in counts if domain is not None})


def send_transcript(conversation: Conversation, address: str, user: User) -> EmailJob:
    """Queue the newest that was said, for whoever asked for it. Raises BadAddress and BadSender.

    The same words to the same address are one mail, however often the button is pressed.
    """
    address = clean_address(address)
    template = wording.template_of(conversation.domain, TemplateKind.TRANSCRIPT)
    with transaction.atomic():
        job = queue_email(
            conversation.domain,
            kind=EmailKind.TRANSCRIPT,
            recipient=address,
            recipient_name=one_line(conversation.visitor.name, 120)
            if address == conversation.visitor.email
            else "",
            letter=wording.letter(conversation, template, wording.transcript_of(conversation)),
            idempotency_key=f"transcript:{conversation.pk}:{conversation.head}:{address}",
            about=conversation.pk,
            created_by=user,
        )
    if job.status not in _OVER or not acts.may_retry(job):
        return job
    try:
        return acts.retry(job)
    except acts.Impossible:
        # Somebody else has asked for it again meanwhile, and was quicker.
        return EmailJob.objects.get(id=job.id)


def _queue(conversation: Conversation, address: str) -> bool:
    template = wording.template_of(conversation.domain, TemplateKind.FOLLOW_UP)
    try:
        with transaction.atomic():
            queue_email(
                conversation.domain,
                kind=EmailKind.FOLLOW_UP,
                recipient=address,
                recipient_name=one_line(conversation.visitor.name, 120),
                letter=wording.letter(conversation, template, wording.summary_of(conversation)),
                idempotency_key=f"follow_up:{conversation.pk}:1",
                about=conversation.pk,
            )
    except ValueError as error:
        log.warning(
            "notifications.not_followed_up", extra={"conversation": str(conversation.pk), "why": str(error)}
        )
        return False
    return True
