"""Names and companies in a message."""

import re
import unicodedata
from collections.abc import Iterator

from representative.facts.found import Found, proper

# Not in the middle of a word, nor of one that is put together.
_BEGINS = r"(?<!\w)(?<!\w[&'’-])"
_PART = r"[^\W\d_][\w'’.-]*+"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*+"
_PARTICLE = r"(?:de|da|del|della|di|du|van|von|der|den|la|le|bin|bint|al|el|ter|dos|das|do)"
_NAME = rf"{_CAPITAL}(?: (?:{_PARTICLE} ){{0,3}}{_CAPITAL}){{0,3}}"
_FIRM = r"(?:[A-ZÀ-Ž0-9][\w&'’.-]*+)(?:[ ](?:(?:&|and|of|the|for|de|und|y) )?(?:[A-ZÀ-Ž0-9][\w&'’.-]*+)){0,4}"

# "I'm X" is a name only when X looks like one; "my name is X" always is.
_SAYS_NAME = re.compile(
    rf"\b(?:my (?:full |first )?name(?:'s| is)|name\s*:|(?:you can |please )?call me|i am "
    rf"called)\s+({_PART}(?: {_PART}){{0,3}})",
    re.I,
)
_IS_NAME = re.compile(
    rf"\b(?:[Ii](?:'|’)?m|[Ii] am|[Tt]his is|[Ii]t is|[Ii]t's|[Hh]ere is|[Ss]peaking is)\s+({_NAME})"
)
_SIGNED = re.compile(
    rf"(?:\n|[.!,]\s)[^\S\n]{{0,9}}+(?:thanks|thank you|regards|best(?: regards)?|cheers|kind regards|sincerely|--?|"
    rf"–)[^\S\n]{{0,9}}+,?[^\S\n]{{0,9}}+\n\s{{0,9}}+({_NAME})\s*+$",
    re.I,
)
# "Maria Rossi, maria.rossi@…": a name where the address says it too.
_BEFORE_ADDRESS = re.compile(rf"{_BEGINS}((?:[A-Z]\. )?{_NAME}),\s{{0,9}}+([\w.+-]{{1,64}}+)@")
_BARE = re.compile(
    rf"^(?:(?:it(?:'|’)?s|it is|sure|yes|ok|hi|hello|i(?:'|’)?m|i am|this is|just|name "
    rf"is)[,!. ]+)*({_PART}(?: {_PART}){{0,3}})[.!]?(?:\s*[,(;]|\s+(?:from|at|here)\b|$)",
    re.I,
)
_CONTRACTED = re.compile(r"(?:['’](?:d|m|ll|ve|re)|n['’]t)$")
_NO_NAME_TEXT = """
a an the not so very just really also still here there looking interested trying sorry glad happy sure fine good
ok okay well new having wondering asking calling writing using working from at in on with for about afraid
unable able ready done late sick tired angry frustrated confused curious yes no maybe hi hello hey thanks thank
please what why how when where who which can could would do does is are my your our it that this and or but if
need want would like rather skip none nothing anonymous later stop help planning thinking going located based
currently the to me you nobody private unsure aware stuck lost back almost one two three customer user visitor
student developer manager owner founder ceo cto designer teacher freelancer guest buyer member admin english
american british german french spanish italian dutch indian monday tuesday wednesday thursday friday saturday
sunday pro basic free premium great awesome perfect wrong right
"""
_NO_NAME = frozenset(_NO_NAME_TEXT.split())
_PLACES_TEXT = """
berlin london paris madrid rome vienna munich hamburg zurich geneva amsterdam brussels dublin lisbon porto
barcelona milan oslo stockholm copenhagen helsinki warsaw prague budapest athens istanbul moscow kyiv bucharest
sofia belgrade zagreb jakarta bandung surabaya bali singapore tokyo osaka seoul beijing shanghai delhi mumbai
bangalore sydney melbourne auckland toronto vancouver montreal chicago boston seattle austin dallas houston
miami denver atlanta philadelphia york angeles francisco diego vegas california texas florida ohio nevada mexico
lima bogota santiago cairo lagos nairobi johannesburg germany france spain italy portugal netherlands belgium
austria switzerland poland sweden norway denmark finland ireland england scotland wales britain uk usa us
america canada australia india indonesia china japan korea brazil argentina chile colombia peru egypt nigeria
kenya europe asia africa turkey russia ukraine greece romania hungary czechia
"""
_PLACES = frozenset(_PLACES_TEXT.split())
_SUFFIX = r"(?:Inc|LLC|Ltd|Limited|GmbH|AG|SA|SAS|BV|Corp|Corporation|Co|PLC|plc|Pty|Oy|AB|SpA|SRL|KG)"
_FIRMS = [
    re.compile(pattern)
    for pattern in (
        rf"\b[Ii](?: currently| also)? work (?:at|for|with) ({_FIRM})",
        rf"\b(?:[Mm]y|[Oo]ur|[Tt]he) (?:company|firm|business|organi[sz]ation|employer|startup|start-up|agency|"
        rf"shop|studio)(?:'s name)?(?: is called| is named| name is| is|,|:) ({_FIRM})",
        rf"\b[Cc]ompany(?: name)?\s*[:=]\s*({_FIRM})",
        rf"\b(?:on behalf of|representing|employed (?:at|by)|working (?:at|for)|we are calling from|calling from|"
        rf"writing from) ({_FIRM})",
        rf"\b(?:[Ii](?:'|’)?m|[Ii] am|[Tt]his is|[Mm]y name is|[Nn]ame is) {_NAME}(?:,| and i work)? (?:from|at|"
        rf"of|with) ({_FIRM})",
        rf"\b(?:[Ii](?:'|’)?m|[Ii] am) (?:the|an?) [\w -]{{2,40}} (?:at|of|for|with) ({_FIRM})",
        rf"\b[Ww]e(?:'|’)?(?: a)?re ({_FIRM} {_SUFFIX})\b",
        rf"{_BEGINS}([A-Z][\w&'’-]*+(?: [A-Z][\w&'’-]*+){{0,3}},? {_SUFFIX})\b\.?",
    )
]
_BARE_FIRM = re.compile(
    r"^(?:(?:it(?:'|’)?s|it is|called|we are|we're|i work (?:at|for)|at|for|sure|yes|"
    r"ok)[,:. ]+)*([^\W_][\w&'’.-]*(?: [\w&'’.-]+){0,4}?)[.!]?$",
    re.I,
)
_NO_FIRM = re.compile(
    r"\b(?:no|not|none|nothing|rather|private|self|freelanc\w+|myself|individual|personal|why|what|student|skip|"
    r"don't|dont|do|how|unemployed|retired)\b",
    re.I,
)


def names(text: str, *, asked: bool) -> Iterator[Found]:
    """The visitor's own name."""
    for pattern in (_SAYS_NAME, _IS_NAME, _SIGNED):
        for match in pattern.finditer(text):
            if value := _as_name(match.group(1), sure=pattern is _SAYS_NAME):
                yield Found("name", value, match.group().strip())
                return
    for match in _BEFORE_ADDRESS.finditer(text):
        said, address = match.group(1), _plain(match.group(2))
        confirmed = any(len(part) > 2 and part in address for part in _plain(said).split())
        if confirmed and (value := _as_name(said, sure=False)):
            yield Found("name", value, said)
            return
    bare = (
        _BARE.match(text.strip())
        if asked and len(text.split()) <= 8 and "?" not in text and "@" not in text
        else None
    )
    if bare and (value := _as_name(bare.group(1), sure=True)):
        yield Found("name", value, bare.group(1))


def _plain(text: str) -> str:
    """In small letters without accents, as names stand in addresses."""
    return "".join(
        sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign)
    )


def _as_name(text: str, *, sure: bool) -> str | None:
    parts: list[str] = []
    for part in proper(text).split():
        low = part.lower().strip(".,")
        if low in _NO_NAME or _CONTRACTED.search(low) or (low in {"from", "at", "here", "and", "by", "i"}):
            break
        if part.endswith((".", ",")) and len(part) > 2:
            parts.append(part.strip(".,"))
            break
        parts.append(part)
    if not parts or (not sure and parts[0].lower() in _PLACES):
        return None
    if len(parts) == 1 and len(parts[0]) < 2:
        return None
    return " ".join(
        part
        if not part.islower() or part in {"de", "van", "von", "der", "la", "bin", "al"}
        else part.capitalize()
        for part in parts
    )[:120]


def companies(text: str, *, asked: bool) -> Iterator[Found]:
    """The firm that the visitor is from."""
    for pattern in _FIRMS:
        for match in pattern.finditer(text):
            value = proper(re.split(r"\.(?:\s|$)|,(?!\s*(?:Inc|LLC|Ltd))", match.group(1))[0])
            first = value.split()[0].lower() if value else ""
            if len(value) > 1 and not (set(value.lower().split()) & _PLACES) and first not in _NO_NAME:
                yield Found("company", value[:120], match.group().strip())
                return
    stripped = text.strip()
    bare = (
        _BARE_FIRM.match(stripped)
        if asked and len(stripped.split()) <= 7 and "?" not in stripped and "@" not in stripped
        else None
    )
    if bare and not _NO_FIRM.search(stripped):
        value = proper(bare.group(1))
        if len(value) > 1 and value.lower() not in _NO_NAME:
            yield Found("company", value[:120], bare.group(1))
