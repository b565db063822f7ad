"""The log of mails over REST: read, try again, cancel."""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.paging import PageQuery, page, page_of
from accounts.rest import Endpoint, Nothing
from domains.access import May, domain_for, domains_of
from domains.api_errors import Conflict
from emailops import acts, messages, queries
from emailops.models import EmailAttempt, EmailJob, EmailKind, EmailStatus


class EmailJobQuerySerializer(PageQuery):
    """Filters of the log."""

    domain = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=EmailKind.choices, required=False)
    status = serializers.ChoiceField(choices=EmailStatus.choices, required=False)
    q = serializers.CharField(
        max_length=100,
        required=False,
        help_text="Words of the recipient's address or name, or of the subject.",
    )


class AttemptSerializer(serializers.ModelSerializer[EmailAttempt]):
    """One try, with the server's words."""

    class Meta:
        model = EmailAttempt
        fields = ("n", "outcome", "stage", "code", "enhanced", "reply", "steps", "ms", "started_at")


class EmailJobSerializer(serializers.ModelSerializer[EmailJob]):
    """One mail to one recipient. Its bodies are for owners and admins; those of `account` and `invitation` for
    nobody, since they hold a link that lets its bearer in.
    """

    domain = serializers.UUIDField(source="domain_id")
    domain_name = serializers.CharField(source="domain.name")
    subject = serializers.CharField()
    attempts = serializers.IntegerField(help_text="How often it was tried.")
    error = serializers.CharField(source="last_error", help_text="The server's words at the last failure.")
    conversation = serializers.UUIDField(source="about", allow_null=True)
    body_text = serializers.SerializerMethodField()
    body_html = serializers.SerializerMethodField()

    class Meta:
        model = EmailJob
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "domain",
            "domain_name",
            "recipient",
            "recipient_name",
            "subject",
            "status",
            "attempts",
            "max_attempts",
            "created_at",
            "run_after",
            "sent_at",
            "error",
            "conversation",
            "body_text",
            "body_html",
        )

    def get_body_text(self, job: EmailJob) -> str | None:
        """The text body, or null where one's role does not reach."""
        return messages.bodies_of(job)[0] if self._shows(job) else None

    def get_body_html(self, job: EmailJob) -> str | None:
        """The HTML body, or null where one's role does not reach. Show it in a sandbox only."""
        return messages.bodies_of(job)[1] if self._shows(job) else None

    def _shows(self, job: EmailJob) -> bool:
        return job.domain_id in self.context["managed"] and not job.lets_in


class OneEmailJobSerializer(EmailJobSerializer):
    """One mail with the record of its tries, which is empty for viewers."""

    attempt_log = serializers.SerializerMethodField()

    class Meta(EmailJobSerializer.Meta):
        fields: tuple[str, ...] = (*EmailJobSerializer.Meta.fields, "attempt_log")

    @extend_schema_field(AttemptSerializer(many=True))
    def get_attempt_log(self, job: EmailJob) -> Any:
        """The tries, for whoever talks on the mail's domain."""
        shown = job.domain_id in self.context["talks"]
        return AttemptSerializer(job.attempt_rows.all(), many=True).data if shown else []


class EmailJobs(Endpoint):
    """The log of all mails of one's domains."""

    @extend_schema(parameters=[EmailJobQuerySerializer], responses=page_of(EmailJobSerializer))
    def get(self, request: Request) -> Response:
        """List mails, the newest first."""
        asked = self.query(EmailJobQuerySerializer)
        jobs = queries.jobs_of(self.user)
        if "domain" in asked:
            jobs = jobs.filter(domain=domain_for(self.user, asked["domain"]))
        jobs = queries.filtered(
            jobs, kind=asked.get("kind", ""), status=asked.get("status", ""), q=asked.get("q", "")
        )
        context = reach_of(self.user)
        return Response(
            page(
                [jobs] if "domain" in asked else queries.by_domain(self.user, jobs),
                asked,
                order=queries.NEWEST_FIRST,
                show=lambda rows: EmailJobSerializer(rows, many=True, context=context).data,
            )
        )


class OneEmailJob(Endpoint):
    """A mail."""

    @extend_schema(responses=OneEmailJobSerializer)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        """Read a mail with the record of its tries."""
        return _shown(self.user, queries.job_for(self.user, job_id, May.READ))


class Retry(Endpoint):
    """Another try."""

    @extend_schema(request=Nothing, responses=OneEmailJobSerializer)
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Put a mail that did not arrive back into the queue. Owners and admins; 409 for one that did."""
        job = queries.job_for(self.user, job_id, May.MANAGE)
        self.body(Nothing)
        return _acted(self.user, job, acts.retry)


class Cancel(Endpoint):
    """No try any more."""

    @extend_schema(request=Nothing, responses=OneEmailJobSerializer)
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Take a waiting mail out of the queue. Owners and admins; 409 for one on the wire or done with."""
        job = queries.job_for(self.user, job_id, May.MANAGE)
        self.body(Nothing)
        return _acted(self.user, job, acts.cancel)


def _acted(user: User, job: EmailJob, act: Any) -> Response:
    try:
        act(job)
    except acts.Impossible as why:
        raise Conflict(str(why)) from None
    return _shown(user, queries.job_for(user, job.pk, May.MANAGE))


def _shown(user: User, job: EmailJob) -> Response:
    return Response(OneEmailJobSerializer(job, context=reach_of(user)).data)


def reach_of(user: User) -> dict[str, Any]:
    """Whose bodies may be read, and whose tries; for the serializers of mails."""
    ids = {"managed": domains_of(user, May.MANAGE), "talks": domains_of(user, May.TALK)}
    return {name: set(domains.order_by().values_list("pk", flat=True)) for name, domains in ids.items()}
