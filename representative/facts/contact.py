"""E-mail addresses and phone numbers in a message."""

import re
from collections.abc import Iterator
from itertools import islice

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from representative.facts.found import Found

_SIGN = r"[^\s@<>,;:()\[\]\"']"
_ADDRESS = re.compile(
    rf"(?<!{_SIGN}){_SIGN}{{1,64}}+@(?={_SIGN}{{1,250}}\.{_SIGN}){_SIGN}{{3,250}}+(?!{_SIGN})"
)
# Written as it is spoken: "vera at initech dot com", with as many parts as an address has.
_AT = r"\s{0,3}+[\[(]?+\s{0,3}+\bat\b\s{0,3}+[\])]?+\s{0,3}+"
_DOT = r"\s{0,3}+[\[(]?+\s{0,3}+\bdot\b\s{0,3}+[\])]?+\s{0,3}+"
_SPELT = re.compile(
    rf"\b([\w.+-]{{1,64}}+){_AT}([\w-]{{1,63}}+(?:\s{{0,3}}+(?:\bdot\b|\.)\s{{0,3}}+[\w-]{{1,63}}+){{0,4}})"
    rf"{_DOT}(\w{{2,63}}+)",
    re.I,
)
# Of one message so many are tried.
_MOST_ADDRESSES, _MOST_NUMBERS = 10, 30
# Whose address or number it is, is said right before it.
_RIGHT_BEFORE = 60
# Somebody else's address: the visitor tells what they did or whom they mean, not where to write.
_ANOTHERS = re.compile(
    r"\b(?:wrote|written|emailed|e-mailed|mailed|sent|contacted|forwarded|your|his|her|their|colleague(?:'s)?|"
    r"boss(?:'s)?|friend(?:'s)?|"
    r"wife(?:'s)?|husband(?:'s)?|reply from|mail from|email from|message from|received from)\b"
    # "What is your address, my mail is …" goes on to the visitor's own.
    r"(?:(?!\bmy (?:e-?mail|mail|address)\b)[^.!?\n]){0,25}$",
    re.I,
)
_PHONE_CUE = re.compile(
    r"\b(?:phone|call|calls|calling|ring|number|mobile|cell|cellphone|tel|telephone|whats ?app|reach|text me|sms|"
    r"contact|signal|telegram)\b",
    re.I,
)
_OTHER_NUMBER = re.compile(
    r"\b(?:order|invoice|tracking|ticket|card|account|reference|ref|customer|case|serial|imei|iban|vat|parcel|"
    r"licence|license|booking|policy|ip|"
    r"version|id)\b(?:\s+(?:number|no|nr|code|id))?[\s.:#-]*(?:is|was)?[\s.:#-]*$",
    re.I,
)


def emails(text: str) -> Iterator[Found]:
    """The visitor's own addresses."""
    for match in islice(_ADDRESS.finditer(text), _MOST_ADDRESSES):
        quote = match.group().strip(".,;:!?*_`/\\")
        if _ANOTHERS.search(_before(text, match.start())):
            continue
        if address := _valid(quote):
            yield Found("email", address, quote)
    if "@" not in text:
        for match in islice(_SPELT.finditer(text), _MOST_ADDRESSES):
            host = re.sub(r"\s*(?:\bdot\b|\.)\s*", ".", match.group(2), flags=re.I)
            if address := _valid(f"{match.group(1)}@{host}.{match.group(3)}"):
                yield Found("email", address, match.group())


def _before(text: str, position: int) -> str:
    return text[max(0, position - _RIGHT_BEFORE) : position]


def _valid(address: str) -> str | None:
    try:
        # No look-up: a visitor's mistake is found by the mail that bounces, not by making them wait.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return str(checked.normalized).lower()


def phones(text: str, *, region: str, asked: bool) -> Iterator[Found]:
    """Phone numbers: valid ones, with a word that says so, a plus, or after the question for one."""
    if sum(sign.isdigit() for sign in text) < 6:
        return
    valid = phonenumbers.Leniency.VALID
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=valid, max_tries=_MOST_NUMBERS):
        international = match.raw_string.lstrip("( ").startswith(("+", "00"))
        if _OTHER_NUMBER.search(_before(text, match.start)):
            continue
        if not (international or asked or _PHONE_CUE.search(text)):
            continue
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        yield Found("phone", str(number), str(match.raw_string))


def region_of(locale: str) -> str:
    """The country whose numbers need no prefix: "en-GB" → GB; English without a country → US."""
    _, _, country = locale.replace("_", "-").partition("-")
    country = country[-2:].upper()
    if country in phonenumbers.SUPPORTED_REGIONS:
        return country
    language = locale[:2].upper()
    return language if language in phonenumbers.SUPPORTED_REGIONS else "US"
