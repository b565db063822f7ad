"""Which of the suggested articles a short reply picks: "2", "the second", "the last one", its title. Pure."""

import re
from collections.abc import Sequence

from representative.detectors.phrases import plain
from representative.detectors.replies import says_no, says_yes
from representative.embedded.small_words import telling

_ORDINALS = (
    ("1", "one", "first", "1st", "former", "a"),
    ("2", "two", "second", "2nd", "b"),
    ("3", "three", "third", "3rd", "c"),
)
_NUMBER = re.compile(
    r"^(?:(?:the|number|no|nr|option|i mean|i meant|it is|that is|yes|ok|please|choose|pick|take|is|answer|article|"
    r"about|i would like|i want|show me|tell me about) )*(?P<which>\w+)"
    r"(?: (?:one|option|article|please|thanks|of them|question|answer))*$"
)
_LAST = frozenset({"last", "latter", "bottom"})
_BARE_WORD = frozenset({"a", "b", "c"})


def picked(text: str, titles: Sequence[str]) -> int | None:
    """The position of the title that is meant, the first by a plain yes; None when the words are something else."""
    words = plain(text)
    if says_yes(text):
        return 0
    if match := _NUMBER.match(words):
        which = match.group("which")
        if which in _LAST:
            return len(titles) - 1
        for position, names in enumerate(_ORDINALS[: len(titles)]):
            if which in names and not (which in _BARE_WORD and words != which):
                return position
    return _by_title(text, titles)


def _by_title(text: str, titles: Sequence[str]) -> int | None:
    """A title whose telling words the reply repeats, and no other's as well."""
    said = set(telling(text))
    if not said or len(text.split()) > 12:
        return None
    shares = []
    for title in titles:
        own = set(telling(title))
        shares.append(len(said & own) / len(said) if own else 0.0)
    best = max(range(len(shares)), key=shares.__getitem__)
    others = [share for position, share in enumerate(shares) if position != best]
    clear = shares[best] >= 0.6 and all(share < shares[best] for share in others)
    return best if clear else None


def picks_none(text: str) -> bool:
    """None of them."""
    return says_no(text) or bool(
        re.search(r"\b(?:none|neither|not (?:any|one) of|something else|other)\b", plain(text))
    )
