"""When to try again, and whose fault it was. Pure: no database, no clock of its own."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from emailops.models import EmailKind


@dataclass(frozen=True)
class Policy:
    """How patiently a kind of mail is sent."""

    priority: int
    ladder: tuple[int, ...]
    lifetime: timedelta | None
    # After the connection broke between the last byte and the answer: a second copy (same Message-ID), or
    # a person decides.
    resend_in_doubt: bool
    # A receiver that puts unknown senders off wants minutes; for an alert the first steps of its ladder
    # still come earlier.
    slow_floor_s: int = 300

    @property
    def max_attempts(self) -> int:
        """The first try and one for each step of the ladder."""
        return len(self.ladder) + 1


_URGENT = (15, 60, 180, 600, 1_800, 3_600)
_PATIENT = (60, 300, 900, 3_600, 14_400, 28_800, 57_600)
_BULK = (300, 1_800, 7_200, 28_800, 86_400)

_POLICIES: dict[str, Policy] = {
    EmailKind.SMTP_TEST: Policy(0, (), timedelta(minutes=10), resend_in_doubt=False),
    EmailKind.ESCALATION: Policy(1, _URGENT, timedelta(hours=2), resend_in_doubt=True, slow_floor_s=0),
    EmailKind.NEW_CONVERSATION: Policy(2, _URGENT, timedelta(hours=2), resend_in_doubt=True, slow_floor_s=0),
    EmailKind.ACCOUNT: Policy(2, _PATIENT, timedelta(hours=48), resend_in_doubt=True),
    EmailKind.INVITATION: Policy(2, _PATIENT, timedelta(hours=48), resend_in_doubt=True),
    EmailKind.FOLLOW_UP: Policy(4, _PATIENT, timedelta(hours=48), resend_in_doubt=False),
    EmailKind.MANUAL: Policy(4, _PATIENT, timedelta(hours=48), resend_in_doubt=False),
    EmailKind.TRANSCRIPT: Policy(4, _PATIENT, timedelta(hours=48), resend_in_doubt=False),
    EmailKind.BULK: Policy(8, _BULK, timedelta(hours=72), resend_in_doubt=False),
}


class Verdict(StrEnum):
    """What a failure means."""

    # The mail's own: try it again later, or never.
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    # The connection's: another connection will do, the mail was not tried.
    RECONNECT = "reconnect"
    # The server's: no mail can leave now, and none was tried.
    SERVER_DOWN = "server_down"
    # The server's, until a person changes something.
    SERVER_REFUSES = "server_refuses"
    # Nobody knows whether it was delivered.
    IN_DOUBT = "in_doubt"


def policy(kind: str) -> Policy:
    """The policy of a kind of mail."""
    return _POLICIES[kind]


def jitter(seconds: float, dice: random.Random | None = None) -> float:
    """The wait, up to a fifth shorter or longer, so that what failed together does not come back together."""
    return seconds * (dice or random).uniform(0.8, 1.2)


def _never_earlier(seconds: float, dice: random.Random | None) -> float:
    """The wait, or up to a fifth longer."""
    return seconds * (dice or random).uniform(1.0, 1.2)


_HINT = re.compile(
    r"(?:again|retry|wait|delayed|after)\D{0,40}?(\d{1,6})\s*(s|sec|second|m|min|minute|h|hour)s?\b", re.I
)
_HINT_LEAST_S, _HINT_MOST_S = 60, 4 * 3_600
_UNITS = {"s": 1, "m": 60, "h": 3_600}


def hinted_wait(reply: str) -> int | None:
    """The server's own "try again in 300 seconds", kept between a minute and four hours."""
    found = _HINT.search(reply)
    if not found:
        return None
    seconds = int(found[1]) * _UNITS[found[2][0].lower()]
    return min(max(seconds, _HINT_LEAST_S), _HINT_MOST_S)


def next_try(
    kind: str,
    attempts: int,
    now: datetime,
    *,
    reply: str = "",
    slow: bool = False,
    dice: random.Random | None = None,
) -> datetime | None:
    """When the mail is tried again after its `attempts`-th try, or None if that was the last.

    `slow` is a receiver that puts off (greylisting, full mailbox). The server's own hint wins over the
    ladder.
    """
    rules = policy(kind)
    if attempts < 1 or attempts > len(rules.ladder):
        return None
    hint = hinted_wait(reply)
    if hint is not None:
        return now + timedelta(seconds=_never_earlier(hint, dice))
    wait = jitter(rules.ladder[attempts - 1], dice)
    if slow:
        wait = max(wait, _never_earlier(rules.slow_floor_s, dice))
    return now + timedelta(seconds=wait)


_DOWN_FIRST_S, _DOWN_MOST_S = 10, 600
_REFUSES_FIRST_S, _REFUSES_MOST_S = 900, 6 * 3_600


def server_pause(failures: int, *, refuses: bool, dice: random.Random | None = None) -> timedelta:
    """How long a server rests after its `failures`-th fault in a row; one connection then tries it."""
    first, most = (_REFUSES_FIRST_S, _REFUSES_MOST_S) if refuses else (_DOWN_FIRST_S, _DOWN_MOST_S)
    return timedelta(seconds=jitter(min(first * 2 ** min(max(failures - 1, 0), 20), most), dice))


_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})(?=\s|$)")


def enhanced_code(reply: str) -> str:
    """The enhanced code (RFC 3463) at the beginning of a reply, or nothing."""
    found = _ENHANCED.match(reply)
    return found[0].strip() if found else ""


def is_slow(stage: str, enhanced: str) -> bool:
    """Whether the receiver puts the mail off rather than stumbles: greylisting at RCPT, a full mailbox."""
    return stage == "rcpt" or enhanced.endswith(".2.2")


def classify(stage: str, code: int | None, enhanced: str = "", *, sent_before: bool = False) -> Verdict:
    """Whose fault a failure at a stage is.

    `stage`: resolve, guard, connect, banner, tls, auth, build, mail, rcpt, data, body, dot. `code` is
    None when there was no reply but a break or a time-out. `sent_before`: mail went through on this
    connection already. The enhanced code wins over the basic one; an unknown 4xx is temporary, an unknown
    5xx permanent.
    """
    if stage == "build":
        return Verdict.PERMANENT
    if stage == "guard":
        return Verdict.SERVER_REFUSES
    if stage in {"resolve", "connect", "tls"}:
        return Verdict.SERVER_DOWN
    permanent = (enhanced[:1] or str(code or 0)[:1]) == "5"
    if stage in {"banner", "auth"}:
        return Verdict.SERVER_REFUSES if permanent else Verdict.SERVER_DOWN
    if code is None or code < 0:
        if stage == "dot":
            return Verdict.IN_DOUBT
        return Verdict.RECONNECT if sent_before else Verdict.SERVER_DOWN
    if code == 421 and stage != "dot":
        return Verdict.RECONNECT if sent_before else Verdict.SERVER_DOWN
    if stage == "mail":
        return _sender_verdict(code, enhanced, permanent)
    return Verdict.PERMANENT if permanent else Verdict.TEMPORARY


def _sender_verdict(code: int, enhanced: str, permanent: bool) -> Verdict:
    """A refusal at MAIL is about the sender, which all mails of the server share, unless it is about the
    size.
    """
    if not permanent:
        return Verdict.TEMPORARY
    if code == 552 or enhanced == "5.3.4":
        return Verdict.PERMANENT
    return Verdict.SERVER_REFUSES
