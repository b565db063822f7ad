"""Paths of this app below /api/v1/."""

from django.urls import path

from accounts import api

urlpatterns = [
    path("me/", api.Me.as_view(), name="api-me"),
    path("socket-ticket/", api.Ticket.as_view(), name="api-socket-ticket"),
]
