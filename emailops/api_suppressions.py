"""A domain's suppression list over REST."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import PageQuery, page_of
from accounts.rest import Endpoint, StrictModel
from domains.access import May, domain_for, part_of
from emailops import suppressions
from emailops.addresses import BadAddress, clean_address
from emailops.models import Suppression, SuppressionReason


class SuppressionSerializer(StrictModel[Suppression]):
    """An address to which the domain sends no bulk mail."""

    address = serializers.CharField(max_length=320)

    class Meta:
        model = Suppression
        fields = ("id", "address", "reason", "created_at")
        read_only_fields = ("id", "reason", "created_at")

    def validate_address(self, address: str) -> str:
        """One address, in the form in which it is kept."""
        try:
            return clean_address(address)
        except BadAddress as wrong:
            raise ValidationError(str(wrong)) from None


class Suppressions(Endpoint):
    """The suppression list of a domain. Owners and admins."""

    @extend_schema(parameters=[PageQuery], responses=page_of(SuppressionSerializer))
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """List addresses, the newest first."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        rows = Suppression.objects.filter(domain=domain)
        return self.listed(rows, SuppressionSerializer, order=("-created_at", "-id"))

    @extend_schema(
        request=SuppressionSerializer, responses={201: SuppressionSerializer, 200: SuppressionSerializer}
    )
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Add an address; 200 for one that is on the list already."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        address = self.body(SuppressionSerializer).validated_data["address"]
        known = bool(suppressions.suppressed(domain.pk, [address]))
        row = suppressions.suppress(domain, address, SuppressionReason.MANUAL, self.user)
        done = status.HTTP_200_OK if known else status.HTTP_201_CREATED
        return Response(SuppressionSerializer(row).data, status=done)


class OneSuppression(Endpoint):
    """One address of the list. Owners and admins."""

    @extend_schema(responses=SuppressionSerializer)
    def get(self, request: Request, domain_id: uuid.UUID, suppression_id: uuid.UUID) -> Response:
        """Read why and since when it is on the list."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        return Response(
            SuppressionSerializer(part_of(domain, Suppression.objects.all(), suppression_id)).data
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID, suppression_id: uuid.UUID) -> Response:
        """Take it off the list: bulk mail goes there again."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        part_of(domain, Suppression.objects.all(), suppression_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
