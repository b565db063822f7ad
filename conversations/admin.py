"""Conversations and visitors, for site administrators: to look at, never to change."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from accounts.admin import ReadOnly
from conversations import queries
from conversations.models import Conversation, Visitor
from conversations.states import Badge, Kind

# More than anybody reads here; the console has all of it.
_LINES = 500


class BadgeFilter(admin.SimpleListFilter):
    """The one word on a card."""

    title = "badge"
    parameter_name = "badge"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All badges."""
        return [(badge.value, str(badge.label)) for badge in Badge]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Those that bear it now."""
        if self.value() not in Badge.values:
            return queryset
        return queries.with_badge(queryset, timezone.now()).filter(Q(badge_now=self.value()))


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    """Talks, with their timeline. Operators take part in them in the console."""

    list_display = (
        "visitor",
        "domain",
        "badge",
        "operator",
        "turns",
        "score",
        "last_text",
        "last_activity_at",
    )
    list_filter = (
        BadgeFilter,
        "lifecycle",
        "handler",
        ("domain", admin.RelatedOnlyFieldListFilter),
        "created_at",
    )
    list_select_related = ("visitor", "domain", "operator")
    search_fields = ("visitor__name", "visitor__email", "=id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    ordering = ("-last_activity_at", "-id")
    fieldsets = (
        (None, {"fields": ("id", "domain", "visitor", "badge", "handler", "operator", "lifecycle")}),
        (
            "Where and when",
            {"fields": ("started_url", "started_title", "created_at", "last_activity_at", "closed_at")},
        ),
        ("Score", {"fields": ("score", "score_reasons")}),
        (
            "Counters",
            {
                "classes": ("collapse",),
                "fields": ("turns", "head", "visitor_head", "visitor_read_n", "handling_epoch"),
            },
        ),
        ("Timeline", {"fields": ("timeline",)}),
    )

    @admin.display(description="badge")
    def badge(self, conversation: Conversation) -> str:
        """The badge at this moment."""
        return str(conversation.badge(timezone.now()).label)

    @admin.display(description="events")
    def timeline(self, conversation: Conversation) -> SafeString:
        """Every event by number; what no visitor may read is marked."""
        lines = [
            {
                "event": event,
                "kind": Kind(event.kind).label,
                "words": _words(event),
                "hidden": event.visitor_n is None,
                "note": event.note is not None,
            }
            for event in queries.thread(conversation, limit=_LINES)
        ]
        context = {"lines": lines, "left_out": max(0, conversation.head - len(lines))}
        return mark_safe(render_to_string("admin/timeline.html", context))  # noqa: S308 - a template has escaped it


def _words(event: Any) -> str:
    if event.message is not None:
        return str(event.message.text)
    if event.note is not None:
        return str(event.note.text)
    return str(event.data.get("text") or event.data.get("reason") or "")


@admin.register(Visitor)
class VisitorAdmin(ReadOnly):
    """The people in the widget. Addresses of pages are shown as text: a visitor's page says what it likes."""

    list_display = ("display_name", "email", "domain", "verified", "company", "last_seen_at")
    list_filter = ("verified", ("domain", admin.RelatedOnlyFieldListFilter), "created_at")
    list_select_related = ("domain",)
    search_fields = ("name", "email", "external_id", "=id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    ordering = ("-last_seen_at",)
