"""What visitors tell about themselves before or after a question; it is no part of what they ask. Pure."""

import re
from collections.abc import Iterable
from itertools import pairwise

from representative.base import Line
from representative.embedded.questions import is_question
from representative.facts.extraction import facts_of

INTRODUCES = frozenset(["name", "email", "phone", "company"])
_MOST_WORDS = 10
# Longer texts were not written to introduce anybody.
_LONGEST = 600
_CUT = re.compile(r"(?<=[.!?;])\s+|,\s+|\n+|,?\s+\b(?:and|but|so)\b\s+", re.IGNORECASE)


def without_introduction(text: str, told: Iterable[str] = (), *, locale: str = "") -> str:
    """The words without clauses at either end that only say who the visitor is; may be empty.

    `told` are values that these words are known to tell, such as a bare name that was asked for.
    """
    if len(text) > _LONGEST:
        return text
    values = {value.casefold() for value in told}
    cuts = [(0, 0), *(match.span() for match in _CUT.finditer(text)), (len(text), len(text))]
    clauses = [(begin, end) for (_, begin), (end, _) in pairwise(cuts)]

    def introduces(clause: tuple[int, int]) -> bool:
        words = text[slice(*clause)].strip(" .!,;")
        return words.casefold() in values or _only_introduces(words, locale)

    while clauses and introduces(clauses[0]):
        clauses.pop(0)
    while clauses and introduces(clauses[-1]):
        clauses.pop()
    return text[clauses[0][0] : clauses[-1][1]].strip() if clauses else ""


def _only_introduces(words: str, locale: str) -> bool:
    if is_question(words) or len(words.split()) > _MOST_WORDS:
        return False
    fields = {fact.field for fact in facts_of([Line(1, "visitor", "", words)], locale=locale)}
    return bool(fields) and fields <= INTRODUCES
