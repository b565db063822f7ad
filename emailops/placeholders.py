"""{{name}} in the words that people write for many. Pure.

A word that may be missing says what stands there instead: {{name|there}}.
"""

import re
from collections.abc import Collection, Mapping

from django.utils.html import escape

# Of a bulk mail.
NAMES = ("name", "first_name", "email", "unsubscribe_url")
_PLACE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")


def unknown(words: str, names: Collection[str] = NAMES) -> list[str]:
    """What stands in braces there and is none of these placeholders, as it was written."""
    return [place[0] for place in _PLACE.finditer(words) if place[1] not in names]


def filled(words: str, facts: Mapping[str, str], *, html: bool = False) -> str:
    """The words with each placeholder's fact, or what stands for a missing one, in its place.

    In HTML the facts are escaped; the words, with what they say for missing facts, are HTML already.
    """

    def fact(place: re.Match[str]) -> str:
        value = facts.get(place[1], "")
        return (escape(value) if html else value) or place[2] or ""

    return _PLACE.sub(fact, words)
