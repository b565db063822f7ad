"""The list of who gets no bulk mail from a domain any more."""

import csv
import uuid
from collections.abc import Iterable, Iterator
from io import StringIO

from accounts.models import User
from domains.models import Domain
from emailops.addresses import same_key
from emailops.models import EmailKind, Suppression, SuppressionReason

# Mail that nobody has asked for in particular. All other is waited for by somebody.
SILENCED_KINDS = frozenset({EmailKind.BULK})
# RFC 3463: no such mailbox, no such host, bad syntax; RFC 7505: the host takes no mail.
_BAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.10"})


def suppress(
    domain: Domain, address: str, reason: SuppressionReason, created_by: User | None = None
) -> Suppression:
    """Put an address on the list; one that is there stays as it is.

    But the team's word stands over that of the link in a mail, whose bearer may take back only what the link did.
    """
    row, made = Suppression.objects.get_or_create(
        domain=domain, address=same_key(address), defaults={"reason": reason, "created_by": created_by}
    )
    if not made and reason == SuppressionReason.MANUAL:
        link = Suppression.objects.filter(id=row.id, reason=SuppressionReason.UNSUBSCRIBED)
        if link.update(reason=reason, created_by=created_by):
            row.reason, row.created_by = reason, created_by
    return row


def lift(domain: Domain, address: str, reason: SuppressionReason | None = None) -> bool:
    """Take an address off the list, if it is there for this reason (or any); whether it was."""
    rows = Suppression.objects.filter(domain=domain, address=same_key(address))
    return bool((rows.filter(reason=reason) if reason else rows).delete()[0])


def suppressed(domain_id: uuid.UUID, addresses: Iterable[str]) -> set[str]:
    """Which of these addresses are on the domain's list, as `same_key` writes them."""
    keys = {same_key(address) for address in addresses}
    return set(
        Suppression.objects.filter(domain_id=domain_id, address__in=keys).values_list("address", flat=True)
    )


def is_bad_address(stage: str, enhanced: str) -> bool:
    """Whether a refusal says that there is no such mailbox, rather than that this mail is not wanted."""
    return stage == "rcpt" and enhanced in _BAD_ADDRESS


def as_csv(domain: Domain) -> Iterator[str]:
    """The whole list, oldest first, line by line."""
    yield _line("address", "reason", "since")
    rows = Suppression.objects.filter(domain=domain).order_by("created_at", "id")
    for row in rows.iterator(chunk_size=1000):
        yield _line(_no_formula(row.address), row.reason, row.created_at.isoformat())


def _line(*cells: str) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _no_formula(cell: str) -> str:
    """A cell that a spreadsheet would calculate is a text."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
