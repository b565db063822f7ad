"""Mails about a conversation that did not arrive, for the head of its thread."""

import uuid
from typing import Any

from django import template

from emailops.models import EmailJob, EmailStatus

register = template.Library()

_MOST = 3
_LOST = (EmailStatus.FAILED, EmailStatus.EXPIRED, EmailStatus.UNKNOWN, EmailStatus.HELD)


@register.inclusion_tag("conversations/_undelivered.html")
def undelivered(conversation_id: uuid.UUID | str) -> dict[str, Any]:
    """The newest of them. Whoever sees the thread is on the domain that they belong to."""
    jobs = EmailJob.objects.filter(about=conversation_id, status__in=_LOST).select_related("content")
    return {"jobs": list(jobs.order_by("-created_at", "-id")[:_MOST])}
