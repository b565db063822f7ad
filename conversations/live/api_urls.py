"""Paths of conversations below /api/v1/."""

from django.urls import path

from conversations.live import api, api_commands

_ONE = "conversations/<uuid:conversation_id>/"

urlpatterns = [
    path("conversations/", api.Conversations.as_view(), name="api-conversations"),
    path(_ONE, api.OneConversation.as_view(), name="api-conversation"),
    path(f"{_ONE}events/", api.Events.as_view(), name="api-events"),
    path(f"{_ONE}messages/", api_commands.Messages.as_view(), name="api-messages"),
    path(f"{_ONE}notes/", api_commands.Notes.as_view(), name="api-notes"),
    path(f"{_ONE}escalate/", api_commands.Escalate.as_view(), name="api-escalate"),
    *(
        path(f"{_ONE}{word}/", api_commands.Act.as_view(word=word), name=f"api-{word}")
        for word in api_commands.ACTS
    ),
]
