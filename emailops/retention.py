"""How long what mails say is kept. Their rows stay: who was sent what kind of mail when, and what became of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from emailops.models import UNSENT, EmailContent, EmailJob

_AT_ONCE = 1_000


def wipe(now: datetime) -> int:
    """Remove the bodies of mails that are old and done with, some at a time; how many were."""
    if not settings.EMAIL_BODY_DAYS:
        return 0
    old = now - timedelta(days=settings.EMAIL_BODY_DAYS)
    needed = EmailJob.objects.filter(content=OuterRef("pk"), status__in=UNSENT)
    contents = EmailContent.objects.filter(wiped_at=None, created_at__lt=old).exclude(Exists(needed))
    ids = list(contents.order_by("created_at").values_list("id", flat=True)[:_AT_ONCE])
    return EmailContent.objects.filter(id__in=ids).update(text="", html="", wiped_at=now)
