"""Module scripts, with all that they import asked for at once."""

import re
from functools import lru_cache
from pathlib import Path
from posixpath import dirname

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r"""^import\s[^"]*?from "\./([\w.]+)";""", re.MULTILINE)


@register.simple_tag
def modules(*entries: str) -> SafeString:
    """The scripts of modules. Without the links before them, a browser learns of imports one after the other."""
    needed = dict.fromkeys(name for entry in entries for name in imported(entry) if name not in entries)
    links = format_html_join("", '<link rel="modulepreload" href="{}">', ((static(name),) for name in needed))
    scripts = format_html_join(
        "", '<script src="{}" type="module"></script>', ((static(entry),) for entry in entries)
    )
    return format_html("{}{}", links, scripts)


@lru_cache(maxsize=16)
def imported(entry: str) -> tuple[str, ...]:
    """Every module that this one needs, near or far, itself left out."""
    found: dict[str, None] = {}
    ahead = [entry]
    while ahead:
        name = ahead.pop(0)
        path = finders.find(name)
        if not path:
            raise LookupError(f"There is no module {name}.")
        near = [f"{dirname(name)}/{one}" for one in _IMPORT.findall(Path(path).read_text())]
        ahead += [one for one in near if one not in found]
        found |= dict.fromkeys(near)
    return tuple(found)
