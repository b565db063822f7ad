"""Alert rules of a domain: who is told of what."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.paging import PageQuery, page_of
from accounts.rest import Endpoint, StrictModel
from domains.access import May, domain_for, part_of
from domains.api_errors import Conflict
from emailops.addresses import BadAddress, clean_address
from notifications.models import AlertRule

_RECIPIENTS = ("address", "role", "team")


class AlertRuleSerializer(StrictModel[AlertRule]):
    """One event goes to exactly one of: an address, all members of a role, all of a team."""

    class Meta:
        model = AlertRule
        fields = ("id", "event", "address", "role", "team", "active", "created_at")
        read_only_fields = ("id", "created_at")
        # The database knows which rules are doubles; the answer to one is a 409.
        validators = ()

    def validate_address(self, address: str) -> str:
        """In the form that mail is sent to."""
        try:
            return clean_address(address) if address else ""
        except BadAddress as wrong:
            raise serializers.ValidationError(str(wrong)) from None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one recipient, counting what the rule says already."""
        named = [
            name for name in _RECIPIENTS if attrs.get(name, getattr(self.instance, name, "") or "") != ""
        ]
        if len(named) != 1:
            raise ValidationError(
                {name: ["Name exactly one of address, role and team."] for name in _RECIPIENTS}
            )
        return attrs


class AlertRules(Endpoint):
    """The rules of a domain."""

    @extend_schema(parameters=[PageQuery], responses=page_of(AlertRuleSerializer))
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """List rules, oldest first. Where an event has none, the owners are told."""
        rules = AlertRule.objects.filter(domain=domain_for(self.user, domain_id))
        return self.listed(rules, AlertRuleSerializer, order=("created_at", "id"))

    @extend_schema(request=AlertRuleSerializer, responses={201: AlertRuleSerializer})
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Add a rule. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        rule = _saved(self.body(AlertRuleSerializer), domain=domain)
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
        return Response(AlertRuleSerializer(_saved(self.body(AlertRuleSerializer, rule, partial=True))).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID, rule_id: uuid.UUID) -> Response:
        """Delete a rule. Owners and admins."""
        _rule(self.user, domain_id, rule_id, May.MANAGE).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _saved(checked: AlertRuleSerializer, **more: Any) -> AlertRule:
    try:
        with transaction.atomic():
            return checked.save(**more)
    except IntegrityError:
        raise Conflict("There is such a rule already.") from None


def _rule(user: User, domain_id: uuid.UUID, rule_id: uuid.UUID, needs: May) -> AlertRule:
    """The rule through its domain's door. Raises NotFound, Forbidden."""
    return part_of(domain_for(user, domain_id, needs), AlertRule.objects.all(), rule_id)
