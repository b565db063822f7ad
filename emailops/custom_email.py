"""A domain's own mail server: save, remove, test."""

import re
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.names import is_unsafe
from domains import guard
from domains.locking import lock
from domains.models import Domain
from emailops import servers, settling
from emailops.addresses import BadAddress, clean_address
from emailops.doorbell import ring
from emailops.letters import written
from emailops.models import (
    BUILT_IN_ID,
    MOVING,
    WAITING,
    EmailJob,
    EmailKind,
    MailServer,
    Security,
    ServerState,
)
from emailops.queueing import queue_email

PORTS = (25, 465, 587, 2525)
_TESTS_A_MINUTE, _TESTS_AN_HOUR = 5, 20


class InvalidServer(ValueError):
    """The settings cannot be used. `fields` says which and why."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


class TooManyTests(Exception):
    """Tests of mail servers are few, so that they are no tool to probe other machines with. It says what to do."""


def save_server(
    domain: Domain | None,
    *,
    host: str,
    port: int | None,
    security: str,
    username: str = "",
    password: str | None = None,
    from_address: str,
    from_name: str = "",
    max_connections: int | None = None,
    rate: tuple[int | None, int] | None = None,
) -> MailServer:
    """Save the domain's own server; None keeps the stored password, connections and rate. Raises InvalidServer.

    The stored password belongs to the stored host: where the host or user name changes, it must be given
    anew, or whoever may edit the settings could have it sent to a machine of their own. Mail that waits
    moves to the new settings at once, and a pause is over.
    """
    if domain is None:
        raise InvalidServer({"domain": "The built-in mail system is set in the environment (EMAIL_URL)."})
    host = host.strip().rstrip(".").lower()
    old = MailServer.objects.filter(domain=domain).first()
    if port == 465:
        security = Security.TLS
    problems = _problems(host, port, security, username, from_address, from_name)
    moved = old is not None and (old.host, old.username) != (host, username)
    if old is not None and old.password and password is None and moved and username:
        problems.setdefault("password", "Host or user name have changed: enter the password again.")
    if old is not None and old.password_lost and password is None and username:
        problems["password"] = "The stored password cannot be opened any more. Type the password again."  # noqa: S105
    if "host" not in problems and "port" not in problems and port is not None:
        # It is checked again with every connection. A name that is not found may be found tomorrow: the test says so.
        try:
            guard.check(host, port)
        except guard.Refused as refusal:
            problems["host"] = str(refusal)
        except guard.Unresolved:
            pass
    if password is not None and is_unsafe(password):
        problems["password"] = "The password has line breaks or control characters."  # noqa: S105
    if problems:
        raise InvalidServer(problems)
    if password is None:
        password = old.password if old is not None and username else ""
    values = {
        "host": host,
        "port": port,
        "security": security,
        "username": username,
        "password": password if username else "",
        "from_address": clean_address(from_address),
        "from_name": from_name.strip(),
        "state": ServerState.UNVERIFIED,
        "paused_until": None,
        "failures": 0,
        "last_error": "",
    }
    if max_connections is not None:
        values["max_connections"] = max_connections
    if rate is not None:
        values["rate_count"], values["rate_window_s"] = rate
    with transaction.atomic():
        server, made = MailServer.objects.get_or_create(domain=domain, defaults=values)
        waiting = EmailJob.objects.filter(domain=domain, status__in=WAITING)
        settling.due_now(waiting, servers.built_in() if made else server)
        if not made:
            for name, value in values.items():
                setattr(server, name, value)
            server.save(update_fields=[*values, "updated_at"])
            MailServer.objects.filter(id=server.id).update(version=F("version") + 1)
            server.refresh_from_db()
        waiting.update(server=server)
        transaction.on_commit(partial(ring, server.id))
    return server


def _problems(
    host: str, port: int | None, security: str, username: str, from_address: str, from_name: str
) -> dict[str, str]:
    found: dict[str, str] = {}
    allowed = port is not None and guard.is_exception(host, port)
    if not re.fullmatch(r"[\w.\-:]{1,253}", host):
        found["host"] = "Enter the name of the mail server, such as smtp.example.com."
    if port is None or (port not in PORTS and not allowed):
        found["port"] = f"Use one of the ports for mail: {', '.join(map(str, PORTS))}."
    if security not in Security.values:
        found["security"] = "Choose TLS or STARTTLS."
    elif security == Security.NONE and not allowed:
        found["security"] = (
            "Without TLS only where the administrator has allowed host and port (OUTBOUND_ALLOW)."
        )
    if is_unsafe(username) or len(username) > 320:
        found["username"] = "The user name has line breaks or control characters, or is too long."
    if is_unsafe(from_name) or len(from_name) > 120:
        found["from_name"] = "The name has line breaks or control characters, or is too long."
    try:
        clean_address(from_address)
    except BadAddress as error:
        found["from_address"] = str(error)
    return found


def remove_server(domain: Domain) -> bool:
    """Go back to the built-in mail system; what waits leaves through it. False when there was no own
    server.
    """
    with transaction.atomic():
        server = servers.own_server(domain)
        if server is not None:
            settling.due_now(servers.jobs_of(server), server)
        removed, _ = MailServer.objects.filter(domain=domain).delete()
        transaction.on_commit(partial(ring, BUILT_IN_ID))
    return bool(removed)


def queue_test(domain: Domain, *, recipient: str, user: User) -> EmailJob:
    """Send a test mail through what is saved: the own server, or else the built-in mail system.

    One at a time for a domain. Raises BadAddress and TooManyTests.
    """
    with transaction.atomic():
        lock(domain.pk)
        _refuse_many(domain, user)
        server = servers.own_server(domain)
        where = str(server) if server else "the built-in mail system"
        letter = written(
            "smtp_test", subject=f"Test of the mail settings of {domain.name}", domain=domain, server=where
        )
        return queue_email(
            domain,
            kind=EmailKind.SMTP_TEST,
            recipient=recipient,
            letter=letter,
            created_by=user,
        )


def _refuse_many(domain: Domain, user: User) -> None:
    now = timezone.now()
    tests = EmailJob.objects.filter(kind=EmailKind.SMTP_TEST)
    of_domain = tests.filter(domain=domain)
    if of_domain.filter(status__in=MOVING).exclude(status__in=WAITING, expires_at__lte=now).exists():
        raise TooManyTests("A test is on its way. Wait for its result.")
    if (
        tests.filter(created_by=user, created_at__gt=now - timedelta(minutes=1)).count() >= _TESTS_A_MINUTE
        or of_domain.filter(created_at__gt=now - timedelta(hours=1)).count() >= _TESTS_AN_HOUR
    ):
        raise TooManyTests("Those were many tests in a short time. Wait a minute and try again.")
