"""The part of an article that answers: short articles whole, of long ones the best one to three sentences. Pure."""

import re
from dataclasses import dataclass

from representative.embedded.small_words import telling
from representative.embedded.words import sentences, stems

# An article up to so many words is given whole.
_SHORT = 60
_MOST_WORDS = 70
# With so many words said, a neighbouring sentence must speak of the question too.
_ENOUGH = 20
_MOST_SENTENCES = 3


@dataclass(frozen=True)
class _Span:
    text: str
    start: int
    end: int
    found: float
    words: int


def excerpt(text: str, question: str, *, title: str = "") -> str:
    """What of `text` to say to `question`, verbatim.

    Words that the title has too choose the article, not the sentence: without others it begins at the beginning.
    """
    whole = text.strip()
    if len(whole.split()) <= _SHORT:
        return whole
    wanted = set(telling(question)) - set(telling(title))
    spans = _spans(whole, wanted)
    best = max(range(len(spans)), key=lambda i: (spans[i].found, -i), default=0)
    if spans[best].found == 0:
        best = 0
    first = last = best
    # A heading or "it depends on" makes no answer without what follows.
    while last - first + 1 < _MOST_SENTENCES:
        after = spans[last + 1] if last + 1 < len(spans) else None
        before = spans[first - 1] if first > 0 else None
        said = sum(span.words for span in spans[first : last + 1])
        fits = [
            (span.found, step)
            for span, step in ((after, 1), (before, -1))
            if span is not None and span.words <= _MOST_WORDS - said and (span.found > 0 or said < _ENOUGH)
        ]
        if not fits:
            break
        _, step = max(fits)
        first, last = (first, last + 1) if step == 1 else (first - 1, last)
    return whole[spans[first].start : spans[last].end].strip()


def _spans(whole: str, wanted: set[str]) -> list[_Span]:
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
        found = len(wanted & own) / (1 + 0.1 * len(own) ** 0.5)
        spans.append(_Span(sentence, match.start(), match.end(), found, len(sentence.split())))
    return spans or [_Span(whole, 0, len(whole), 0.0, len(whole.split()))]
