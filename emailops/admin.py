"""Mail servers and the log of mails, for site administrators."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from accounts.admin import ReadOnly
from domains.times import told
from emailops import acts, custom_email, tested
from emailops import messages as mails
from emailops.admin_form import MailServerForm
from emailops.models import WHY_NO_BODY, EmailAttempt, EmailJob, MailServer, Suppression


@admin.register(MailServer)
class MailServerAdmin(admin.ModelAdmin):
    """Where mail leaves from."""

    form = MailServerForm
    list_display = (
        "__str__",
        "domain",
        "security",
        "username",
        "from_address",
        "state",
        "last_ok_at",
        "last_error",
    )
    list_filter = ("state", "security", ("domain", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("domain",)
    search_fields = ("host", "username", "from_address", "domain__name")
    autocomplete_fields = ("domain",)
    readonly_fields = (
        "state",
        "paused_until",
        "failures",
        "last_ok_at",
        "last_error",
        "last_test",
        "version",
        "updated_at",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "domain",
                    ("host", "port", "security"),
                    "username",
                    "password",
                    "from_address",
                    "from_name",
                    "max_connections",
                    ("rate_count", "rate_window_s"),
                )
            },
        ),
        ("How it does", {"fields": readonly_fields}),
    )

    @admin.display(description="last test")
    def last_test(self, server: MailServer) -> str:
        """When it was, how it went, and the server's words."""
        test = tested.last_test(server)
        if test is None:
            return "Not tested yet. Its domain's Email Settings send one."
        when = told(test.at, timezone.now())
        before = ", before the settings were changed" if test.outdated else ""
        return f"{test.job.get_status_display()} ({when}{before}): {test.words} {test.hint}".strip(" :")

    def get_readonly_fields(self, request: HttpRequest, obj: MailServer | None = None) -> tuple[str, ...]:
        """A server stays with its domain."""
        return ("domain", *self.readonly_fields) if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: MailServer | None = None) -> Any:
        """Of the built-in mail system, whose address is in the environment, only the state."""
        return (
            (self.fieldsets[1],) if obj is not None and obj.built_in else super().get_fieldsets(request, obj)
        )

    def has_change_permission(self, request: HttpRequest, obj: MailServer | None = None) -> bool:
        """The built-in mail system is set in the environment."""
        return super().has_change_permission(request, obj) and not (obj is not None and obj.built_in)

    def has_delete_permission(self, request: HttpRequest, obj: MailServer | None = None) -> bool:
        """The same."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.built_in)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As Django's, without its transaction: saving asks for the address of a name, and on SQLite everybody who
        writes would wait for the answer. save_server() has a transaction of its own.
        """
        return self._changeform_view(  # type: ignore[attr-defined]  # Django's types leave it out
            request, object_id, form_url, extra_context
        )

    def save_model(self, request: HttpRequest, obj: MailServer, form: Any, change: bool) -> None:
        """The form has saved it already; nobody has tried it yet."""
        messages.warning(request, f"{obj} is saved, not tested yet. Its domain's Email Settings send a test.")

    def delete_model(self, request: HttpRequest, obj: MailServer) -> None:
        """Mail that waits goes on through the built-in mail system."""
        if obj.domain is not None:
            custom_email.remove_server(obj.domain)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[MailServer]) -> None:
        """The same for several; the built-in mail system stays."""
        for server in queryset.select_related("domain"):
            self.delete_model(request, server)


class AttemptInline(admin.TabularInline):
    """Each try, with the server's words."""

    model = EmailAttempt
    fields = ("n", "started_at", "outcome", "stage", "code", "enhanced", "reply", "ms")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(EmailJob)
class EmailJobAdmin(ReadOnly):
    """Every mail: a record that only retry and cancel act on."""

    # What one looks for first stands first: beside the filters there is room for four columns.
    list_display = ("created", "status", "recipient", "about_what", "attempts", "error", "domain")
    list_filter = ("status", "kind", ("domain", admin.RelatedOnlyFieldListFilter), "created_at")
    list_select_related = ("domain", "content")
    search_fields = ("recipient", "content__subject", "last_error", "message_id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    ordering = ("-created_at", "-id")
    actions = ("retry", "cancel")
    inlines = (AttemptInline,)
    fields = (
        "domain",
        "kind",
        "recipient",
        "recipient_name",
        "subject",
        "status",
        "attempts",
        "max_attempts",
        "created_at",
        "run_after",
        "expires_at",
        "sent_at",
        "last_stage",
        "last_code",
        "last_error",
        "server",
        "about",
        "message_id",
        "created_by",
        "body",
    )

    @admin.display(description="created at", ordering="created_at")
    def created(self, job: EmailJob) -> str:
        """The minute, with its day where that is not today."""
        return told(job.created_at, timezone.now())

    @admin.display(description="subject", ordering="content__subject")
    def about_what(self, job: EmailJob) -> str:
        """The subject, short enough for two lines."""
        return Truncator(job.subject).chars(50)

    @admin.display(ordering="last_error")
    def error(self, job: EmailJob) -> str:
        """The server's words at the last failure, short enough for two lines."""
        return Truncator(job.last_error).chars(50)

    @admin.display(ordering="content__subject")
    def subject(self, job: EmailJob) -> str:
        """What it is about."""
        return job.subject

    @admin.display(description="text")
    def body(self, job: EmailJob) -> str:
        """The text body, as text; an administrator shall not take over an account by its own mail."""
        if job.lets_in:
            return WHY_NO_BODY
        return _page("admin/mail_body.html", {"text": mails.bodies_of(job)[0]})

    @admin.action(description="Try selected mails again")
    def retry(self, request: HttpRequest, chosen: QuerySet[EmailJob]) -> None:
        """Put back into the queue what did not arrive."""
        _act(request, chosen, acts.retry, "queued again")

    @admin.action(description="Cancel selected mails")
    def cancel(self, request: HttpRequest, chosen: QuerySet[EmailJob]) -> None:
        """Take out of the queue what waits."""
        _act(request, chosen, acts.cancel, "cancelled")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Who may change mails may try again and cancel, though nobody edits the record."""
        return request.user.has_perm("emailops.change_emailjob")

    retry.allowed_permissions = ["act"]  # type: ignore[attr-defined]
    cancel.allowed_permissions = ["act"]  # type: ignore[attr-defined]


def _act(
    request: HttpRequest, chosen: QuerySet[EmailJob], act: Callable[[EmailJob], EmailJob], done: str
) -> None:
    """Do it to each that allows it, and say of the others why not."""
    moved = 0
    for job in chosen:
        try:
            act(job)
        except acts.Impossible as why:
            messages.warning(request, f"{job}: {why}")
        else:
            moved += 1
    if moved:
        messages.success(request, f"{moved} mails are {done}.")


def _page(template: str, context: dict[str, Any]) -> SafeString:
    return mark_safe(render_to_string(template, context))  # noqa: S308 - a template has escaped it


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    """Who gets no bulk mail from which domain. The domain's owners change it."""

    list_display = ("address", "domain", "reason", "created_by", "created_at")
    list_filter = ("reason", ("domain", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("domain", "created_by")
    search_fields = ("address",)
