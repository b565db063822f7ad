"""The live page and the open thread, drawn by the templates that the socket uses too."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from conversations import queries
from conversations.frames import for_team
from conversations.live import browsers
from conversations.live.filters import LiveFilters, counts, live_conversations, order
from conversations.models import ControlRequest, Conversation
from conversations.states import ControlRequestState, Handler, Lifecycle
from domains import access
from domains.access import May
from domains.context import choose, workspace_of
from domains.pages import page, person
from domains.templatetags.look import host_path

PAGE = 50


@page()
def live(request: HttpRequest) -> HttpResponse:
    """Cards of all live conversations; with `?c=` the thread of one beside them."""
    choose(request)
    context = _desk(request)
    opened = request.GET.get("c", "")
    if opened:
        conversation = queries.conversation_for(person(request), opened)
        context |= {"thread": _thread(request, conversation), "open_id": str(conversation.pk)}
    return render(request, "live/index.html", {**context, "demo_url": _demo_url()})


@page()
def live_desk(request: HttpRequest) -> HttpResponse:
    """The cards alone: what the page fetches after it was cut off, and now and then."""
    return render(request, "live/_desk.html", _desk(request))


@page()
def conversation(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """The thread on its own page; only the thread for the drawer."""
    found = queries.conversation_for(person(request), conversation_id)
    if request.GET.get("part") == "thread":
        return render(request, "conversations/_thread.html", _thread(request, found))
    return render(request, "conversations/page.html", {**_thread(request, found), **_about(found)})


@page()
def conversation_events(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Lines of the thread: `?before=N` older ones, `?after=N` those that were missed."""
    found = queries.conversation_for(person(request), conversation_id)
    after, before = _number(request, "after"), _number(request, "before")
    if after is not None:
        events = [for_team.frame(event, found) for event in queries.events_after(found, after)]
        return render(request, "conversations/_events.html", {"events": events, "card_id": found.pk})
    return render(request, "conversations/_events.html", _lines(found, before))


@page()
def conversation_visitor(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """What is known of the visitor."""
    found = queries.conversation_for(person(request), conversation_id)
    may_talk = queries.conversations_of(person(request), May.TALK).filter(pk=found.pk).exists()
    return render(request, "conversations/_visitor.html", {**_about(found), "may_talk": may_talk})


def _desk(request: HttpRequest) -> dict[str, Any]:
    filters = LiveFilters.of(request.GET)
    domain = workspace_of(request).current
    now = timezone.now()
    rows, capped = live_conversations(person(request), domain, now)
    cards = sorted((for_team.card(row, now) for row in rows), key=order)
    pages = {host_path(card["started_url"]) for card in cards if card["started_url"]}
    if filters.page_url:
        pages.add(filters.page_url)
    return {
        "filters": filters,
        "statuses": counts(cards),
        # Badge of every live conversation, shown or not: from it the page counts as cards change.
        "counts": {card["id"]: card["badge"] for card in cards},
        "pages": sorted(pages),
        "cards": [card for card in cards if filters.admits(card)],
        "total": len(rows),
        "capped": capped,
    }


def _thread(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    user = person(request)
    role = access.membership_of(user, conversation.domain_id).role
    return {
        # Not what has happened since the row was read: the socket brings that, by the row's number.
        **_lines(conversation, conversation.head + 1),
        "card": for_team.card(conversation, timezone.now()),
        "head": conversation.head,
        "state": _state(conversation, user),
        "may_talk": role in access.roles_that_may(May.TALK),
        "control": _control(conversation),
        "gap_ms": conversation.domain.operator_message_gap_ms,
        "representative": conversation.domain.representative_name,
    }


def _lines(conversation: Conversation, before: int | None) -> dict[str, Any]:
    events = queries.thread(conversation, before_n=before, limit=PAGE)
    older = events[0].n if events and events[0].n > 1 else None
    return {
        "events": [for_team.frame(event, conversation) for event in events],
        "older": older,
        "card_id": conversation.pk,
    }


def _state(conversation: Conversation, user: User) -> str:
    """Whose turn it is as this person sees it: what the thread's buttons and lines go by."""
    if conversation.lifecycle != Lifecycle.OPEN:
        return "closed"
    if conversation.handler == Handler.AI:
        return "ai"
    return "mine" if conversation.operator_id == user.pk else "other"


def _control(conversation: Conversation) -> dict[str, Any] | None:
    request = (
        ControlRequest.objects.filter(conversation=conversation, state=ControlRequestState.OPEN)
        .select_related("requester")
        .first()
    )
    return (
        {
            "id": str(request.requester_id),
            "name": request.requester.display_name,
            "due_at": request.due_at.isoformat(),
        }
        if request
        else None
    )


def _about(conversation: Conversation) -> dict[str, Any]:
    visitor = conversation.visitor
    past = (
        Conversation.objects.filter(visitor=visitor).exclude(pk=conversation.pk).order_by("-created_at")[:5]
    )
    return {
        "conversation": conversation,
        "visitor": visitor,
        "browser": browsers.plain_name(visitor.user_agent),
        "past": past,
    }


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _demo_url() -> str:
    """The demo site carries the widget of the demo domain, so a test talk begins there."""
    try:
        return reverse("widget:demo") if settings.DEMO else ""
    except NoReverseMatch:
        return ""
