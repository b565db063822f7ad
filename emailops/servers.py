"""Which server a domain's mail leaves through, and how that server is doing."""

import uuid
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet
from django.utils import timezone

from domains.models import Domain
from emailops import retrying
from emailops.built_in import built_in_target
from emailops.line import Target
from emailops.models import BUILT_IN_ID, EmailJob, MailServer, ServerState


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


def keeps_files() -> bool:
    """Whether the built-in mail system keeps mails as files, so that they reach nobody."""
    try:
        return built_in_target().folder is not None
    except ImproperlyConfigured:
        return False


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
    server.paused_until, server.failures = None, 0


def note_fault(server: MailServer, stage: str, text: str, *, refuses: bool) -> datetime | None:
    """It let no mail through: let it rest, longer each time. Answers until when; None where its settings have been
    changed or removed meanwhile, which is no fault of the new ones.

    While it rests, faults of connections that were open already are told, not counted.
    """
    now = timezone.now()
    same = MailServer.objects.filter(id=server.id, version=server.version)
    row = same.first()
    if row is None:
        return None
    server.paused_until, server.failures = row.paused_until, row.failures
    if ready(row, now):
        server.failures += 1
        server.paused_until = now + retrying.server_pause(server.failures, refuses=refuses)
    # Of connections that break together one counts.
    same.filter(failures=row.failures, paused_until=row.paused_until).update(
        state=ServerState.AUTH_FAILED if refuses and stage == "auth" else ServerState.PAUSED,
        last_error=text[:500],
        paused_until=server.paused_until,
        failures=server.failures,
    )
    return server.paused_until
