"""The lead score, 0 to 100, recomputed from the facts so that each point can be explained. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from representative.base import Line
from representative.facts.extraction import Fact
from representative.facts.interest import days_until, is_support

_SOON_DAYS = 30
_PRICING = re.compile(
    r"/(?:pricing|prices?|plans?|preise|tarif\w*|precios|harga|tarifs|quote|buy|checkout)\b", re.IGNORECASE
)
_DISPOSABLE_TEXT = """
mailinator.com guerrillamail.com guerrillamail.net sharklasers.com 10minutemail.com tempmail.com temp-mail.org
yopmail.com trashmail.com getnada.com maildrop.cc dispostable.com throwawaymail.com fakeinbox.com mailnesia.com
mintemail.com mytemp.email spamgourmet.com tempinbox.com tempr.email discard.email moakt.com emailondeck.com
mohmal.com burnermail.io mailcatch.com inboxkitten.com 33mail.com
"""
_DISPOSABLE = frozenset(_DISPOSABLE_TEXT.split())

Reason = dict[str, Any]


def score_of(
    facts: Mapping[str, Fact],
    transcript: Sequence[Line],
    *,
    known: Mapping[str, str],
    pages: Sequence[str],
    today: date,
) -> tuple[int, list[Reason]]:
    """The score and its reasons, each {"points", "reason", "n"}; `n` is the message that says so, or None.

    `known` is what the visitor's row says beside the facts: the site itself may have told who it is.
    """
    reasons: list[Reason] = []

    def add(points: int, reason: str, n: int | None = None) -> None:
        reasons.append({"points": points, "reason": reason, "n": n})

    for field, points, reason in (
        ("email", 20, "Gave an e-mail address"),
        ("phone", 10, "Gave a phone number"),
        ("name", 5, "Gave a name"),
        ("company", 10, "Named a company"),
        ("budget", 10, "Stated a budget"),
        ("need", 20, "Wants to buy, try or get an offer"),
    ):
        if field in facts:
            add(points, reason, facts[field].n)
        elif known.get(field):
            add(points, reason)
    timing = facts.get("timing")
    if timing is not None:
        days = days_until(timing.value, today)
        if days is not None and days <= _SOON_DAYS:
            add(10, "Wants it within 30 days", timing.n)
    if any(_PRICING.search(page) for page in pages):
        add(5, "Looked at prices")
    address = facts["email"].value if "email" in facts else known.get("email", "")
    if address.rpartition("@")[2].lower() in _DISPOSABLE:
        add(-15, "Disposable e-mail address", facts["email"].n if "email" in facts else None)
    if "need" not in facts and "budget" not in facts:
        said = [line for line in transcript if line.by == "visitor"]
        about = next((line for line in said if is_support(line.text)), None)
        if about is not None:
            add(-10, "Asks for support only", about.n)
    return max(0, min(100, sum(reason["points"] for reason in reasons))), reasons
