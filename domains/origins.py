"""Origins: our own, those that a domain lists, and the form in which browsers write them.

Pure, but for the product's own address.

Origin is not authentication: a script outside a browser writes into it what it likes. It keeps other people's
pages from using somebody's browser.
"""

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from domains.hosts import ascii_host

# Of one domain.
MAX_ORIGINS = 50

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def own_origins() -> frozenset[str]:
    """Exactly BASE_URL's scheme, host and port; with a loopback BASE_URL, under each of the loopback names.

    Never derived from ALLOWED_HOSTS: with "*" there, every page of the world would pass.
    """
    return _origins_of(settings.BASE_URL)


@lru_cache
def _origins_of(address: str) -> frozenset[str]:
    base = urlsplit(address)
    host = f"[{base.hostname}]" if base.hostname and ":" in base.hostname else base.hostname
    hosts = _LOOPBACK if host in _LOOPBACK else (host,)
    port = f":{base.port}" if base.port not in (None, _DEFAULT_PORTS.get(base.scheme)) else ""
    return frozenset(f"{base.scheme}://{host}{port}" for host in hosts)


def clean_origin(entry: object) -> str:
    """An owner's entry in normal form. Raises ValueError with what to write instead."""
    origin = normal(entry)
    if origin is None:
        raise ValueError("Write an origin such as https://www.example.com, without a path.")
    return origin


def normal(entry: object) -> str | None:
    """An origin as browsers write it: lower case, punycode, no default port, no path. None for what is none.

    "https://*.acme.example" stays as it is: it stands for every subdomain and never for acme.example itself.
    """
    return _normal(entry.strip()) if isinstance(entry, str) and len(entry) <= 300 else None


@lru_cache(maxsize=1024)
def _normal(entry: str) -> str | None:
    # Remembered, as every socket of a visitor asks again and again for the same few.
    try:
        parts = urlsplit(entry)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or parts.path not in ("", "/") or parts.query or parts.fragment:
        return None
    if "@" in parts.netloc or not parts.hostname:
        return None
    # `hostname` is in Python's small letters already.
    host = _normal_host(parts.hostname if parts.netloc.isascii() else parts.netloc.partition(":")[0])
    if host is None:
        return None
    return f"{parts.scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}")


def is_plausible(origin: str | None) -> bool:
    """Whether a browser could have written this for a page of the web."""
    return origin is not None and "*" not in origin and normal(origin) == origin


def is_allowed(origin: str | None, allowed: Iterable[object]) -> bool:
    """Whether this origin is the product's own or on the domain's list. Scheme, host and port must all be equal."""
    if origin is None or not is_plausible(origin):
        return False
    return origin in own_origins() or not entries_for(origin).isdisjoint(patterns(allowed))


def patterns(allowed: Iterable[object]) -> list[str]:
    """A domain's list in normal form, without what is no origin and without doubles."""
    return list(dict.fromkeys(pattern for entry in allowed if (pattern := normal(entry))))


def entries_for(origin: str) -> frozenset[str]:
    """The entries of a list that allow this origin: itself, and a wildcard for each of the names above it."""
    scheme, _, rest = origin.partition("://")
    labels = rest.split(".")
    above = (".".join(labels[depth:]) for depth in range(1, len(labels)))
    return frozenset([origin, *(f"{scheme}://*.{name}" for name in above)])


def frame_ancestors(allowed: Iterable[object]) -> list[str]:
    """The pages that may show the domain's frame, as a policy writes them; it has no way to write IPv6."""
    return [origin for origin in [*sorted(own_origins()), *patterns(allowed)] if "[" not in origin]


def _normal_host(host: str) -> str | None:
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            return None
    star, host = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    try:
        host = ascii_host(host)
    except ValueError:
        return None
    if not _HOST.fullmatch(host) or (
        star and "." not in host
    ):  # "*.com" stands for far too many, "*" for all
        return None
    return star + host
