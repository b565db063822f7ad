"""A domain's own mail server over REST. The password goes in and never comes out."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.rest import Endpoint, Strict
from domains.access import May, NotFound, domain_for
from domains.models import Domain
from emailops import custom_email, queries, servers
from emailops.addresses import BadAddress
from emailops.api import OneEmailJobSerializer, reach_of
from emailops.models import EmailStatus, MailServer, Security
from emailops.tested import Tested, last_test


class LastTestSerializer(serializers.Serializer[Tested]):
    """How the newest test went."""

    job = serializers.UUIDField(source="job.pk", help_text="The mail itself, among the email jobs.")
    status = serializers.ChoiceField(source="job.status", choices=EmailStatus.choices)
    recipient = serializers.CharField(source="job.recipient")
    at = serializers.DateTimeField(help_text="When the server was tried.")
    words = serializers.CharField(help_text="What the server answered, or why there is no answer.")
    hint = serializers.CharField(help_text="What to do, where it failed.")
    outdated = serializers.BooleanField(help_text="Whether the settings have been changed since.")


class MailServerSerializer(serializers.ModelSerializer[MailServer]):
    """A domain's own SMTP server."""

    has_password = serializers.BooleanField()
    last_test = serializers.SerializerMethodField()

    class Meta:
        model = MailServer
        fields = (
            "host",
            "port",
            "security",
            "username",
            "has_password",
            "from_address",
            "from_name",
            "state",
            "last_ok_at",
            "last_error",
            "paused_until",
            "last_test",
            "updated_at",
        )

    @extend_schema_field(LastTestSerializer(allow_null=True))
    def get_last_test(self, server: MailServer) -> Any:
        """The newest test, or null where nobody has tested it."""
        test = last_test(server)
        return None if test is None else LastTestSerializer(test).data


class NewMailServerSerializer(Strict):
    """What is set about it."""

    host = serializers.CharField(max_length=253)
    port = serializers.IntegerField(min_value=1, max_value=65_535, default=587)
    security = serializers.ChoiceField(
        choices=Security.choices,
        default=Security.STARTTLS,
        help_text="`none` only for a host and port in OUTBOUND_ALLOW.",
    )
    username = serializers.CharField(max_length=320, required=False, allow_blank=True, default="")
    password = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        allow_null=True,
        trim_whitespace=False,
        default=None,
        write_only=True,
        help_text="Left out: the stored one stays, unless host or user name change.",
    )
    from_address = serializers.CharField(max_length=254)
    from_name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class MailTestSerializer(Strict):
    """Where the test goes."""

    recipient = serializers.CharField(max_length=254, required=False, help_text="Left out: to oneself.")


class DomainMailServer(Endpoint):
    """The mail server of a domain. Without one, the built-in mail system sends."""

    @extend_schema(responses=MailServerSerializer)
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Read the mail server; 404 where the built-in mail system sends. Owners and admins."""
        server = servers.own_server(_domain(self.user, domain_id))
        if server is None:
            raise NotFound
        return Response(MailServerSerializer(server).data)

    @extend_schema(request=NewMailServerSerializer, responses=MailServerSerializer)
    def put(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Set the mail server; mail that waits moves to it. Owners and admins."""
        domain = _domain(self.user, domain_id)
        wanted: dict[str, Any] = self.body(NewMailServerSerializer).validated_data
        try:
            server = custom_email.save_server(domain, **wanted)
        except custom_email.InvalidServer as wrong:
            raise ValidationError({name: [why] for name, why in wrong.fields.items()}) from None
        return Response(MailServerSerializer(server).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Go back to the built-in mail system. Owners and admins."""
        if not custom_email.remove_server(_domain(self.user, domain_id)):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class MailServerTest(Endpoint):
    """A test of what is saved."""

    @extend_schema(request=MailTestSerializer, responses={201: OneEmailJobSerializer})
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Send a test mail as a job, whose `attempt_log` shows each stage and the server's words."""
        domain = _domain(self.user, domain_id)
        recipient = self.body(MailTestSerializer).validated_data.get("recipient") or self.user.email
        try:
            job = custom_email.queue_test(domain, recipient=recipient, user=self.user)
        except BadAddress as wrong:
            raise ValidationError({"recipient": [str(wrong)]}) from None
        except custom_email.TooManyTests as many:
            raise Throttled(wait=60, detail=str(many)) from None
        shown = OneEmailJobSerializer(
            queries.job_for(self.user, job.pk, May.MANAGE), context=reach_of(self.user)
        )
        return Response(shown.data, status=status.HTTP_201_CREATED)


def _domain(user: User, domain_id: uuid.UUID) -> Domain:
    """The domain, for who may see and change where its mail leaves. Raises NotFound, Forbidden."""
    return domain_for(user, domain_id, May.MANAGE)
