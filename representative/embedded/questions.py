"""The questions in a text, and whether two of them are the same. Pure."""

import re
from textwrap import shorten

from representative.embedded.small_words import telling
from representative.embedded.words import sentences, words

_WH = r"(?:what|when|where|who|which|why|how)"
_AUXILIARY = r"(?:can|could|do|does|did|is|are|was|will|would|may|should|have|has)"
_ASKING = rf"(?:{_WH}|{_AUXILIARY})(?:'?s)?\b"
_FILLER = (
    r"(?:\W|\b(?:hi|hello|hey|so|ok|okay|well|also|and|then|please|oh|thanks|(?:can|could) you tell me|tell me|"
    r"i (?:want|would like|need) to know|i'd like to know|i was wondering|do you know)\b)*"
)
_IS_QUESTION = re.compile(rf"^{_FILLER}{_ASKING}", re.IGNORECASE)
# "When I come by" asks nothing yet.
_CLAUSE = re.compile(rf"^{_FILLER}{_WH} (?:i|we|you|it|they|he|she|my|the|our)\b", re.IGNORECASE)
_JOIN = re.compile(rf"\b(?:and|also|plus|or)\b[\s,]+(?=(?:also |then )?{_ASKING})", re.IGNORECASE)
_END = re.compile(r"(?<=\?)\s+|\n+")
_LEADING = re.compile(r"^(?:\W|\b(?:and|also|plus|or|then)\b)+", re.IGNORECASE)
# What makes the same word another question: "how much is a service", "how long is a service".
_WHICH_WAY = frozenset(["what", "when", "where", "who", "which", "why", "how", "much", "many", "long"])


def is_question(text: str) -> bool:
    """Whether these words ask something."""
    return text.rstrip().endswith("?") or bool(_IS_QUESTION.match(text))


def split(text: str) -> list[str]:
    """The questions of a message, each with the words that belong to it; a text that asks only one is one."""
    parts: list[str] = []
    for sentence in _END.split(text):
        for piece in _joined(sentence):
            whole = bool(telling(piece)) and is_question(piece)
            if parts and not (whole and is_question(parts[-1])):
                parts[-1] = f"{parts[-1]} {piece}"
            elif piece.strip():
                parts.append(piece.strip())
    return parts


def _joined(sentence: str) -> list[str]:
    """The sentence cut where "and how long" and the like begin, if what stands before asks something too."""
    pieces: list[str] = []
    rest = sentence
    while match := _JOIN.search(rest):
        before = rest[: match.start()].rstrip(" ,;")
        if not before or _CLAUSE.match(before) or not _IS_QUESTION.match(before) or not telling(before):
            break
        pieces.append(before)
        rest = rest[match.end() :]
    return [*pieces, rest]


def named(text: str) -> str:
    """The question in a text, as one quotes it within a sentence."""
    asking = next((one for one in reversed(sentences(text)) if is_question(one)), text)
    return shorten(_LEADING.sub("", asking).rstrip("?!. "), 120, placeholder="…")


def same(question: str, other: str) -> bool:
    """Whether somebody asks the same thing again, perhaps in another order or with a "please" more."""
    return _gist(question) == _gist(other)


def _gist(text: str) -> set[str]:
    own = {*telling(text), *(word for word in words(text) if word in _WHICH_WAY)}
    return own if telling(text) else set(words(text))
