"""The part of an article that answers: short articles whole, of long ones the best one to three sentences. Pure."""

import re
from dataclasses import dataclass

from representative.embedded.small_words import telling
from representative.embedded.words import sentences, stems

# An article up to so many words is given whole.
SHORT = 60
_MOST_WORDS = 70
# With so many words said, a neighbouring sentence must speak of the question too.
_ENOUGH = 20
_MOST_SENTENCES = 3
# Of sentences that fit about alike the first is meant: an article begins with what matters most.
_ALIKE = 0.9
# Close by, a neighbour must fit nearly as well.
_NEARLY = 0.8
# What a question asks for without naming it, and what such a sentence looks like.
_TIME = r"(?:minute|hour|day|week|month|year)s?"
_KINDS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(tells, re.IGNORECASE))
    for asks, tells in (
        (
            r"\b(?:how (?:long|fast|quick|quickly|soon)|when|until)\b",
            rf"\b(?:\d+|one|two|three|four|five|six|seven|same|next) (?:\w+ )?{_TIME}\b|\b\d+ (?:am|pm)\b",
        ),
        (
            r"\b(?:how much|costs?|prices?|fees?|charges?|expensive)\b",
            r"[€$£¥] ?\d|\d ?(?:[€$£¥]|euros?\b|dollars?\b|pounds?\b)|\bfree\b",
        ),
    )
)


@dataclass(frozen=True)
class _Span:
    text: str
    start: int
    end: int
    found: float
    words: int


def excerpt(text: str, question: str, *, title: str = "", short: int = SHORT) -> str:
    """What of `text` to say to `question`, verbatim: up to `short` words all of it, else what speaks of it.

    Words that the title has too choose the article, not the sentence: without others it begins at the beginning.
    """
    whole = text.strip()
    if len(whole.split()) <= short:
        return whole
    closely = short < SHORT
    wanted = set(telling(question)) - set(telling(title))
    told = [tells for asks, tells in _KINDS if closely and asks.search(question)]
    spans = _spans(whole, wanted, told)
    most = max(span.found for span in spans)
    first = last = next(i for i, span in enumerate(spans) if span.found >= _ALIKE * most)
    least, enough = (_NEARLY * most, 0) if closely else (0.0, _ENOUGH)
    # A heading or "it depends on" makes no answer without what follows.
    while last - first + 1 < _MOST_SENTENCES:
        after = spans[last + 1] if last + 1 < len(spans) else None
        before = spans[first - 1] if first > 0 else None
        said = sum(span.words for span in spans[first : last + 1])
        fits = [
            (span.found, step)
            for span, step in ((after, 1), (before, -1))
            if span is not None and span.words <= _MOST_WORDS - said and (span.found > least or said < enough)
        ]
        if not fits:
            break
        _, step = max(fits)
        first, last = (first, last + 1) if step == 1 else (first - 1, last)
    return whole[spans[first].start : spans[last].end].strip()


def _spans(whole: str, wanted: set[str], told: list[re.Pattern[str]]) -> list[_Span]:
    spans: list[_Span] = []
    at = 0
    for sentence in sentences(whole):
        # sentences() joins pieces split at an abbreviation with one space; look for its words instead.
        pattern = r"\s+".join(map(re.escape, sentence.split()))
        match = re.compile(pattern).search(whole, at)
        if match is None:
            continue
        at = match.end()
        own = set(stems(sentence))
        points = len(wanted & own) + sum(bool(kind.search(sentence)) for kind in told)
        found = points / (1 + 0.1 * len(own) ** 0.5)
        spans.append(_Span(sentence, match.start(), match.end(), found, len(sentence.split())))
    return spans or [_Span(whole, 0, len(whole), 0.0, len(whole.split()))]
