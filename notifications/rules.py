"""The rules of a domain as a table: who is told, of what."""

from dataclasses import dataclass, field

from django.db import transaction

from accounts.names import is_unsafe
from domains.models import Domain, Membership, Role
from emailops.addresses import BadAddress, clean_address
from notifications.models import AlertEvent, AlertRule
from notifications.recipients import count_of

_MOST_RECIPIENTS = 50


class BadRecipient(ValueError):
    """Not somebody who can be told. The text says why, `field` which of the three is wrong; None: all of them."""

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Told:
    """One recipient of a domain's alerts: exactly one of address, role and team is set."""

    address: str = ""
    role: str = ""
    team: str = ""

    @property
    def words(self) -> str:
        """Who it is, in words."""
        if self.address:
            return self.address
        return f"Everybody with the role {Role(self.role).label}" if self.role else f"Team {self.team}"


@dataclass
class Line:
    """One line of the table."""

    told: Told
    events: set[str] = field(default_factory=set)
    # How many addresses it reaches now; a role or team may be empty.
    reach: int = 0


def checked(*, address: str = "", role: str = "", team: str = "") -> Told:
    """A recipient from outside. Raises BadRecipient."""
    address, role, team = address.strip(), role.strip(), team.strip()
    if sum(map(bool, (address, role, team))) != 1:
        raise BadRecipient("Give an address, or choose a role, or name a team: one of the three.")
    if role and role not in Role.values:
        raise BadRecipient("There is no such role.", "role")
    if len(team) > 60 or is_unsafe(team):
        raise BadRecipient("The name of the team is too long, or has line breaks.", "team")
    try:
        return Told(clean_address(address) if address else "", role, team)
    except BadAddress as wrong:
        raise BadRecipient(str(wrong), "address") from None


def refuse_one_too_many(domain: Domain, told: Told, besides: AlertRule | None = None) -> None:
    """Raises BadRecipient when this would be one recipient too many, not counting a rule that it replaces."""
    rules = AlertRule.objects.filter(domain=domain)
    if besides is not None:
        rules = rules.exclude(pk=besides.pk)
    known = set(rules.values_list("address", "role", "team").distinct())
    if len(known) >= _MOST_RECIPIENTS and (told.address, told.role, told.team) not in known:
        raise BadRecipient(
            f"A domain has at most {_MOST_RECIPIENTS} recipients. A team reaches many at once."
        )


def add(domain: Domain, told: Told, events: set[str]) -> None:
    """Let one more recipient be told of these events. Raises BadRecipient for one that is there already, which stays
    as it is, and where there are too many.
    """
    same = AlertRule.objects.filter(
        domain=domain, address__iexact=told.address, role=told.role, team=told.team
    )
    if same.exists():
        field = "address" if told.address else "role" if told.role else "team"
        raise BadRecipient(f"{told.words} is there already. Change it in the list above.", field)
    tell(domain, told, events)


def tell(domain: Domain, told: Told, events: set[str]) -> None:
    """Let this recipient be told of exactly these events. Raises BadRecipient when there are too many of them.

    A rule that is switched off stays as a choice: without any rule the owners are told.
    """
    with transaction.atomic():
        refuse_one_too_many(domain, told)
        for event in AlertEvent.values:
            AlertRule.objects.update_or_create(
                domain=domain,
                event=event,
                address=told.address,
                role=told.role,
                team=told.team,
                defaults={"active": event in events},
            )


def forget(domain: Domain, told: Told) -> bool:
    """Take this recipient out of the table. False when it was not there."""
    removed, _ = AlertRule.objects.filter(
        domain=domain, address=told.address, role=told.role, team=told.team
    ).delete()
    return bool(removed)


def table(domain: Domain) -> list[Line]:
    """All recipients in the order in which they came."""
    lines: dict[Told, Line] = {}
    for rule in AlertRule.objects.filter(domain=domain).order_by("created_at", "id"):
        told = Told(rule.address, rule.role, rule.team)
        line = lines.get(told)
        if line is None:
            line = lines[told] = Line(told, reach=count_of(domain, rule))
        if rule.active:
            line.events.add(rule.event)
    return list(lines.values())


def teams_of(domain: Domain) -> list[str]:
    """The teams that the members have, to choose from."""
    found: set[str] = set()
    for teams in Membership.objects.filter(domain=domain).values_list("teams", flat=True):
        found.update(str(team) for team in teams)
    return sorted(found, key=str.casefold)
