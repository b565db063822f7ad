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
    path(f"{_ONE}take-over/", api_commands.TakeOver.as_view(), name="api-take-over"),
    path(f"{_ONE}hand-back/", api_commands.HandBack.as_view(), name="api-hand-back"),
    path(f"{_ONE}request-control/", api_commands.RequestControl.as_view(), name="api-request-control"),
    path(f"{_ONE}pass-control/", api_commands.PassControl.as_view(), name="api-pass-control"),
    path(f"{_ONE}keep-control/", api_commands.KeepControl.as_view(), name="api-keep-control"),
    path(f"{_ONE}withdraw-control/", api_commands.WithdrawControl.as_view(), name="api-withdraw-control"),
    path(f"{_ONE}escalate/", api_commands.Escalate.as_view(), name="api-escalate"),
    path(f"{_ONE}resolve/", api_commands.Resolve.as_view(), name="api-resolve"),
    path(f"{_ONE}end/", api_commands.End.as_view(), name="api-end"),
    path(f"{_ONE}reopen/", api_commands.Reopen.as_view(), name="api-reopen"),
]
