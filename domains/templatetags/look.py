"""Small things that templates of every app draw: icons, badges, initials, paths."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from domains.times import told, told_in_full

register = template.Library()

# Each state has a shape, a tone and a word, so that none of the three carries the meaning alone.
BADGES: dict[str, tuple[str, str, str]] = {
    "ai_active": ("dot", "violet", "AI Active"),
    "awaiting_response": ("half", "amber", "Awaiting Response"),
    "takeover_requested": ("triangle", "red", "Takeover Requested"),
    "human_active": ("square", "green", "Human Active"),
    "idle": ("ring", "grey", "Idle"),
    "resolved": ("check", "grey", "Resolved"),
}


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of static/icons.svg, unseen by screen readers: the words beside it speak."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name)


@register.simple_tag
def shape(name: str) -> SafeString:
    """The small shape of a badge."""
    return format_html(
        '<svg class="badge__shape" aria-hidden="true"><use href="{}#shape-{}"/></svg>', _sprite(), name
    )


@register.simple_tag
def badge(word: str, tone: str = "grey", form: str = "dot") -> SafeString:
    """A badge: tones are violet, amber, red, green, grey; forms dot, half, triangle, square, ring, check, cross."""
    return format_html('<span class="badge" data-tone="{}">{}{}</span>', tone, shape(form), word)


@register.simple_tag
def conversation_badge(value: str, label: str = "") -> SafeString:
    """The badge of a conversation."""
    form, tone, word = BADGES.get(value, ("ring", "grey", value))
    return badge(label or word, tone, form)


@register.simple_tag
def conversation_mark(value: str) -> SafeString:
    """Shape and colour of that badge, before another word for it."""
    form, tone, _ = BADGES[value]
    return format_html('<span class="mark tone" data-tone="{}">{}</span>', tone, shape(form))


@register.simple_tag
def conversation_word(value: str) -> str:
    """The word on that badge."""
    return BADGES[value][2]


@register.filter
def initials(name: str) -> str:
    """One or two letters for an avatar; of an e-mail address those before the @."""
    words = [word for word in str(name).split("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return words[0][0] + (words[-1][0] if len(words) > 1 else "")


@register.filter
def points(number: int) -> str:
    """Points that something counts for (+30), or against, with a true minus sign."""
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}")


@register.filter
def host_path(url: str) -> str:
    """An address as people say it: host and path, without scheme and query."""
    parts = urlsplit(str(url))
    return f"{parts.netloc}{parts.path}".rstrip("/") if parts.netloc else str(url)


@register.filter
def breakable(address: str) -> SafeString:
    """An address that breaks after its slashes where it must break."""
    return format_html_join(SafeString("/<wbr>"), "{}", ((part,) for part in address.split("/")))


@register.filter
def host_only(url: str) -> str:
    """The host of an address; nothing for what is none."""
    return urlsplit(str(url)).netloc


@register.filter
def path_only(url: str) -> str:
    """The path of an address."""
    parts = urlsplit(str(url))
    return (parts.path.rstrip("/") or "/") if parts.netloc else str(url)


@register.filter
def web_link(url: str) -> str:
    """The address when it may stand in a link, otherwise nothing: visitors' pages say what their addresses are."""
    return url if urlsplit(str(url)).scheme in {"http", "https"} else ""


@register.simple_tag
def clock(at: datetime | str, look: str = "") -> SafeString:
    """A moment (an ISO one too): short to read, whole in its title, in UTC until the browser knows the zone."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return format_html(
        '<time{} datetime="{}" data-time="clock" title="{}">{}</time>',
        format_html(' class="{}"', look) if look else "",
        moment.isoformat(),
        told_in_full(moment),
        told(moment, timezone.now()),
    )


@register.filter
def elapsed(moment: str) -> str:
    """Time since an ISO moment as static/js/times.js will go on telling it: 0:47, 12:05, 2 h 10 min, 3 days."""
    return _count((timezone.now() - datetime.fromisoformat(moment)).total_seconds()) if moment else ""


@register.filter
def left(moment: str) -> str:
    """Time until an ISO moment, in the same words."""
    return _count((datetime.fromisoformat(moment) - timezone.now()).total_seconds()) if moment else ""


def _count(seconds: float) -> str:
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {minutes} min" if hours else f"{minutes}:{whole % 60:02}"


@register.filter
def get(mapping: dict[str, Any] | None, key: str) -> Any:
    """A value of a mapping by a key that is a variable."""
    return (mapping or {}).get(key)


@register.filter
def attribute(thing: object, name: str) -> Any:
    """An attribute by a name that is a variable."""
    return getattr(thing, name, "")
