"""Names that people give themselves: one line, in headers of mails as on screens."""

import unicodedata

from django.core.exceptions import ValidationError

# Line breaks that are no control characters, and signs that turn text round.
_BREAKS = frozenset("\u2028\u2029\u0085\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_unsafe(value: str) -> bool:
    """Whether the value has a control character, a line break of any kind, or a sign that turns text
    round.
    """
    # All of these are unprintable, and nearly every value is printable.
    if value.isprintable():
        return False
    return any(sign in _BREAKS or unicodedata.category(sign) in {"Cc", "Cs"} for sign in value)


def one_line_name(value: str) -> None:
    """Raise ValidationError for a name that could not stand in one line of a mail's header."""
    if is_unsafe(value):
        raise ValidationError(
            "A name is one line, without line breaks and control characters.", code="not_one_line"
        )
