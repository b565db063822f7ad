"""Who a bulk send would go to: the same answer for the preview, the queue and the API."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.names import is_unsafe
from domains.models import Domain
from emailops import suppressions
from emailops.addresses import BadAddress, clean_address, same_key
from emailops.models import EmailJob

MOST_RECIPIENTS = 1_000
# `"Rossi, Maria" <address>`, `Maria Rossi <address>` or a bare word, with what parts them between. Bounded, so that a
# long text costs its length.
_ENTRY = re.compile(
    r"""(?:"([^"\r\n]{0,120})"\s{0,9}|([^<>,;@"\r\n]{0,120}))<([^<>\r\n]{0,320})>|([^\s,;<>]+)"""
)
_LONGEST_SHOWN = 120


class Reason(StrEnum):
    """Why something that was given is no recipient."""

    INVALID = "invalid"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Recipient:
    """Where one mail goes."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Skipped:
    """What was given and gets no mail, as it was written."""

    address: str
    reason: Reason


@dataclass
class Recipients:
    """What becomes of everything that was given."""

    wanted: list[Recipient] = field(default_factory=list)
    suppressed: list[Recipient] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def unique(self) -> list[Recipient]:
        """All that are addresses, each once."""
        return [*self.wanted, *self.suppressed]

    def because(self, reason: Reason) -> list[str]:
        """What is skipped for this reason."""
        return [skipped.address for skipped in self.skipped if skipped.reason == reason]

    @property
    def invalid(self) -> list[str]:
        """What is no address."""
        return self.because(Reason.INVALID)

    @property
    def doubled(self) -> list[str]:
        """What was given before."""
        return self.because(Reason.DUPLICATE)


def split(typed: str) -> list[Recipient]:
    """Addresses out of a field: between commas, semicolons, blanks or line breaks, also as `Name <address>`."""
    found = []
    for quoted, plain, address, word in _ENTRY.findall(typed):
        found.append(Recipient(address.strip() or word, (quoted or plain).strip() if address else ""))
    return found


def checked(domain: Domain, jobs: Iterable[EmailJob], typed: Iterable[Recipient]) -> Recipients:
    """Recipients of ticked mails first, then what was typed: who gets one, who does not want one, what is skipped."""
    result, known = Recipients(), set()
    clean: list[Recipient] = []
    for given in [*(Recipient(job.recipient, job.recipient_name) for job in jobs), *typed]:
        try:
            address = clean_address(given.address)
        except BadAddress:
            result.skipped.append(Skipped(given.address[:_LONGEST_SHOWN], Reason.INVALID))
            continue
        if same_key(address) in known:
            result.skipped.append(Skipped(address, Reason.DUPLICATE))
            continue
        known.add(same_key(address))
        clean.append(Recipient(address, "" if is_unsafe(given.name) else given.name[:120]))
    silent = suppressions.suppressed(domain.pk, known)
    for recipient in clean:
        (result.suppressed if same_key(recipient.address) in silent else result.wanted).append(recipient)
    return result
