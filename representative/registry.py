"""Which representative speaks: the setting AI_PROVIDER names it."""

from functools import lru_cache

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from representative.base import Representative
from representative.embedded.representative import EmbeddedRepresentative

EMBEDDED = "embedded"
ALLOWED = "embedded, or the dotted path of a representative's class"


def current() -> Representative:
    """The representative of this process. Raises ImproperlyConfigured for a name that means none."""
    return _made(settings.AI_PROVIDER)


@lru_cache(maxsize=8)
def _made(provider: str) -> Representative:
    if provider == EMBEDDED:
        return EmbeddedRepresentative()
    if "." not in provider:
        raise ImproperlyConfigured(f"AI_PROVIDER={provider!r} is not in this version. Allowed: {ALLOWED}.")
    try:
        made: Representative = import_string(provider)()
    except (ImportError, TypeError) as error:
        raise ImproperlyConfigured(f"AI_PROVIDER={provider!r} can not be made: {error}") from error
    if not callable(getattr(made, "reply", None)):
        raise ImproperlyConfigured(f"AI_PROVIDER={provider!r} has no reply(turn).")
    return made


@register
def check_provider(**_: object) -> list[CheckMessage]:
    """Refuse a class that cannot be made. A name without a dot is judged before anything is loaded: privas.E014."""
    if "." not in settings.AI_PROVIDER:
        return []
    try:
        current()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint=f"Set AI_PROVIDER to {ALLOWED}.", id="representative.E001")]
    return []
