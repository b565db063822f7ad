"""From a text to the words, stems and sentences that retrieval and detectors compare. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
# Scripts that put no space between words: there, each pair of neighbouring signs counts as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]?[^\sa-z])|(?<=[。！？])|\n+")
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|approx|incl|excl|vs|mr|mrs|ms|dr|prof|st|no|nr|ca|p\.m|a\.m|inc|ltd|co)\.$", re.I
)
# With the sign before the longest of them.
_LONGEST = len(" approx.")

_LONG = {"u": "you", "ur": "your", "r": "are"}
_SHORT = re.compile(r"(?<![\w'-])(?:u|ur|r)(?![\w'-])", re.IGNORECASE)

_stemmer = snowballstemmer.stemmer("english")


def normal(text: str) -> str:
    """The text without case, accents and typographic variants."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).replace("’", "'")


def words(text: str) -> list[str]:
    """The words of a text, normalised, in order."""
    return [part for word in _WORD.findall(normal(text)) for part in _parts(word)]


def written_out(text: str) -> str:
    """The text with "u", "r" and "ur" as the words they stand for: they are small words, not rare ones."""
    return _SHORT.sub(lambda found: _LONG[found.group().lower()], text)


def _parts(word: str) -> Iterator[str]:
    if not _UNSPACED.search(word):
        yield word
        return
    for run in re.split(f"({_UNSPACED.pattern})", word):
        if not run:
            continue
        if _UNSPACED.fullmatch(run) and len(run) > 2:
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        else:
            yield run


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one normalised word."""
    return str(_stemmer.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return [stem(word) for word in words(text)]


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line of a list is one."""
    found: list[str] = []
    for part in _SENTENCE_END.split(text):
        piece = part.strip()
        if not piece:
            continue
        if (
            found
            and _ABBREVIATION.search(found[-1][-_LONGEST:])
            and not text_breaks_between(text, found[-1], piece)
        ):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def text_breaks_between(text: str, first: str, second: str) -> bool:
    """Whether a line ends between two neighbouring pieces of a text."""
    start = text.find(first) + len(first)
    return "\n" in text[start : text.find(second, start)]
