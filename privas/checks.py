"""Unsafe settings are refused at the start, each with one clear line that says what to set instead.

`manage.py check` shows them all; `refuse_unsafe_start()` ends web, worker, clock and `serve` before they
listen. Production is: somebody named a database, or an address that others can reach.
"""

import ipaddress
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

# Pure: nothing that needs the models may be loaded before the settings are judged.
from emailops.addresses import BadSender, clean_sender, split_sender
from emailops.built_in import built_in_target

# What people paste from examples.
KNOWN_KEYS = ("django-insecure", "change-me", "changeme", "secret", "please", "example")
NETWORK_FILE_SYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph")


def production() -> bool:
    """Whether this is more than somebody's own machine."""
    return not settings.EMBEDDED or not _is_loopback(urlsplit(settings.BASE_URL).hostname or "")


def _is_loopback(host: str) -> bool:
    if host in ("localhost", "testserver"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _named(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def keys() -> Iterator[CheckMessage]:
    """SECRET_KEY signs sessions and tokens, FIELD_KEYS encrypts mail passwords: both long, both their own."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        # Django's own refusal of an empty key, which it makes at the first use.
        key = ""
    if len(key) < 40 or len(set(key)) < 10 or key.lower().startswith(KNOWN_KEYS):
        yield Error(
            "SECRET_KEY is missing, short or well known.",
            hint="Set SECRET_KEY (or SECRET_KEY_FILE) to 40 or more random signs: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="privas.E001",
        )
    if not settings.FIELD_KEYS or any(len(one) < 16 for one in settings.FIELD_KEYS):
        yield Error(
            "FIELD_KEYS is missing or short, so mail passwords could not be kept encrypted.",
            hint="Set FIELD_KEYS (or FIELD_KEYS_FILE) to a random key, or several, newest first.",
            id="privas.E002",
        )


def exposure() -> Iterator[CheckMessage]:
    """DEBUG shows settings and source to visitors; a wildcard host lets anybody forge our links."""
    if settings.DEBUG and production():
        yield Error("DEBUG is on in production.", hint="Unset DEBUG.", id="privas.E003")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS accepts every name, so links in mails could be forged.",
            hint="List the names under which people reach Privas.",
            id="privas.E004",
        )


def address() -> Iterator[CheckMessage]:
    """BASE_URL stands in mails and in the console's own origin, so it must be said and be right."""
    parts = urlsplit(settings.BASE_URL)
    if not settings.EMBEDDED and not _named("BASE_URL"):
        yield Error(
            "BASE_URL is not set, so links in mails would lead nowhere.",
            hint="Set BASE_URL to the address of the console, such as https://chat.example.com.",
            id="privas.E005",
        )
    elif parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        yield Error(
            f"BASE_URL is not an address: {settings.BASE_URL!r}.",
            hint="Scheme, name and port only, such as https://chat.example.com.",
            id="privas.E006",
        )
    elif "*" not in settings.ALLOWED_HOSTS and not _host_allowed(parts.hostname):
        yield Error(
            f"ALLOWED_HOSTS does not hold {parts.hostname}, the name in BASE_URL.",
            hint=f"Add {parts.hostname} to ALLOWED_HOSTS.",
            id="privas.E007",
        )
    elif parts.scheme == "http" and not _is_loopback(parts.hostname):
        yield Warning(
            "BASE_URL is plain http: passwords and sessions can be read on the way.",
            hint="Put a proxy with TLS in front and set BASE_URL to https://…",
            id="privas.W001",
        )
    elif parts.scheme == "https" and not settings.TRUSTED_PROXIES:
        yield Warning(
            "BASE_URL is https but TRUSTED_PROXIES is empty, so every page would redirect to itself.",
            hint="Set TRUSTED_PROXIES to the address of the proxy that ends TLS.",
            id="privas.W002",
        )


def _host_allowed(host: str) -> bool:
    return any(
        host == pattern.strip("[]") or (pattern.startswith(".") and f".{host}".endswith(pattern))
        for pattern in settings.ALLOWED_HOSTS
    )


def processes() -> Iterator[CheckMessage]:
    """Web and workers are several processes: what they share cannot live in the memory of one."""
    if not settings.EMBEDDED and settings.REDIS_URL is None:
        yield Error(
            "DATABASE_URL is set but REDIS_URL is not: several processes could not reach one another.",
            hint="Set REDIS_URL, such as redis://:password@valkey:6379/0, or start with ./run.",
            id="privas.E008",
        )
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    if engine not in ("postgresql", "sqlite3"):
        yield Error(
            f"DATABASE_URL names {engine}, which Privas is not tested on.",
            hint="Use PostgreSQL, or leave it out for SQLite.",
            id="privas.E009",
        )
    if engine == "sqlite3" and file_system(settings.DATA_DIR) in NETWORK_FILE_SYSTEMS:
        yield Error(
            f"DATA_DIR {settings.DATA_DIR} is on a network file system, where SQLite loses data.",
            hint="Put DATA_DIR on a local disk, or use PostgreSQL.",
            id="privas.E010",
        )


def file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system under this path; empty where the system does not tell."""
    try:
        rows = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    under = [row for row in rows if len(row) > 2 and path.is_relative_to(row[1])]
    return max(under, key=lambda row: len(row[1]))[2] if under else ""


def folders() -> Iterator[CheckMessage]:
    """Attachments and the embedded default's files need a place; settings.py has tried to make it."""
    path = settings.DATA_DIR
    if not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
        yield Error(
            f"DATA_DIR {path} cannot be written.",
            hint="Set DATA_DIR to a folder that belongs to the user Privas runs as.",
            id="privas.E011",
        )


def lists() -> Iterator[CheckMessage]:
    """Exceptions are exact, or they are holes."""
    for entry in settings.TRUSTED_PROXIES:
        try:
            ipaddress.ip_network(entry)
        except ValueError:
            yield Error(
                f"TRUSTED_PROXIES holds {entry!r}, which is no address: anybody could claim to be anybody.",
                hint="List the addresses or networks of your proxies.",
                id="privas.E012",
            )
    for entry in settings.OUTBOUND_ALLOW:
        host, _, port = entry.rpartition(":")
        if not host or not port.isdigit() or "*" in host or "/" in host:
            yield Error(
                f"OUTBOUND_ALLOW holds {entry!r}, which is not exactly host:port.",
                hint="Name each exception exactly, such as mail.internal:25.",
                id="privas.E013",
            )


def sender() -> Iterator[CheckMessage]:
    """Without a sender no alert could leave."""
    try:
        clean_sender(*split_sender(settings.DEFAULT_FROM_EMAIL))
    except BadSender as wrong:
        yield Error(
            f"DEFAULT_FROM_EMAIL {settings.DEFAULT_FROM_EMAIL!r} is no sender: {wrong}",
            hint="Set it to an address, or a name and an address: Privas <privas@example.com>.",
            id="privas.E015",
        )


def mail() -> Iterator[CheckMessage]:
    """Mail that cannot leave would be noticed late."""
    try:
        built_in_target()
    except ImproperlyConfigured as wrong:
        yield Error("EMAIL_URL cannot be understood.", hint=str(wrong), id="privas.E016")
    if settings.EMAIL_CONNECTIONS < 1:
        yield Error(
            f"EMAIL_CONNECTIONS is {settings.EMAIL_CONNECTIONS}: no mail could leave.",
            hint="Set it to 1 or more.",
            id="privas.E017",
        )


def representative() -> Iterator[CheckMessage]:
    """A model that cannot be asked would leave every visitor without an answer."""
    provider = settings.AI_PROVIDER
    if "." not in provider and provider != "embedded":
        yield Error(
            f"AI_PROVIDER {provider!r} is not in this version.",
            hint="Set AI_PROVIDER to embedded, or to the dotted path of a representative's class.",
            id="privas.E014",
        )


RULES: tuple[Callable[[], Iterator[CheckMessage]], ...] = (
    keys, exposure, address, processes, folders, lists, sender, mail, representative,
)  # fmt: skip


@register()
def settings_are_safe(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """All rules above, for Django's own check."""
    return [message for rule in RULES for message in rule()]


def refuse_unsafe_start() -> None:
    """End this process, with one line for each reason, when a setting is unsafe."""
    refused = [message for message in settings_are_safe() if isinstance(message, Error)]
    for message in refused:
        sys.stderr.write(f"privas: {message.id} {message.msg} {message.hint}\n")
    if refused:
        raise SystemExit(78)
