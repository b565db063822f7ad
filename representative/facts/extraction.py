"""Reading a transcript for facts: a pure function, so that reading it again finds the same.

What an operator asked and the visitor answered counts like any other question and answer, so handing back needs no
catching up. From an operator's own words only what is said *to* the visitor counts ("your e-mail is …").
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from representative.base import Line
from representative.facts import contact, interest, person
from representative.facts.asking import asked_fields
from representative.facts.found import Found, proper

# Longer ones are pasted texts, not somebody introducing themselves; only contact details are read from them.
LONG = 1500


@dataclass(frozen=True)
class Fact:
    """A found fact with the message that says it and whose words those are."""

    field: str
    value: str
    quote: str
    n: int
    source: str


_TO_THE_VISITOR = re.compile(
    r"\b(?:your|ur) (e-?mail(?: address)?|phone(?: number)?|name|company|budget|number)\b(?: address)?(?: as| is|:|"
    r" was| ,)+ (?:an? )?([^\n?!;]{2,80}?)"
    r"(?:[,.](?:\s|$)|[?!;\n]|\s(?:right|correct|and|so|is that)\b|$)",
    re.I,
)
_FIELDS = {"name": "name", "company": "company", "budget": "budget", "number": "phone"}


def facts_of(
    transcript: Sequence[Line], *, locale: str = "", asked_by_ai: Sequence[tuple[int, str]] | None = None
) -> list[Fact]:
    """All facts of a transcript in order; at most one of each field from each message.

    `asked_by_ai`: (number of an AI message, the field it asked for) where that is on record. Without it the AI's
    words are read like an operator's, and a suggested title such as "Change my e-mail?" may look like a question.
    """
    region = contact.region_of(locale)
    on_record = None if asked_by_ai is None else dict(asked_by_ai)
    asked: list[str] = []
    facts: list[Fact] = []
    for line in transcript:
        if line.by == "visitor":
            visitors = _visitor_says(line.text, asked=asked, region=region)
            asked = [] if visitors else asked
            facts += _once(visitors, line)
            continue
        if line.by == "ai" and on_record is not None:
            asked = [on_record[line.n]] if line.n in on_record else []
            continue
        asked = asked_fields(line.text)
        if line.by == "operator":
            facts += _once(_operator_says(line.text, region=region), line)
    return facts


def _once(found: Iterable[Found], line: Line) -> Iterator[Fact]:
    seen: set[str] = set()
    for one in found:
        quote = one.quote[:300]
        if one.field not in seen and one.value and quote and quote in line.text:
            seen.add(one.field)
            yield Fact(one.field, one.value[:300], quote, line.n, line.by)


def _visitor_says(text: str, *, asked: Sequence[str], region: str) -> list[Found]:
    found = [*contact.emails(text), *contact.phones(text[:LONG], region=region, asked="phone" in asked)]
    if len(text) <= LONG:
        found += interest.budgets(text, asked="budget" in asked)
        found += interest.timings(text, asked="timing" in asked)
        found += interest.needs(text)
        # A bare "Maria" answers the question for a name, unless something else was given instead.
        bare = not found
        found += person.names(text, asked=bare and "name" in asked)
        if "name" in asked and not bare and not any(one.field == "name" for one in found):
            # "Vera, vera@initech.example": what is left beside the rest is the name.
            found += person.names(_without(text, found), asked=True)
        found += person.companies(text, asked=bare and "company" in asked and "name" not in asked)
    return found


def _without(text: str, found: Sequence[Found]) -> str:
    for one in found:
        text = text.replace(one.quote, " ")
    return re.sub(r"^[\s,;:.-]*(?:and )?|(?:,? and)?[\s,;:-]*$", "", text)


def _operator_says(text: str, *, region: str) -> Iterator[Found]:
    for match in _TO_THE_VISITOR.finditer(text):
        label, said = match.group(1).lower(), match.group(2).strip()
        if label.startswith(("e", "phone", "number")):
            source = (
                contact.emails(said)
                if label.startswith("e")
                else contact.phones(said, region=region, asked=True)
            )
            for one in source:
                yield Found(one.field, one.value, one.quote)
            continue
        field = _FIELDS[label]
        if field == "name":
            yield from (
                Found("name", one.value, match.group().strip())
                for one in person.names(f"My name is {said}", asked=False)
            )
        elif field == "company":
            yield Found("company", proper(said)[:120], match.group().strip())
        else:
            yield from (
                Found("budget", one.value, match.group().strip())
                for one in interest.budgets(said, asked=True)
            )


def latest(facts: Sequence[Fact]) -> dict[str, Fact]:
    """The newest fact of each field."""
    return {fact.field: fact for fact in sorted(facts, key=lambda fact: fact.n)}
