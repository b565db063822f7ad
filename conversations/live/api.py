"""Reading conversations and their events."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.paging import as_page
from accounts.rest import Endpoint
from conversations import queries
from conversations.frames import for_team
from conversations.live import listing
from conversations.live.filters import ListFilters
from conversations.live.serializers import (
    ControlRequestSerializer,
    ConversationPage,
    ConversationQuerySerializer,
    EscalationSerializer,
    EventPage,
    EventQuerySerializer,
    OneConversationSerializer,
    VisitorSerializer,
)
from conversations.models import ControlRequest, Conversation, Escalation
from conversations.states import ControlRequestState


class Conversations(Endpoint):
    """The conversations of all one's domains."""

    @extend_schema(parameters=[ConversationQuerySerializer], responses=ConversationPage)
    def get(self, request: Request) -> Response:
        """List conversations, the newest activity first."""
        asked = self.query(ConversationQuerySerializer)
        now = timezone.now()
        chosen = ListFilters(
            q=asked.get("q", ""),
            status=asked.get("status", ""),
            handoff=asked.get("handoff", ""),
            badge=asked.get("badge", ""),
            date=asked.get("date", "").removeprefix("all"),
            activity=asked.get("activity", ""),
            score_min=asked.get("score_min", 0),
        )

        def narrow(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
            if "handler" in asked:
                found = found.filter(handler=asked["handler"])
            if "page_url" in asked:
                found = found.filter(started_url__icontains=asked["page_url"])
            return chosen.narrow(found, now)

        found = listing.newest(
            self.user,
            narrow=narrow,
            limit=asked["limit"],
            domain_id=asked.get("domain"),
            cursor=asked.get("cursor", ""),
        )
        return Response(
            as_page(
                found,
                asked["limit"],
                order=listing.ORDER,
                show=lambda rows: [for_team.card(row, now) for row in rows],
            )
        )


class OneConversation(Endpoint):
    """A conversation."""

    @extend_schema(responses=OneConversationSerializer)
    def get(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Read a conversation with its visitor, badge, score and its reasons."""
        return Response(_whole(queries.conversation_for(self.user, conversation_id)))


class Events(Endpoint):
    """What happened in a conversation."""

    @extend_schema(parameters=[EventQuerySerializer], responses=EventPage)
    def get(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """List the numbered events after `after`, in order; every kind, notes too."""
        conversation = queries.conversation_for(self.user, conversation_id)
        asked = self.query(EventQuerySerializer)
        limit, after = asked["limit"], asked.get("cursor", asked.get("after", 0))
        events = queries.events_after(conversation, after, limit + 1)
        kept = events[:limit]
        return Response(
            {
                "results": [for_team.frame(event, conversation) for event in kept],
                "next": str(kept[-1].n) if len(events) > limit else None,
            }
        )


def _whole(conversation: Conversation) -> dict[str, Any]:
    escalation = Escalation.objects.filter(conversation=conversation).order_by("-pk").first()
    pending = (
        ControlRequest.objects.filter(conversation=conversation, state=ControlRequestState.OPEN)
        .select_related("requester")
        .first()
    )
    return {
        **for_team.card(conversation, timezone.now()),
        "visitor": VisitorSerializer(conversation.visitor).data,
        "started_title": conversation.started_title,
        "closed_at": conversation.closed_at,
        "escalation": EscalationSerializer(escalation).data if escalation else None,
        "control_request": ControlRequestSerializer(_request(pending)).data if pending else None,
    }


def _request(pending: ControlRequest) -> dict[str, Any]:
    return {
        "state": pending.state,
        "requester": {"id": pending.requester_id, "name": pending.requester.display_name},
        "created_at": pending.created_at,
        "due_at": pending.due_at,
    }
