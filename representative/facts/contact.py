"""E-mail addresses and phone numbers in a message."""

import re
from collections.abc import Iterator

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from representative.facts.found import Found

_ADDRESS = re.compile(r"[^\s@<>,;:()\[\]\"']+@[^\s@<>,;:()\[\]\"']+\.[^\s@<>,;:()\[\]\"']+")
_SPELT = re.compile(
    r"\b([\w.+-]+)\s*[\[(]?\s*(?:\bat\b)\s*[\])]?\s*([\w-]+(?:\s*(?:\bdot\b|"
    r"\.)\s*[\w-]+)*)\s*[\[(]?\s*\bdot\b\s*[\])]?\s*(\w{2,})\b",
    re.I,
)
# Somebody else's address: the visitor tells what they did or whom they mean, not where to write.
_ANOTHERS = re.compile(
    r"\b(?:wrote|written|emailed|e-mailed|mailed|sent|contacted|forwarded|your|his|her|their|colleague(?:'s)?|"
    r"boss(?:'s)?|friend(?:'s)?|"
    r"wife(?:'s)?|husband(?:'s)?|reply from|mail from|email from|message from|received from)\b[^.!?\n]{0,25}$",
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
    for match in _ADDRESS.finditer(text):
        quote = match.group().strip(".,;:!?*_`/\\")
        if _ANOTHERS.search(text[: match.start()]):
            continue
        if address := _valid(quote):
            yield Found("email", address, quote)
    if "@" not in text:
        for match in _SPELT.finditer(text):
            host = re.sub(r"\s*(?:\bdot\b|\.)\s*", ".", match.group(2), flags=re.I)
            if address := _valid(f"{match.group(1)}@{host}.{match.group(3)}"):
                yield Found("email", address, match.group())


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
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
        international = match.raw_string.lstrip("( ").startswith(("+", "00"))
        if _OTHER_NUMBER.search(text[: match.start]):
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
