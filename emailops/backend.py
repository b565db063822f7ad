"""Django's own mail (a forgotten password, a mail to administrators) goes the same way as all other.

Set as EMAIL_BACKEND, so that no mail leaves unseen: each recipient becomes a job of kind `account`.
"""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import linebreaks

from emailops.addresses import one_line
from emailops.models import EmailKind
from emailops.queueing import Letter, queue_email

log = logging.getLogger(__name__)


class QueueBackend(BaseEmailBackend):
    """Puts Django's mails into the queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue each mail for each of its recipients; how many mails were queued."""
        queued = 0
        for message in email_messages:
            letter = _letter(message)
            try:
                for recipient in message.recipients():
                    queue_email(None, kind=EmailKind.ACCOUNT, recipient=_bare(recipient), letter=letter)
            except ValueError:
                if not self.fail_silently:
                    raise
                log.warning("a mail of Django could not be queued")
            else:
                queued += bool(message.recipients())
        return queued


def _letter(message: EmailMessage) -> Letter:
    text = str(message.body)
    html = ""
    if isinstance(message, EmailMultiAlternatives):
        html = next((str(body) for body, kind in message.alternatives if kind == "text/html"), "")
    if message.content_subtype == "html":
        html = html or text
    return Letter(
        subject=one_line(str(message.subject), 160) or "Message",
        text=text.strip() or "This mail has an HTML body only.",
        html=html
        or f'<!doctype html><html lang="en"><body>{linebreaks(text, autoescape=True)}</body></html>',
    )


def _bare(address: str) -> str:
    """`Name <address>` as the address alone."""
    return address.rpartition("<")[2].rstrip(">") if address.rstrip().endswith(">") else address
