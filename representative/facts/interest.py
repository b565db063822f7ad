"""What the visitor wants, for how much, and by when."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from representative.facts.found import Found, proper

_NUMBER = r"(?<!\d)\d(?:[.,' ]?\d){0,14}+(?:\s?(?:k|m|thousand|million|mio|grand)\b)?"
_CURRENCY = r"(?:[$€£¥₹]|(?:USD|EUR|GBP|CHF|AUD|CAD|IDR|INR|Rp|dollars?|euros?|pounds?|bucks)(?![^\W\d_]))"
_MONEY = rf"(?:{_CURRENCY}\s?{_NUMBER}(?:\s?{_CURRENCY})?|{_NUMBER}\s?{_CURRENCY})"
_AMOUNT = rf"(?:{_MONEY}|(?<!\d)\d[\d.,']{{0,15}}\s?(?:k|thousand|million|grand)\b|(?<!\d)\d[\d.,']{{2,15}})"
_RANGE = (
    rf"{_AMOUNT}(?:\s?(?:-|–|to|and)\s?{_AMOUNT})?(?:\s?(?:/|per|a|each)\s?(?:month|mo|year|yr|annum|user|seat|"
    rf"week))?"
)
_BUDGETS = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"\bbudget\w*\b[^.!?\n]{{0,40}}?({_RANGE})",
        rf"({_RANGE})\s(?:\w+\s){{0,3}}budget\b",
        rf"\b(?:spend|afford|invest|pay|willing to pay|looking to spend|max(?:imum)?|no more than|at most|up to|"
        rf"under|below|less than)\b"
        rf"[^.!?\n]{{0,25}}?({_MONEY}(?:\s?(?:-|–|to|and)\s?{_AMOUNT})?(?:\s?(?:/|per|a)\s?(?:month|mo|year|yr|"
        rf"user|seat))?)",
    )
]
_NOT_BUDGET = re.compile(
    r"\b(?:do|does|did|is|are|was|were|why|charged|refund|invoice|paid|cost me|costs?|have to|must|should) (?:i|"
    r"it|you|we|the|that)?\b",
    re.I,
)

_MONTHS_TEXT = """
january february march april may june july august september october november december
"""
_MONTHS = _MONTHS_TEXT.split()
_WHEN = (
    r"(?:as soon as possible|asap|immediately|right away|straight away|urgently|today|tomorrow|tonight|this "
    r"(?:week|month|quarter|year|summer|fall|autumn|winter|spring)|"
    r"next (?:week|month|quarter|year|summer|fall|autumn|winter|spring|monday|tuesday|wednesday|thursday|friday)|"
    r"(?:by |before |until )?(?:the )?end of (?:the |this |next )?(?:week|month|quarter|year|"
    + "|".join(_MONTHS)
    + r")|"
    r"(?:with)?in (?:the next |about |around )?(?:an?|one|two|three|four|five|six|a couple of|a few|\d{1,2}) "
    r"(?:days?|weeks?|months?|years?)|"
    r"(?:by|in|before|until|from|on|around|starting|early|mid|late) (?:early |mid |late )?(?:"
    + "|".join(_MONTHS)
    + r")(?: \d{1,2}(?:st|nd|rd|th)?)?|"
    r"(?:by|in|before) q[1-4]|q[1-4](?: 20\d\d)?|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday))"
)
_TIMING = re.compile(rf"\b{_WHEN}\b", re.I)
_TIMING_CUE = re.compile(
    r"\b(?:need|start|starting|launch|go live|buy|buying|decide|decision|deadline|implement|switch|roll ?out|want|"
    r"looking|ready|move|order|ordering|begin|migrate|"
    r"set up|hoping|plan|planning|purchase|sign|kick off|get going|up and running)\b",
    re.I,
)

_WANTS = re.compile(
    r"\b(?:(?:i|we)(?:'|’)?(?: a)?(?:m|re)?(?: am| are)? (?:\w+ ){0,2}?(?:interested in|looking for|looking to "
    r"(?:buy|order|purchase|switch|get|try|book|hire|upgrade)|"
    r"in the market for|considering|planning to (?:buy|order|purchase|switch|book)|evaluating|shopping for)|"
    r"(?:i|we)(?:'|’)?(?:d| would)? (?:\w+ )?(?:want|like|love|need) (?:to )?(?:buy|order|purchase|book|subscribe|"
    r"sign up|try|upgrade|see a demo|get a (?:demo|quote|trial|price)|"
    r"schedule a (?:demo|call)|start a trial|request a (?:demo|quote)|a (?:demo|quote|trial|price|proposal|offer))|"
    r"(?:can|could|may) (?:i|we|you) (?:get|have|see|book|schedule|request|send (?:me|us)) (?:a|an|your) (?:\w+ "
    r")?(?:demo|quote|trial|proposal|offer|price list)|"
    r"(?:request|book|schedule|need|want|send me) a (?:\w+ )?(?:demo|quote|trial|proposal)|"
    r"(?:how much|what)(?: would| does| will| is|'s)? (?:it |the |this |that )?(?:\w+ ){0,3}(?:cost|price|pricing|"
    r"be)? ?(?:for|to) (?:\d+|a team|my team|our|us)|"
    r"(?:pricing|price|quote|licen[cs]es?|seats) for (?:\d+|a team|my team|our|us))\b[^.!?\n]*",
    re.I,
)
_BEGINNING = 1000
_SUPPORT = re.compile(
    r"\b(?:not working|does(?: not|n't) work|did(?: not|n't) work|broken|refund|complain|complaint|bug|error|"
    r"crash\w*|cancel my|cancel (?:the|our)|damaged|missing|late|"
    r"(?:have|has)(?: not|n't) arrived|locked out|reset my|forgot my|can(?: not|'t|not) log ?in|wrong (?:item|"
    r"order|size)|charged twice|my (?:order|invoice|account|parcel|delivery))\b",
    re.I,
)


def budgets(text: str, *, asked: bool) -> Iterator[Found]:
    """A sum the visitor would spend."""
    for pattern in _BUDGETS:
        if (match := pattern.search(text)) and not _NOT_BUDGET.search(
            text[max(0, match.start() - 12) : match.start()]
        ):
            yield Found("budget", proper(match.group(1)), match.group().strip())
            return
    if asked and (match := re.search(_RANGE, text, re.I)):
        yield Found("budget", proper(match.group()), match.group().strip())


def timings(text: str, *, asked: bool) -> Iterator[Found]:
    """When it should happen."""
    if (match := _TIMING.search(text)) and (
        asked or (_TIMING_CUE.search(text) and "?" not in text[match.end() :][:3])
    ):
        yield Found("timing", match.group().strip().lower(), match.group().strip())


def needs(text: str) -> Iterator[Found]:
    """A wish to buy, try or get an offer, in the visitor's own words."""
    if match := _WANTS.search(text):
        yield Found("need", proper(match.group())[:200], match.group().strip()[:300])


def is_support(text: str) -> bool:
    """Whether the words are about something bought already; said late in a long text it is not what they are about."""
    return bool(_SUPPORT.search(text[:_BEGINNING]))


_SPANS = {"day": 1, "week": 7, "month": 30, "year": 365}
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "a couple of": 2,
    "a few": 3,
}
_FIXED = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "this week": 7,
    "next week": 14,
    "this month": 30,
    "end of week": 7,
    "next month": 45,
}


def days_until(timing: str, today: date) -> int | None:
    """About how many days until then; None where the words don't say."""
    words = timing.lower()
    if re.search(r"as soon as|asap|immediately|away|urgently", words):
        return 0
    if match := re.search(
        r"(an?|one|two|three|four|five|six|a couple of|a few|\d{1,2}) (day|week|month|year)s?", words
    ):
        count = _COUNTS.get(match.group(1)) or int(match.group(1))
        return count * _SPANS[match.group(2)]
    if match := re.search(r"end of (?:the |this |next )?(week|month|quarter|year)", words):
        return {"week": 7, "month": 30, "quarter": 90, "year": 365}[match.group(1)] + (
            30 if "next" in words else 0
        )
    if match := re.search("|".join(_MONTHS), words):
        month = _MONTHS.index(match.group()) + 1
        year = today.year + (month < today.month)
        return max(0, (date(year, month, 28 if "end" in words or "late" in words else 1) - today).days)
    if re.search(r"monday|tuesday|wednesday|thursday|friday|saturday|sunday", words):
        return timedelta(days=7).days
    return next((days for phrase, days in _FIXED.items() if phrase in words), None)
