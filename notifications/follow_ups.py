"""Mail to a visitor who has left an address: what the talk was about, once it is over."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

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
    silent = Q(handler=Handler.AI, last_activity_at__lt=now - IDLE_AFTER)
    return (
        Conversation.objects.filter(
            domain__mail_templates__kind=TemplateKind.FOLLOW_UP,
            domain__mail_templates__active=True,
            last_activity_at__gt=F("domain__mail_templates__active_since"),
        )
        .filter(~Q(lifecycle=Lifecycle.OPEN) | silent, turns__gt=0, last_activity_at__gt=now - _LATEST)
        .exclude(visitor__email="")
        .exclude(Exists(followed))
        .select_related("domain", "visitor")
        .order_by("last_activity_at")
    )


def send_due(now: datetime) -> int:
    """Queue what is due; how many mails were. A talk is followed up once, however often this runs.

    What cannot be sent, or may not be yet, stands in nobody's way.
    """
    queued = 0
    left_out: set[uuid.UUID] = set()
    for conversation in due(now).iterator(chunk_size=_AT_ONCE):
        if conversation.domain_id in left_out:
            continue
        try:
            address = clean_address(conversation.visitor.email)
        except BadAddress:
            continue
        if _may_write(conversation, address, now):
            sent = _queue(conversation, address)
            queued += sent
            if not sent or _written_today(conversation, now).count() >= _MOST_A_DAY:
                left_out.add(conversation.domain_id)
        if queued >= _AT_ONCE:
            break
    return queued


def _may_write(conversation: Conversation, address: str, now: datetime) -> bool:
    """Whether this mailbox exists, as far as we know, and was not written to today, whoever has typed it."""
    gone = Suppression.objects.filter(
        domain=conversation.domain, address=same_key(address), reason=SuppressionReason.BAD_ADDRESS
    )
    return (
        not gone.exists() and not _written_today(conversation, now).filter(recipient__iexact=address).exists()
    )


def _written_today(conversation: Conversation, now: datetime) -> QuerySet[EmailJob]:
    return EmailJob.objects.filter(
        domain=conversation.domain, kind=EmailKind.FOLLOW_UP, created_at__gt=now - _ONCE_IN
    )


def send_transcript(conversation: Conversation, address: str, user: User) -> EmailJob:
    """Queue all that was said, for whoever asked for it. Raises BadAddress and BadSender.

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
    return acts.retry(job) if job.status in _OVER and acts.may_retry(job) else job


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
