"""A job as the bytes that go over the wire: text and HTML always, headers that cannot be broken out of."""

import binascii
import email.header
import re
import uuid
from email.utils import format_datetime

from django.conf import settings

from emailops import unsubscribing
from emailops.addresses import UnsafeHeader, clean_address, clean_header, clean_sender, split_sender
from emailops.models import EmailJob, EmailKind, MailServer
from emailops.placeholders import filled

# To the team: nobody's "out of office" should answer these.
_ALERTS = frozenset({EmailKind.NEW_CONVERSATION, EmailKind.ESCALATION, EmailKind.SMTP_TEST})
_ASCII_PHRASE = re.compile(r"[A-Za-z0-9 !#$%&'*+\-/=?^_`{|}~.]*")


def sender_of(server: MailServer) -> tuple[str, str]:
    """Name and address that the mail comes from. Raises BadSender."""
    if server.built_in:
        return clean_sender(*split_sender(settings.DEFAULT_FROM_EMAIL))
    return clean_sender(server.from_name, server.from_address)


def new_message_id(job_id: uuid.UUID, sender: str) -> str:
    """The Message-ID of a job, for ever: it holds the job's id and the sender's domain."""
    return f"<{job_id}@{sender.rpartition('@')[2]}>"


def thread_id(about: uuid.UUID, sender: str) -> str:
    """What all mails about one conversation refer to, so that mail programs show them as one thread."""
    return f"<conversation.{about}@{sender.rpartition('@')[2]}>"


def headers_of(job: EmailJob, server: MailServer) -> list[tuple[str, str]]:
    """The headers in order, as they are shown and sent. Raises UnsafeHeader, BadSender."""
    name, address = sender_of(server)
    headers = [
        ("From", _mailbox(name, address)),
        ("To", _mailbox(job.recipient_name, job.recipient)),
        ("Subject", _words(job.subject)),
        ("Date", format_datetime(job.created_at)),
        ("Message-ID", job.message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    if job.kind in _ALERTS:
        headers.append(("X-Auto-Response-Suppress", "All"))
    if job.about is not None:
        headers.append(("References", thread_id(job.about, address)))
    if job.bulk_send_id is not None:
        # RFC 8058: one press in the mail program, without a page between.
        headers.append(("List-Unsubscribe", f"<{unsubscribing.link(job)}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        headers.append(("Precedence", "bulk"))
    headers.append(("X-Privas-Job", str(job.id)))
    return headers


def bodies_of(job: EmailJob) -> tuple[str, str]:
    """Text and HTML as this recipient reads them."""
    text, html = job.content.text, job.content.html
    if job.bulk_send_id is None:
        return text, html
    facts = {**job.facts, "unsubscribe_url": unsubscribing.link(job)}
    return filled(text, facts), filled(html, facts, html=True)


def build(job: EmailJob, server: MailServer) -> bytes:
    """The whole mail. The same job gives the same bytes every time. Raises UnsafeHeader, BadAddress, BadSender."""
    clean_address(job.recipient)
    if job.content.wiped_at is not None:
        raise UnsafeHeader("Its text was removed, as it is kept for a limited time.")
    headers = headers_of(job, server)
    for _, value in headers:
        # Folding puts line breaks in; each must be followed by a blank, or a new header would begin.
        if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])", value):
            raise UnsafeHeader("A header of this mail would begin another one.")
    border = f"=_{job.id.hex}"
    lines = [f"{name}: {value}" for name, value in headers]
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{border}"', ""]
    for subtype, body in zip(("plain", "html"), bodies_of(job), strict=True):
        encoding, encoded = _encoded(body)
        lines += [
            f"--{border}",
            f'Content-Type: text/{subtype}; charset="utf-8"',
            f"Content-Transfer-Encoding: {encoding}",
            "",
            encoded,
        ]
    lines += [f"--{border}--", ""]
    return "\r\n".join(lines).encode("ascii")


def _encoded(body: str) -> tuple[str, str]:
    """The body with the name of its encoding: as it is where every server can take it, else quoted-
    printable.
    """
    crlf = body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    if crlf.isascii() and not re.search(r"[^\r\n]{900}|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", crlf):
        return "7bit", crlf
    quoted = binascii.b2a_qp(crlf.encode("utf-8", "replace"), istext=True).decode("ascii")
    # It breaks long lines with a bare LF where the text itself has no line break.
    return "quoted-printable", quoted.replace("\r\n", "\n").replace("\n", "\r\n")


def _words(value: str) -> str:
    """A text as a header value, folded."""
    clean_header(value)
    if value.isascii() and len(value) <= 200 and "=?" not in value:
        return value
    return email.header.Header(value, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _mailbox(name: str, address: str) -> str:
    """`Name <address>`, with the name quoted or encoded as it needs."""
    clean_header(name)
    clean_header(address)
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        encoded = email.header.Header(name, "utf-8", header_name="To").encode(linesep="\r\n")
        return f"{encoded} <{address}>"
    if _ASCII_PHRASE.fullmatch(name) and "." not in name:
        return f"{name} <{address}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def readable(value: str) -> str:
    """A header value as people read it: decoded, on one line."""
    return str(email.header.make_header(email.header.decode_header(value.replace("\r\n", ""))))
