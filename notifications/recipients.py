"""From a domain's rules to the addresses that are told, each once."""

from dataclasses import dataclass

from django.db.models import QuerySet

from domains.models import Domain, Membership, Role
from emailops.addresses import BadAddress, clean_address, same_key
from notifications.models import AlertEvent, AlertRule


@dataclass(frozen=True)
class Recipient:
    """One address that is told, with the name of the person behind it where that is known."""

    address: str
    name: str = ""


def recipients(domain: Domain, event: str) -> list[Recipient]:
    """Who is told of this event of the domain.

    Nobody where the domain has switched the alert off. Roles and teams mean the members they have at this
    moment, without people who may not log in. Where nobody has chosen anything yet, the owners are told:
    silence must be chosen.
    """
    if event == AlertEvent.NEW_CONVERSATION and not domain.new_conversation_alerts:
        return []
    rules = list(AlertRule.objects.filter(domain=domain, event=event))
    if not rules:
        return owners_of(domain)
    found: dict[str, Recipient] = {}
    for rule in rules:
        if rule.active:
            for one in _of_rule(domain, rule):
                found.setdefault(same_key(one.address), one)
    return list(found.values())


def owners_of(domain: Domain) -> list[Recipient]:
    """The owners, whatever is routed to whom."""
    return _people(_members(domain).filter(role=Role.OWNER))


def follows_default(domain: Domain, event: str) -> bool:
    """Whether nobody has chosen anything yet, so that the owners are told."""
    return not AlertRule.objects.filter(domain=domain, event=event).exists()


def missing(domain: Domain) -> list[AlertEvent]:
    """The events of which nobody would be told although they are switched on: a warning on the settings
    page.
    """
    return [
        event
        for event in AlertEvent
        if not (event == AlertEvent.NEW_CONVERSATION and not domain.new_conversation_alerts)
        and not recipients(domain, event)
    ]


def count_of(domain: Domain, rule: AlertRule) -> int:
    """How many addresses this rule reaches now."""
    return len(_of_rule(domain, rule))


def _of_rule(domain: Domain, rule: AlertRule) -> list[Recipient]:
    if rule.address:
        return _checked([Recipient(rule.address)])
    if rule.role:
        return _people(_members(domain).filter(role=rule.role))
    wanted = rule.team.casefold()
    members = [m for m in _members(domain) if wanted in {str(team).casefold() for team in m.teams}]
    return _checked([Recipient(m.user.email, m.user.name) for m in members])


def _members(domain: Domain) -> QuerySet[Membership]:
    members = Membership.objects.filter(domain=domain, user__is_active=True)
    return members.select_related("user").order_by("created_at")


def _people(members: QuerySet[Membership]) -> list[Recipient]:
    return _checked([Recipient(m.user.email, m.user.name) for m in members])


def _checked(found: list[Recipient]) -> list[Recipient]:
    """Without addresses that no mail can be sent to; one such must not silence the others."""
    good = []
    for one in found:
        try:
            good.append(Recipient(clean_address(one.address), one.name))
        except BadAddress:
            continue
    return good
