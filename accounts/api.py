"""Who am I, and the ticket for the console socket."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tickets
from accounts.models import User
from accounts.rest import Endpoint, Nothing, StrictModel
from accounts.tokens import Scope


class MeSerializer(StrictModel[User]):
    """The person who asks."""

    scopes = serializers.SerializerMethodField(
        help_text="Scopes of the token used; null where nothing limits it."
    )

    class Meta:
        model = User
        fields = ("id", "email", "name", "display_name", "theme", "is_staff", "date_joined", "scopes")
        read_only_fields = ("id", "email", "display_name", "is_staff", "date_joined")

    def get_scopes(self, user: User) -> list[str] | None:
        """What the token in use is limited to."""
        token = self.context.get("token")
        return token.scopes or None if token is not None else None


class TicketSerializer(serializers.Serializer[Any]):
    """One socket's worth of trust."""

    ticket = serializers.UUIDField(source="id")
    expires_in_s = serializers.SerializerMethodField()

    def get_expires_in_s(self, _: Any) -> int:
        """How long it waits to be used."""
        return int(tickets.LIFETIME.total_seconds())


class Me(Endpoint):
    """The person who asks."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who am I."""
        return Response(MeSerializer(self.user, context={"token": self.token}).data)

    @extend_schema(request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change one's own name or theme."""
        self.body(MeSerializer, self.user, partial=True).save()
        return self.get(request)


class Ticket(Endpoint):
    """Tickets for the console socket."""

    # A socket only shows; whoever may read may watch.
    scope = Scope.READ

    @extend_schema(
        request=Nothing,
        responses={201: OpenApiResponse(TicketSerializer, description="Opens one socket within 30 s.")},
    )
    def post(self, request: Request) -> Response:
        """A ticket for `/ws/console/`: one use, 30 s."""
        self.body(Nothing)
        session = getattr(request, "session", None)
        key = (session.session_key or "") if session is not None and self.token is None else ""
        ticket = tickets.issue(self.user, key, self.token)
        return Response(TicketSerializer(ticket).data, status=status.HTTP_201_CREATED)
