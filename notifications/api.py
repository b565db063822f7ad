"""Alert rules of a domain: who is told of what."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.paging import PageQuery, page_of
from accounts.rest import Endpoint, StrictModel
from domains.access import May, domain_for, part_of
from domains.api_errors import Conflict
from domains.models import Domain
from notifications import rules
from notifications.models import AlertRule
from notifications.rules import Told

_RECIPIENTS = ("address", "role", "team")


class AlertRuleSerializer(StrictModel[AlertRule]):
    """One event goes to exactly one of: an address, all members of a role, all of a team."""

    class Meta:
        model = AlertRule
        fields = ("id", "event", "address", "role", "team", "active", "created_at")
        read_only_fields = ("id", "created_at")
        # The database knows which rules are doubles; the answer to one is a 409.
        validators = ()

    # Who is told; None where a change leaves that as it is.
    told: Told | None = None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one recipient, counting what the rule says already."""
        if self.instance is not None and not attrs.keys() & set(_RECIPIENTS):
            return attrs
        with _told_at_its_field():
            self.told = rules.checked(
                **{name: attrs.get(name, getattr(self.instance, name, "")) for name in _RECIPIENTS}
            )
        return attrs | {name: value for name, value in asdict(self.told).items() if name in attrs}


class AlertRules(Endpoint):
    """The rules of a domain."""

    @extend_schema(parameters=[PageQuery], responses=page_of(AlertRuleSerializer))
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """List rules, oldest first. Where an event has none, the owners are told."""
        found = AlertRule.objects.filter(domain=domain_for(self.user, domain_id))
        return self.listed(found, AlertRuleSerializer, order=("created_at", "id"))

    @extend_schema(request=AlertRuleSerializer, responses={201: AlertRuleSerializer})
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Add a rule. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        rule = _saved(self.body(AlertRuleSerializer), domain)
        return Response(AlertRuleSerializer(rule).data, status=status.HTTP_201_CREATED)


class OneAlertRule(Endpoint):
    """A rule."""

    @extend_schema(responses=AlertRuleSerializer)
    def get(self, request: Request, domain_id: uuid.UUID, rule_id: uuid.UUID) -> Response:
        """Read a rule."""
        return Response(AlertRuleSerializer(_rule(self.user, domain_id, rule_id, May.READ)).data)

    @extend_schema(request=AlertRuleSerializer, responses=AlertRuleSerializer)
    def patch(self, request: Request, domain_id: uuid.UUID, rule_id: uuid.UUID) -> Response:
        """Change a rule. Owners and admins."""
        rule = _rule(self.user, domain_id, rule_id, May.MANAGE)
        checked = self.body(AlertRuleSerializer, rule, partial=True)
        return Response(AlertRuleSerializer(_saved(checked, rule.domain)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID, rule_id: uuid.UUID) -> Response:
        """Delete a rule. Owners and admins."""
        _rule(self.user, domain_id, rule_id, May.MANAGE).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


@contextmanager
def _told_at_its_field() -> Iterator[None]:
    """A recipient that cannot be, as the answer that names what is wrong."""
    try:
        yield
    except rules.BadRecipient as wrong:
        fields = (wrong.field,) if wrong.field else _RECIPIENTS
        raise ValidationError({name: [str(wrong)] for name in fields}) from None


def _saved(checked: AlertRuleSerializer, domain: Domain) -> AlertRule:
    try:
        with transaction.atomic(), _told_at_its_field():
            if checked.told is not None:
                rules.refuse_one_too_many(domain, checked.told, besides=checked.instance)
            return checked.save(domain=domain)
    except IntegrityError:
        raise Conflict("There is such a rule already.") from None


def _rule(user: User, domain_id: uuid.UUID, rule_id: uuid.UUID, needs: May) -> AlertRule:
    """The rule through its domain's door. Raises NotFound, Forbidden."""
    return part_of(domain_for(user, domain_id, needs), AlertRule.objects.all(), rule_id)
