"""Mail to a visitor who has left an address: what the talk was about, once it is over."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from conversations.models import Conversation
from conversations.states import IDLE_AFTER, Handler, Lifecycle
from emailops.addresses import BadAddress, clean_address, one_line
from emailops.models import EmailJob, EmailKind, Suppression, SuppressionReason
from emailops.queueing import queue_email
from notifications import wording
from notifications.models import TemplateKind

log = logging.getLogger(__name__)

# A talk that ended longer ago, while nothing ran, is not news any more.
_LATEST = timedelta(days=1)
# A stranger's address that somebody types again and again is not ours to fill.
_ONCE_IN = timedelta(days=1)
_AT_ONCE = 100


def due(now: datetime) -> QuerySet[Conversation]:
    """Talks with an address that are over, or have fallen silent, and have not been followed up."""
    followed = EmailJob.objects.filter(about=OuterRef("pk"), kind=EmailKind.FOLLOW_UP)
    recent = EmailJob.objects.filter(
        domain=OuterRef("domain"),
        kind=EmailKind.FOLLOW_UP,
        recipient__iexact=OuterRef("visitor__email"),
        created_at__gt=now - _ONCE_IN,
    )
    gone = Suppression.objects.filter(
        domain=OuterRef("domain"),
        address__iexact=OuterRef("visitor__email"),
        reason=SuppressionReason.BAD_ADDRESS,
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
        .exclude(Exists(followed))
        .exclude(Exists(recent))
        .exclude(Exists(gone))
        .select_related("domain", "visitor")
        .order_by("last_activity_at")
    )


def send_due(now: datetime) -> int:
    """Queue what is due; how many mails were. A talk is followed up once, however often this runs."""
    queued, written_to = 0, set()
    for conversation in due(now)[:_AT_ONCE]:
        whom = (conversation.domain_id, conversation.visitor.email.casefold())
        if whom in written_to:
            continue
        written_to.add(whom)
        template = wording.template_of(conversation.domain, TemplateKind.FOLLOW_UP)
        queued += _queue(
            conversation,
            EmailKind.FOLLOW_UP,
            conversation.visitor.email,
            template,
            wording.summary_of(conversation),
            f"follow_up:{conversation.pk}:1",
        )
    return queued


def send_transcript(conversation: Conversation, address: str, user: User) -> EmailJob:
    """Queue all that was said, for whoever asked for it. Raises BadAddress and BadSender.

    The same words to the same address are one mail, however often the button is pressed.
    """
    address = clean_address(address)
    template = wording.template_of(conversation.domain, TemplateKind.TRANSCRIPT)
    with transaction.atomic():
        return queue_email(
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


def _queue(
    conversation: Conversation, kind: str, address: str, template: wording.Template, summary: str, key: str
) -> bool:
    try:
        with transaction.atomic():
            queue_email(
                conversation.domain,
                kind=kind,
                recipient=address,
                recipient_name=one_line(conversation.visitor.name, 120),
                letter=wording.letter(conversation, template, summary),
                idempotency_key=key,
                about=conversation.pk,
            )
    except (BadAddress, ValueError) as error:
        log.warning(
            "notifications.not_followed_up", extra={"conversation": str(conversation.pk), "why": str(error)}
        )
        return False
    return True
