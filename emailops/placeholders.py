"""{{name}} in the words that people write for many. Pure.

A word that may be missing says what stands there instead: {{name|there}}.
"""

import re
from collections.abc import Collection, Mapping
from urllib.parse import quote, unquote

from django.utils.html import escape

# Of a bulk mail.
NAMES = ("name", "first_name", "email", "unsubscribe_url")
# Read once from left to right, whatever somebody types: what is inside is taken apart below.
_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
# In HTML also one in an address that was made a link, where its braces are percent-encoded (RFC 3986, 2.1). Bounded, as
# each that does not end is read to its bound.
_PLACE_IN_HTML = re.compile(_PLACE.pattern + r"|%7B%7B([\w%.~-]{0,200}?)%7D%7D")

_LINK = re.compile(r"\b(?:https?://|www\.)(?:[^\s{}]|\{\{[^{}]*\}\})+")


def _parts(inside: str) -> tuple[str, str]:
    """Its name, and what stands for a missing fact."""
    name, _, missing = inside.partition("|")
    return name.strip(), missing.strip()


def joined_in_links(words: str) -> str:
    """The words with no blank in a placeholder of an address, where the link would end in its middle."""

    def joined(place: re.Match[str]) -> str:
        return "{{" + "|".join(_parts(place[1])).rstrip("|").replace(" ", "%20") + "}}"

    return _LINK.sub(lambda link: _PLACE.sub(joined, link[0]), words)


def unknown(words: str, names: Collection[str] = NAMES) -> list[str]:
    """What stands in braces there and is none of these placeholders, as it was written."""
    return [place[0] for place in _PLACE.finditer(words) if _parts(place[1])[0] not in names]


def wrong(words: str, names: Collection[str] = NAMES) -> str:
    """What to say of the first that is none of these placeholders; empty where all are."""
    strange = unknown(words, names)
    known = ", ".join("{{" + name + "}}" for name in names)
    return f"{strange[0]} is no placeholder. There are {known}." if strange else ""


def filled(words: str, facts: Mapping[str, str], *, html: bool = False) -> str:
    """The words with each placeholder's fact, or what stands for a missing one, in its place.

    In HTML the facts are escaped, and percent-encoded in a link; the words, with what they say for missing facts, are
    HTML already.
    """

    def fact(place: re.Match[str]) -> str:
        name, missing = _parts(place[1])
        value = facts.get(name, "")
        return (escape(value) if html else value) or missing

    def fact_in_html(place: re.Match[str]) -> str:
        if place[1] is not None:
            return fact(place)
        name, missing = _parts(unquote(place[2]))
        return quote(facts.get(name, "") or missing, safe="")

    return _PLACE_IN_HTML.sub(fact_in_html, words) if html else _PLACE.sub(fact, words)
