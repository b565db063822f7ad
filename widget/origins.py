"""Which web pages may speak for a domain. domains/origins.py says what an origin is and which are our own."""

from collections.abc import Iterable

from domains.origins import normal, own_origins


def is_plausible(origin: str | None) -> bool:
    """Whether a browser could have written this for a page of the web."""
    return origin is not None and "*" not in origin and normal(origin) == origin


def is_allowed(origin: str | None, allowed: Iterable[object]) -> bool:
    """Whether this origin is the product's own or on the domain's list. Scheme, host and port must all be equal."""
    if origin is None or not is_plausible(origin):
        return False
    return origin in own_origins() or any(_matches(origin, pattern) for pattern in patterns(allowed))


def patterns(allowed: Iterable[object]) -> list[str]:
    """A domain's list in normal form, without what is no origin and without doubles."""
    return list(dict.fromkeys(pattern for entry in allowed if (pattern := normal(entry))))


def frame_ancestors(allowed: Iterable[object]) -> list[str]:
    """The pages that may show the domain's frame, as a policy writes them; it has no way to write IPv6."""
    return [origin for origin in [*sorted(own_origins()), *patterns(allowed)] if "[" not in origin]


def _matches(origin: str, pattern: str) -> bool:
    if "://*." not in pattern:
        return origin == pattern
    scheme, _, rest = pattern.partition("://*")
    return (
        origin.startswith(f"{scheme}://")
        and origin.endswith(rest)
        and len(origin) > len(scheme) + 3 + len(rest)
    )
