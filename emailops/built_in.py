"""Where the built-in mail system leads: the administrator's EMAIL_URL. Pure, so that the settings can be judged."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from emailops.line import Target

# What EMAIL_URL may begin with, as django-environ reads it; port 465 is TLS from the first byte in any case.
_SECURITY = {"smtp": "none", "smtps": "starttls", "smtp+tls": "starttls", "smtp+ssl": "tls"}
_PORTS = {"none": 25, "starttls": 587, "tls": 465}


def built_in_target() -> Target:
    """Trusted as it stands; without an address, the file store of DATA_DIR.

    Raises ImproperlyConfigured, with words that hold no part of the password, when it cannot be understood.
    """
    if not settings.EMAIL_URL:
        return Target(folder=Path(settings.DATA_DIR) / "mail")
    try:
        url = urlsplit(settings.EMAIL_URL)
        host, port = url.hostname, url.port
    except ValueError:
        # Its own words quote the address.
        raise _unreadable() from None
    if url.scheme == "filemail" and url.path:
        return Target(folder=Path(unquote(url.path)))
    # What stands behind the host is the rest of a password that was written as it is.
    if url.scheme not in _SECURITY or not host or url.path.strip("/") or url.query or url.fragment:
        raise _unreadable()
    security = "tls" if port == 465 else _SECURITY[url.scheme]
    return Target(
        host=host,
        port=port or _PORTS[security],
        security=security,
        username=unquote(url.username or ""),
        password=unquote(url.password or ""),
        guarded=False,
    )


def _unreadable() -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"EMAIL_URL must look like smtp+tls://user:password@host:587 ({', '.join(_SECURITY)}, or "
        "filemail:///a/folder), with / as %2F, # as %23, ? as %3F, @ as %40 and % as %25 in user and password."
    )
