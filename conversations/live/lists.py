"""The list of conversations, and who waits for a person."""

import base64
import binascii
import uuid
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from conversations import queries
from conversations.frames import for_team
from conversations.live import filters
from conversations.live.filters import ListFilters
from conversations.live.views import PAGE
from conversations.models import Conversation
from conversations.states import Handler, Lifecycle
from domains.context import choose, workspace_of
from domains.pages import page, person


@page()
def conversations(request: HttpRequest) -> HttpResponse:
    """All conversations, newest first; further pages by keyset, so none is skipped while others arrive."""
    choose(request)
    chosen = ListFilters.of(request.GET)
    now = timezone.now()
    found = queries.conversations_of(person(request))
    domain = workspace_of(request).current
    if domain is not None:
        found = found.filter(domain=domain)
    found = _after(chosen.narrow(found, now), request.GET.get("cursor", ""))
    rows = list(found.order_by("-last_activity_at", "-id")[: PAGE + 1])
    more = _cursor(rows[PAGE - 1]) if len(rows) > PAGE else ""
    context = {
        "cards": [for_team.card(row, now) for row in rows[:PAGE]],
        "filters": chosen,
        "more": more,
        "choices": (
            ("status", "Status", filters.LIST_STATUSES),
            ("handoff", "Handling", filters.HANDOFFS),
            ("date", "Date", filters.DATES),
            ("activity", "Activity", filters.ACTIVITIES),
        ),
    }
    partial = request.headers.get("HX-Request") == "true"
    return render(request, "conversations/_rows.html" if partial else "conversations/index.html", context)


@page()
def waiting(request: HttpRequest) -> HttpResponse:
    """Ids of the conversations in which a visitor waits for a person: the number in the title of every page.

    `asked` are those whose request is open, `missed` those in which nobody came in time.
    """
    found = queries.conversations_of(person(request)).filter(lifecycle=Lifecycle.OPEN, handler=Handler.AI)
    asked, missed = found.filter(requested_at__isnull=False), found.filter(missed_at__isnull=False)
    return JsonResponse({"asked": _ids(asked), "missed": _ids(missed)})


def _ids(found: QuerySet[Conversation]) -> list[str]:
    return [str(pk) for pk in found.values_list("pk", flat=True)[:500]]


def _cursor(row: Conversation) -> str:
    return base64.urlsafe_b64encode(f"{row.last_activity_at.isoformat()} {row.pk}".encode()).decode()


def _after(found: QuerySet[Conversation], cursor: str) -> QuerySet[Conversation]:
    """Those behind the cursor; a broken one is no cursor."""
    try:
        moment, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        at, pk = datetime.fromisoformat(moment), uuid.UUID(key)
    except (ValueError, binascii.Error):
        return found
    return found.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=at, id__lt=pk))
