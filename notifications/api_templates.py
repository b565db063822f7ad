"""A domain's own words for mail to visitors, and transcripts, over REST."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import PageQuery, page_of
from accounts.rest import Endpoint, Strict, StrictModel
from conversations.queries import conversation_for
from domains.access import May, domain_for, part_of
from domains.api_errors import Conflict
from emailops import queries
from emailops.addresses import BadAddress
from emailops.api import OneEmailJobSerializer, reach_of
from notifications import follow_ups, wording
from notifications.models import MailTemplate


class MailTemplateSerializer(StrictModel[MailTemplate]):
    """The words of one kind of mail. {{name}}, {{first_name|there}}, {{email}}, {{domain}}, {{representative}} and
    {{summary}} stand for what the mail is about.
    """

    class Meta:
        model = MailTemplate
        fields = ("id", "kind", "subject", "text", "active", "created_at", "updated_at")
        read_only_fields = ("id", "created_at", "updated_at")
        # The database knows which kinds are there already; the answer to one is a 409.
        validators = ()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Words that can be sent."""
        words = {name: attrs.get(name, getattr(self.instance, name, "")) for name in ("subject", "text")}
        try:
            wording.checked(**words)
        except wording.BadTemplate as wrong:
            raise ValidationError({wrong.field: [str(wrong)]}) from None
        if attrs.get("active") and self.instance is not None and not self.instance.active:
            attrs["active_since"] = timezone.now()
        return attrs


class TranscriptSerializer(Strict):
    """Where a transcript goes."""

    recipient = serializers.CharField(max_length=254, required=False, help_text="Left out: to the visitor.")


class MailTemplates(Endpoint):
    """The templates of a domain. A follow-up is sent where there is an active one."""

    @extend_schema(parameters=[PageQuery], responses=page_of(MailTemplateSerializer))
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """List templates, oldest first."""
        found = MailTemplate.objects.filter(domain=domain_for(self.user, domain_id))
        return self.listed(found, MailTemplateSerializer, order=("created_at", "id"))

    @extend_schema(request=MailTemplateSerializer, responses={201: MailTemplateSerializer})
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Add a template; one of each kind. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        checked = self.body(MailTemplateSerializer)
        try:
            with transaction.atomic():
                template = checked.save(domain=domain)
        except IntegrityError:
            raise Conflict("There is a template of this kind already.") from None
        return Response(MailTemplateSerializer(template).data, status=status.HTTP_201_CREATED)


class OneMailTemplate(Endpoint):
    """A template."""

    @extend_schema(responses=MailTemplateSerializer)
    def get(self, request: Request, domain_id: uuid.UUID, template_id: uuid.UUID) -> Response:
        """Read a template."""
        domain = domain_for(self.user, domain_id)
        found = part_of(domain, MailTemplate.objects.all(), template_id)
        return Response(MailTemplateSerializer(found).data)

    @extend_schema(request=MailTemplateSerializer, responses=MailTemplateSerializer)
    def patch(self, request: Request, domain_id: uuid.UUID, template_id: uuid.UUID) -> Response:
        """Change a template. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        template = part_of(domain, MailTemplate.objects.all(), template_id)
        try:
            with transaction.atomic():
                self.body(MailTemplateSerializer, template, partial=True).save()
        except IntegrityError:
            raise Conflict("There is a template of this kind already.") from None
        return Response(MailTemplateSerializer(template).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID, template_id: uuid.UUID) -> Response:
        """Delete a template; follow-ups are no longer sent then. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        part_of(domain, MailTemplate.objects.all(), template_id).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Transcript(Endpoint):
    """All that was said, by mail."""

    @extend_schema(request=TranscriptSerializer, responses={201: OneEmailJobSerializer})
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Queue a transcript, without the team's notes. Whoever talks on the domain."""
        conversation = conversation_for(self.user, conversation_id, May.TALK)
        recipient = self.body(TranscriptSerializer).validated_data.get("recipient")
        try:
            job = follow_ups.send_transcript(conversation, recipient or conversation.visitor.email, self.user)
        except BadAddress as wrong:
            raise ValidationError({"recipient": [str(wrong)]}) from None
        except ValueError as wrong:
            raise Conflict(str(wrong)) from None
        shown = queries.job_for(self.user, job.pk, May.TALK)
        return Response(
            OneEmailJobSerializer(shown, context=reach_of(self.user)).data, status=status.HTTP_201_CREATED
        )
