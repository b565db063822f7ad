"""Bulk sends over REST: what would be sent, sending it, and how far it has come."""

import uuid
from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import PageQuery, page, page_of
from accounts.rest import Endpoint, Nothing, Strict
from domains.access import May, domain_for
from domains.api_errors import Conflict
from domains.models import Domain
from emailops.bulk import recipients, sending
from emailops.bulk.progress import STATES, progress_of, send_for, sends_of
from emailops.bulk.ticked import ticked
from emailops.models import BulkSend

_MOST_TYPED = 100_000


class AddressesField(serializers.Field[Any, Any, Any, Any]):
    """A list of addresses, or a text with commas, blanks or line breaks between them."""

    def to_internal_value(self, data: Any) -> list[recipients.Recipient]:
        """What is given, not checked yet."""
        typed = [data] if isinstance(data, str) else data
        if not isinstance(typed, list) or not all(isinstance(one, str) for one in typed):
            raise ValidationError("Give a list of addresses, or a text with commas between them.")
        if sum(map(len, typed)) > _MOST_TYPED:
            raise ValidationError(f"At most {_MOST_TYPED:,} characters.")
        return [one for entry in typed for one in recipients.split(entry)]


class NewBulkSendSerializer(Strict):
    """What is sent, and to whom: the recipients of mails in the log, and further addresses."""

    domain = serializers.UUIDField()
    job_ids = serializers.ListField(
        child=serializers.UUIDField(), max_length=recipients.MOST_RECIPIENTS, required=False, default=list
    )
    addresses = extend_schema_field({"type": "array", "items": {"type": "string"}})(AddressesField)(
        required=False, default=list, help_text="Also one text with commas, blanks or line breaks between."
    )
    subject = serializers.CharField(max_length=sending.LONGEST_SUBJECT)
    body = serializers.CharField(
        max_length=sending.LONGEST_BODY,
        help_text="Plain text; {{name}}, {{first_name|there}} and {{email}} stand for the recipient's.",
    )
    run_at = serializers.DateTimeField(required=False, help_text="Left out: now. At most 90 days ahead.")
    client_id = serializers.UUIDField(
        required=False, help_text="Made by the caller: the same id again is the same send."
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Only answer what would be sent; nothing is queued."
    )


class SkippedSerializer(serializers.Serializer[Any]):
    """Something that was given and gets no mail."""

    address = serializers.CharField()
    reason = serializers.ChoiceField(choices=[(one.value, one.value) for one in recipients.Reason])


class BulkSendSerializer(serializers.Serializer[Any]):
    """A send and how far it has come."""

    id = serializers.UUIDField(source="send.id")
    domain = serializers.UUIDField(source="send.domain_id")
    subject = serializers.CharField(source="send.content.subject")
    state = serializers.ChoiceField(choices=[(state, state) for state in STATES])
    total = serializers.IntegerField(help_text="All its mails.")
    queued = serializers.IntegerField(help_text="Not sent yet, or to be tried again.")
    sent = serializers.IntegerField()
    failed = serializers.IntegerField()
    suppressed = serializers.IntegerField(help_text="The recipients do not want such mail.")
    cancelled = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="They may have arrived.")
    skipped = SkippedSerializer(many=True, source="send.skipped")
    run_at = serializers.DateTimeField(source="send.run_at")
    created_at = serializers.DateTimeField(source="send.created_at")


class DryRunSerializer(serializers.Serializer[Any]):
    """What a send would do."""

    recipients = serializers.IntegerField(help_text="How many would get it.")
    suppressed = serializers.ListField(child=serializers.CharField())
    skipped = SkippedSerializer(many=True)
    left_today = serializers.IntegerField(help_text="How many such mails the domain may still queue.")


class BulkSendQuerySerializer(PageQuery):
    """Filters of the list."""

    domain = serializers.UUIDField(required=False)


class BulkSends(Endpoint):
    """All bulk sends of one's domains."""

    @extend_schema(parameters=[BulkSendQuerySerializer], responses=page_of(BulkSendSerializer))
    def get(self, request: Request) -> Response:
        """List sends, the newest first."""
        asked = self.query(BulkSendQuerySerializer)
        sends = sends_of(self.user)
        if "domain" in asked:
            sends = sends.filter(domain=domain_for(self.user, asked["domain"]))
        return Response(
            page(
                sends,
                asked,
                order=("-created_at", "-id"),
                show=lambda rows: BulkSendSerializer(progress_of(rows), many=True).data,
            )
        )

    @extend_schema(request=NewBulkSendSerializer, responses={201: BulkSendSerializer, 200: DryRunSerializer})
    def post(self, request: Request) -> Response:
        """Queue one mail for each recipient, all or none. Owners and admins."""
        asked: dict[str, Any] = self.body(NewBulkSendSerializer).validated_data
        domain = domain_for(self.user, asked["domain"], May.MANAGE)
        jobs = ticked(self.user, domain, asked["job_ids"])
        found = recipients.checked(domain, jobs, asked["addresses"])
        try:
            said = sending.words(asked["subject"], asked["body"])
            if asked["dry_run"]:
                return Response(_dry(domain, found))
            send = sending.queue_bulk(
                domain,
                said,
                found,
                send_id=asked.get("client_id"),
                run_at=asked.get("run_at"),
                user=self.user,
            )
        except sending.Unsendable as wrong:
            raise ValidationError({wrong.field: [str(wrong)]}) from None
        except ValueError as wrong:
            raise Conflict(str(wrong)) from None
        return Response(_shown(send), status=status.HTTP_201_CREATED)


class OneBulkSend(Endpoint):
    """A bulk send."""

    @extend_schema(responses=BulkSendSerializer)
    def get(self, request: Request, send_id: uuid.UUID) -> Response:
        """Read how far it has come."""
        return Response(_shown(send_for(self.user, send_id)))


class CancelBulkSend(Endpoint):
    """No mail of it leaves any more."""

    @extend_schema(request=Nothing, responses=BulkSendSerializer)
    def post(self, request: Request, send_id: uuid.UUID) -> Response:
        """Cancel what has not left, for good. Owners and admins; 409 where nothing is left to cancel."""
        return self.act(send_id, sending.stop)

    def act(self, send_id: uuid.UUID, act: Callable[[BulkSend], bool]) -> Response:
        """Do it to the send. Raises Conflict where it changes nothing."""
        send = send_for(self.user, send_id, May.MANAGE)
        self.body(Nothing)
        if not act(send):
            raise Conflict(f"This send is {progress_of([send])[0].state}.")
        return Response(_shown(send))


class PauseBulkSend(CancelBulkSend):
    """A rest."""

    @extend_schema(request=Nothing, responses=BulkSendSerializer)
    def post(self, request: Request, send_id: uuid.UUID) -> Response:
        """Hold what has not left. Owners and admins; 409 where it does not run."""
        return self.act(send_id, sending.pause)


class ResumeBulkSend(CancelBulkSend):
    """The end of a rest."""

    @extend_schema(request=Nothing, responses=BulkSendSerializer)
    def post(self, request: Request, send_id: uuid.UUID) -> Response:
        """Let what is held go on. Owners and admins; 409 where it is not paused."""
        return self.act(send_id, sending.resume)


def _dry(domain: Domain, found: recipients.Recipients) -> dict[str, Any]:
    return {
        "recipients": len(found.wanted),
        "suppressed": [one.address for one in found.suppressed],
        "skipped": [{"address": one.address, "reason": one.reason} for one in found.skipped],
        "left_today": sending.left_today(domain),
    }


def _shown(send: BulkSend) -> Any:
    return BulkSendSerializer(progress_of([send])[0]).data
