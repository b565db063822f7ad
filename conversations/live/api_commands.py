"""What operators do: each command is one POST, one action, one answer.

A refusal changes nothing and says why: 409 `held` with the holder's name, `stale`, `ended`, `id_conflict`,
`forbidden` for a move that does not fit, 429 `rate_limited`.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import Endpoint, Nothing
from accounts.tokens import Scope
from conversations import queries
from conversations.actions import closing, escalation, handling, operators
from conversations.events import Written
from conversations.frames import for_team
from conversations.live.serializers import (
    DoneSerializer,
    MessageSerializer,
    ReasonSerializer,
    SayingSerializer,
)
from conversations.models import Conversation
from domains.access import May

_WRITTEN = {
    201: OpenApiResponse(DoneSerializer, description="Written."),
    200: OpenApiResponse(DoneSerializer, description="The same `client_id` again: nothing was written now."),
}


class Command(Endpoint):
    """A command to a conversation, for those who may talk."""

    scope = Scope.TALK

    def conversation(self, conversation_id: uuid.UUID) -> Conversation:
        """The conversation, for a person who may talk there. Raises NotFound, Forbidden."""
        return queries.conversation_for(self.user, conversation_id, needs=May.TALK)


class Messages(Command):
    """Words to the visitor."""

    @extend_schema(request=SayingSerializer, responses=_WRITTEN)
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Speak to the visitor. On a conversation that the AI handles, this takes it over."""
        conversation = self.conversation(conversation_id)
        said = self.body(SayingSerializer).validated_data
        written = operators.post_operator_message(
            conversation.pk,
            operator=self.user,
            client_id=said.get("client_id") or str(uuid.uuid4()),
            text=said["text"],
            epoch=said.get("epoch"),
        )
        return _added(written)


class Notes(Command):
    """Words for the team."""

    @extend_schema(request=MessageSerializer, responses=_WRITTEN)
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Add an internal note, on an open or a closed conversation. No visitor ever reads it."""
        conversation = self.conversation(conversation_id)
        said = self.body(MessageSerializer).validated_data
        written = operators.add_note(
            conversation.pk,
            operator=self.user,
            client_id=said.get("client_id") or str(uuid.uuid4()),
            text=said["text"],
        )
        return _added(written)


class Escalate(Command):
    """A wish for a person, by a person."""

    @extend_schema(request=ReasonSerializer, responses=DoneSerializer)
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Flag the conversation for colleagues; the visitor is told nothing."""
        conversation = self.conversation(conversation_id)
        reason = self.body(ReasonSerializer).validated_data["reason"]
        return _done(escalation.escalate(conversation.pk, operator=self.user, reason=reason))


class Act(Command):
    """A command without a body; one view for each of ACTS."""

    word = ""

    @property
    def about(self) -> str:
        """What it does, for the description of the API."""
        return ACTS[self.word][1]

    @extend_schema(request=Nothing, responses=DoneSerializer)
    def post(self, request: Request, conversation_id: uuid.UUID) -> Response:
        """Do it."""
        conversation = self.conversation(conversation_id)
        self.body(Nothing)
        act, _ = ACTS[self.word]
        return _done(act(conversation.pk, operator=self.user))


ACTS: dict[str, tuple[Callable[..., Written], str]] = {
    "take-over": (
        handling.take_over,
        "Take over: the AI is silent from that instant. Refused as `held` while a colleague holds it.",
    ),
    "hand-back": (handling.hand_back, "Hand back to the AI."),
    "request-control": (handling.request_control, "Ask the colleague who holds it for control."),
    "pass-control": (handling.pass_control, "Give control to the colleague who asks for it."),
    "keep-control": (handling.keep_control, "Keep control against a colleague's request."),
    "withdraw-control": (handling.withdraw_control, "Take back one's own request for control."),
    "resolve": (closing.resolve, "Resolve: the matter is settled."),
    "end": (closing.end, "End the conversation, settled or not."),
    "reopen": (closing.reopen, "Open a closed conversation again, with the AI."),
}


def _added(written: Written) -> Response:
    return _done(written, status.HTTP_200_OK if written.dup else status.HTTP_201_CREATED)


def _done(written: Written, code: int = status.HTTP_200_OK) -> Response:
    body: dict[str, Any] = {
        "event": for_team.frame(written.event, written.conversation),
        "conversation": for_team.card(written.conversation, timezone.now()),
        "dup": written.dup,
    }
    return Response(body, status=code)
