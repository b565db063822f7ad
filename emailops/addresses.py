"""Mail addresses and header values from outside. Pure."""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from accounts.names import is_unsafe
from domains.hosts import ascii_host

# Django's rather than a library that refuses reserved names: `.local` and `.test` are what people use inside.
_SYNTAX = EmailValidator(allowlist=["localhost"])


class BadAddress(ValueError):
    """Not an address that mail can be sent to. The text says why."""


class UnsafeHeader(ValueError):
    """A header value that could begin another header."""


class BadSender(ValueError):
    """Not a sender, so no mail can leave, whoever it goes to. The text says why."""


def clean_address(value: str) -> str:
    """The address in the one form that is stored and sent to: the domain in lower-case ASCII.

    Raises BadAddress. Nothing is looked up. Local names (`root@localhost`) are allowed: a team may live
    behind its own relay.
    """
    value = value.strip()
    if not value or len(value) > 254:
        raise BadAddress("Enter an e-mail address, such as sales@example.com.")
    if is_unsafe(value):
        raise BadAddress("The address has line breaks or other signs that cannot be part of one.")
    local, _, host = value.rpartition("@")
    try:
        address = f"{local}@{ascii_host(host)}"
        _SYNTAX(address)
    except (ValidationError, ValueError):
        raise BadAddress(f"“{value}” is not an e-mail address. Enter exactly one, without a name.") from None
    if len(local) > 64 or len(address) > 254 or re.search(r"""["\[\]]""", value):
        raise BadAddress(f"“{value}” is not an e-mail address that mail servers take.")
    return address


@lru_cache(maxsize=256)
def clean_sender(name: str, address: str) -> tuple[str, str]:
    """Name and address that mail comes from, in the form that is sent. Raises BadSender."""
    try:
        return clean_header(name), clean_address(address)
    except (UnsafeHeader, BadAddress) as wrong:
        raise BadSender(f"The sender cannot be used. {wrong}") from None


def split_sender(value: str) -> tuple[str, str]:
    """`Privas <privas@example.com>` as name and address."""
    found = re.fullmatch(r"\s*(.*?)\s*<([^<>]+)>\s*", value)
    return (found[1].strip('"'), found[2]) if found else ("", value)


def same_key(address: str) -> str:
    """What two spellings of one mailbox have in common."""
    return address.casefold()


def clean_header(value: str) -> str:
    """The value, if it can stand in a header as it is. Raises UnsafeHeader for line breaks and control
    characters.
    """
    if is_unsafe(value):
        raise UnsafeHeader("Line breaks and control characters cannot stand in a subject, name or address.")
    return value


def one_line(value: str, most: int) -> str:
    """Foreign words made fit for a header: what could break it is a space, and it ends after `most` signs."""
    words = "".join(" " if is_unsafe(sign) else sign for sign in value).split()
    line = " ".join(words)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
