"""The list of conversations, and who waits for a person."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.paging import as_page
from conversations import queries
from conversations.frames import for_team
from conversations.live import filters, listing
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
    domain = workspace_of(request).current
    found = listing.newest(
        person(request),
        narrow=lambda rows: chosen.narrow(rows, now),
        limit=PAGE,
        domain_id=domain.pk if domain else None,
        cursor=request.GET.get("cursor", ""),
    )
    shown = as_page(
        found, PAGE, order=listing.ORDER, show=lambda rows: [for_team.card(row, now) for row in rows]
    )
    context = {
        "cards": shown["results"],
        "filters": chosen,
        "more": shown["next"],
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

    `asked` are those whose request is open, `missed` those in which nobody came in time, `mine` those that the user
    holds and has not answered.
    """
    user = person(request)
    found = queries.conversations_of(user).filter(lifecycle=Lifecycle.OPEN)
    with_ai = found.filter(handler=Handler.AI)
    asked, missed = with_ai.filter(requested_at__isnull=False), with_ai.filter(missed_at__isnull=False)
    mine = found.filter(operator=user, awaiting_since__isnull=False)
    return JsonResponse({"asked": _ids(asked), "missed": _ids(missed), "mine": _ids(mine)})


def _ids(found: QuerySet[Conversation]) -> list[str]:
    return [str(pk) for pk in found.values_list("pk", flat=True)[:500]]
