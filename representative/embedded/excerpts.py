"""The part of an article that answers: short ones whole, of long ones the first sentence and the best. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from representative.embedded.small_words import telling
from representative.embedded.words import sentences, stems

# An article up to so many words is given whole; so is one up to WHOLE that is asked for in its own words.
SHORT, WHOLE = 60, 100
_MOST_WORDS = 70
# With so many words said, a neighbouring sentence must speak of the question too.
_ENOUGH = 20
_MOST_SENTENCES = 3
# Of sentences that fit about alike the first is meant: an article begins with what matters most.
_ALIKE = 0.9
# Close by, a neighbour must fit nearly as well.
_NEARLY = 0.8
# By their stems. They stand with any span of time, and so choose no sentence.
_WHEN = frozenset(["after", "befor", "within"])
# What may be done and what not is only told by the rule and all that refines it.
_MAY_I = re.compile(r"\b(?:can|could|may|am|are) (?:i|we)\b|\bis it (?:possible|allowed|ok)\b", re.IGNORECASE)
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

    Its first sentence is not left out, for it states the rule that the others refine; but what is said to "how much"
    begins with the sentence that tells it. Words that the title has too choose the article, not the sentence: without
    others it begins at the beginning.
    """
    whole = text.strip()
    if len(whole.split()) <= SHORT:
        return whole
    begin = _beginning(whole, question, title)
    if len(whole.split()) <= short:
        return whole[begin:]
    whole = whole[begin:]
    spans = _spans(whole, _wanted(question, title), [])
    first, last = _grown(spans, 0, 0.0, _ENOUGH)
    return _said(whole, spans, [0, *range(first, last + 1)])


def closely(text: str, question: str, *, title: str = "", rule: bool = False) -> str:
    """Only the sentences that answer `question`, verbatim, beside others or after the rest was said; may be empty.

    With `rule` the first sentence too, without which the others may say the opposite of what is so; but for a
    question that asks how long or how much, which one sentence answers.
    """
    whole = text.strip()
    told = [tells for asks, tells in _KINDS if asks.search(question)]
    rule = rule and not told
    spans = _spans(whole, _wanted(question, title) or _wanted(question), told)
    most = max(span.found for span in spans)
    if not most:
        return ""
    first, last = _grown(spans, 0 if rule else None, _NEARLY * most, 0)
    return _said(whole, spans, [*([0] if rule else []), *range(first, last + 1)])


def rest(text: str, said: str) -> str:
    """What of `text` was not said yet, up to some sentences; empty when all of it was."""
    whole = text.strip()
    spans = _spans(whole, set(), [])
    return _said(whole, spans, [i for i, span in enumerate(spans) if span.text not in said][:_MOST_SENTENCES])


def names_only(question: str, title: str) -> bool:
    """Whether the question asks for just what the title names, and nothing more particular of it."""
    asks = any(kind.search(question) for kind, _ in _KINDS)
    return bool(_wanted(question)) and not _wanted(question, title) and not asks


def _beginning(whole: str, question: str, title: str) -> int:
    """Where the sentence begins that tells how long or how much, if that is asked and one speaks of it best."""
    told = [tells for asks, tells in _KINDS if asks.search(question)]
    if not told or _MAY_I.search(question):
        return 0
    wanted = _wanted(question, title)
    spans = _spans(whole, wanted, told)
    most = max(span.found for span in spans)
    best = next(span for span in spans if span.found >= _ALIKE * most)
    tells = any(kind.search(best.text) for kind in told)
    return best.start if tells and (not wanted or wanted & set(stems(best.text))) else 0


def _wanted(question: str, title: str = "") -> set[str]:
    # "After 5 weeks" asks for no sentence with a 5 or an "after" in it.
    own = {word for word in telling(question) if not word.isdigit() and word not in _WHEN}
    return own - set(telling(title))


def _grown(spans: list[_Span], kept: int | None, least: float, enough: int) -> tuple[int, int]:
    """The best sentence with the neighbours that speak of the question too, beside one that is `kept` anyway."""
    most = max(span.found for span in spans)
    first = last = next(i for i, span in enumerate(spans) if span.found >= _ALIKE * most)
    # A heading or "it depends on" makes no answer without what follows.
    while True:
        chosen = {*range(first, last + 1), *([] if kept is None else [kept])}
        said = sum(spans[i].words for i in chosen)
        if len(chosen) >= _MOST_SENTENCES:
            return first, last
        fits = [
            (spans[i].found, step)
            for i, step in ((last + 1, 1), (first - 1, -1))
            if 0 <= i < len(spans)
            and i not in chosen
            and spans[i].words <= _MOST_WORDS - said
            and (spans[i].found > least or said < enough)
        ]
        if not fits:
            return first, last
        _, step = max(fits)
        first, last = (first, last + 1) if step == 1 else (first - 1, last)


def _said(whole: str, spans: list[_Span], chosen: Iterable[int]) -> str:
    """These sentences in their order, with a mark where some between them are left out."""
    text, before = "", -1
    for i in sorted(set(chosen)):
        if text and i == before + 1:
            text += whole[spans[before].end : spans[i].end]
        else:
            text += f"{' … ' if text else ''}{whole[spans[i].start : spans[i].end]}"
        before = i
    return text.strip()


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
