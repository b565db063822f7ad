"""Domains with their settings, and their members."""

import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.paging import PageQuery, page, page_of
from accounts.rest import Endpoint, Strict, StrictModel
from domains import members
from domains.access import May, domain_for, domains_of, membership_of
from domains.models import Domain, Membership, Role
from domains.origins import MAX_ORIGINS, clean_origin

# What describes the domain itself; all else is the owner's to set.
_GIVEN = ("id", "widget_key", "created_at", "role")


def _origin(text: str) -> str:
    try:
        return clean_origin(text)
    except ValueError as wrong:
        raise serializers.ValidationError(str(wrong)) from None


class DomainSerializer(StrictModel[Domain]):
    """A website with its settings and texts."""

    role = serializers.SerializerMethodField(help_text="The role of the person who asks.")
    allowed_origins = serializers.ListField(
        child=serializers.CharField(max_length=300),
        required=False,
        max_length=MAX_ORIGINS,
        help_text="Exact origins, as `https://acme.example`; `https://*.acme.example` is any subdomain.",
    )
    brand_colour = serializers.RegexField(r"^#[0-9a-fA-F]{6}$", required=False, help_text="As `#4338ca`.")

    class Meta:
        model = Domain
        fields = (
            "id",
            "name",
            "widget_key",
            "role",
            "allowed_origins",
            "representative_name",
            "greeting",
            "brand_colour",
            "operator_label",
            "answer_eagerness",
            "takeover_timeout_s",
            "control_timeout_s",
            "message_gap_ms",
            "operator_message_gap_ms",
            "taken_over_text",
            "handed_back_text",
            "human_requested_text",
            "takeover_timeout_text",
            "new_conversation_alerts",
            "created_at",
        )
        read_only_fields = _GIVEN

    def get_role(self, domain: Domain) -> Role:
        """The asker's role, read with the list or handed over."""
        return Role(self.context["roles"][domain.pk])

    def validate_allowed_origins(self, origins: list[str]) -> list[str]:
        """Each in the form that browsers send, once."""
        return list(dict.fromkeys(_origin(text) for text in origins))


class PersonSerializer(serializers.ModelSerializer[User]):
    """A colleague."""

    name = serializers.CharField(source="display_name")

    class Meta:
        model = User
        fields = ("id", "name", "email")


class _Teams(serializers.ListField):
    """Labels for routing, each once."""

    child = serializers.CharField(max_length=40)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A person on the domain."""

    user = PersonSerializer()
    teams: ClassVar[serializers.ListField] = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Membership
        fields = ("id", "user", "role", "teams", "created_at")


class NewMemberSerializer(Strict):
    """Who joins, as what."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices)
    teams = _Teams(required=False, default=list, max_length=10)


class MemberChangeSerializer(Strict):
    """What of a membership can change."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    teams = _Teams(required=False, max_length=10)


class Domains(Endpoint):
    """The domains of the person who asks."""

    @extend_schema(parameters=[PageQuery], responses=page_of(DomainSerializer))
    def get(self, request: Request) -> Response:
        """List the domains one is on, by name."""
        asked = self.query(PageQuery)
        roles = dict(Membership.objects.filter(user=self.user).values_list("domain_id", "role"))
        return Response(
            page(
                domains_of(self.user),
                asked,
                order=("name", "id"),
                show=lambda rows: DomainSerializer(rows, many=True, context={"roles": roles}).data,
            )
        )

    @extend_schema(request=DomainSerializer, responses={201: DomainSerializer})
    def post(self, request: Request) -> Response:
        """Make a domain; one becomes its owner."""
        fields = self.body(DomainSerializer).validated_data
        domain = members.found_domain(self.user, **fields)
        return Response(_shown(domain, Role.OWNER), status=status.HTTP_201_CREATED)


class OneDomain(Endpoint):
    """A domain with its settings."""

    @extend_schema(responses=DomainSerializer)
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Read a domain."""
        membership = membership_of(self.user, domain_id)
        return Response(_shown(membership.domain, membership.role))

    @extend_schema(request=DomainSerializer, responses=DomainSerializer)
    def patch(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Change settings and texts. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        self.body(DomainSerializer, domain, partial=True).save()
        return self.get(request, domain_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Delete a domain with everything in it. Owners only."""
        members.close_domain(self.user, domain_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Members(Endpoint):
    """The people of a domain."""

    @extend_schema(parameters=[PageQuery], responses=page_of(MemberSerializer))
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """List members, oldest first."""
        domain = domain_for(self.user, domain_id)
        people = Membership.objects.filter(domain=domain).select_related("user")
        return self.listed(people, MemberSerializer, order=("created_at", "id"))

    @extend_schema(request=NewMemberSerializer, responses={201: MemberSerializer})
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Put a person on the domain. Owners and admins; only owners make owners."""
        domain_for(self.user, domain_id, May.MANAGE)
        wanted = self.body(NewMemberSerializer).validated_data
        member = members.add_member(self.user, domain_id, **wanted)
        return Response(MemberSerializer(member).data, status=status.HTTP_201_CREATED)


class OneMember(Endpoint):
    """A person on a domain."""

    @extend_schema(responses=MemberSerializer)
    def get(self, request: Request, domain_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        """Read a membership."""
        domain_for(self.user, domain_id)
        return Response(MemberSerializer(members.member_of(domain_id, member_id)).data)

    @extend_schema(request=MemberChangeSerializer, responses=MemberSerializer)
    def patch(self, request: Request, domain_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        """Change role or teams. Owners and admins; only owners make or unmake owners; the last one stays."""
        domain_for(self.user, domain_id, May.MANAGE)
        members.member_of(domain_id, member_id)
        changes = self.body(MemberChangeSerializer).validated_data
        return Response(
            MemberSerializer(members.change_member(self.user, domain_id, member_id, **changes)).data
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID, member_id: uuid.UUID) -> Response:
        """Remove a member, whose sockets close. Anybody may leave; the last owner may not."""
        members.remove_member(self.user, domain_id, member_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(domain: Domain, role: str) -> dict[str, Any]:
    return DomainSerializer(domain, context={"roles": {domain.pk: role}}).data
