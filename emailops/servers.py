"""Which server a domain's mail leaves through, and how that server is doing."""

import uuid
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from domains.models import Domain
from emailops import retrying
from emailops.line import Target
from emailops.models import BUILT_IN_ID, EmailJob, MailServer, ServerState

# What EMAIL_URL may begin with, as django-environ reads it; port 465 is TLS from the first byte in any case.
_SECURITY = {"smtp": "none", "smtps": "starttls", "smtp+tls": "starttls", "smtp+ssl": "tls"}


def built_in() -> MailServer:
    """The row that keeps the state of the built-in mail system."""
    return MailServer.objects.get_or_create(id=BUILT_IN_ID)[0]


def own_server(domain: Domain | None) -> MailServer | None:
    """The domain's own server, or None where the built-in mail system sends."""
    return MailServer.objects.filter(domain=domain).first() if domain is not None else None


def server_by_key(key: uuid.UUID | str) -> MailServer | None:
    """The server a drain was asked to empty; None when it has been removed since."""
    if uuid.UUID(str(key)) == BUILT_IN_ID:
        return built_in()
    return MailServer.objects.filter(id=key).first()


def jobs_of(server: MailServer) -> QuerySet[EmailJob]:
    """All jobs that leave through this server."""
    return (
        EmailJob.objects.filter(server__isnull=True)
        if server.built_in
        else EmailJob.objects.filter(server=server)
    )


def target_of(server: MailServer) -> Target:
    """Where to connect. Raises ImproperlyConfigured when EMAIL_URL cannot be understood, or a password not be read."""
    if server.built_in:
        return built_in_target()
    if server.password_lost:
        raise ImproperlyConfigured("FIELD_KEYS was changed: type the password again.")
    return Target(
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username,
        password=server.password,
    )


def built_in_target() -> Target:
    """The administrator's EMAIL_URL, trusted as it stands; without one, the file store of DATA_DIR."""
    if not settings.EMAIL_URL:
        return Target(folder=Path(settings.DATA_DIR) / "mail")
    url = urlsplit(settings.EMAIL_URL)
    if url.scheme == "filemail" and url.path:
        return Target(folder=Path(unquote(url.path)))
    if url.scheme not in _SECURITY or not url.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587 "
            f"({', '.join(_SECURITY)}, or filemail:///a/folder)."
        )
    security = "tls" if url.port == 465 else _SECURITY[url.scheme]
    return Target(
        host=url.hostname,
        port=url.port or {"none": 25, "starttls": 587, "tls": 465}[security],
        security=security,
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        guarded=False,
    )


def ready(server: MailServer, now: datetime) -> bool:
    """Whether a connection may be tried now."""
    return server.paused_until is None or server.paused_until <= now


def ready_servers(now: datetime) -> Q:
    """The same as a condition on MailServer."""
    return Q(paused_until__isnull=True) | Q(paused_until__lte=now)


def note_success(server: MailServer) -> None:
    """It took a mail: whatever was wrong is over. A newer configuration is not judged by the success of
    an older.
    """
    MailServer.objects.filter(id=server.id, version=server.version).update(
        state=ServerState.ACTIVE, paused_until=None, failures=0, last_ok_at=timezone.now(), last_error=""
    )


def note_fault(server: MailServer, stage: str, text: str, *, refuses: bool) -> datetime:
    """It let no mail through: let it rest, longer each time. Answers until when."""
    now = timezone.now()
    until = now + retrying.server_pause(server.failures + 1, refuses=refuses)
    state = ServerState.AUTH_FAILED if refuses and stage == "auth" else ServerState.PAUSED
    MailServer.objects.filter(id=server.id, version=server.version).update(
        state=state, paused_until=until, failures=F("failures") + 1, last_error=text[:500]
    )
    server.paused_until = until
    return until
