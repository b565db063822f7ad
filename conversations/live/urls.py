"""Pages of the live desk and of conversations."""

from django.urls import path

from conversations.live import lists, views

urlpatterns = [
    path("live/", views.live, name="live"),
    path("live/desk/", views.live_desk, name="live_desk"),
    path("live/waiting/", lists.waiting, name="live_waiting"),
    path("conversations/", lists.conversations, name="conversations"),
    path("conversations/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path(
        "conversations/<uuid:conversation_id>/events/", views.conversation_events, name="conversation_events"
    ),
    path(
        "conversations/<uuid:conversation_id>/visitor/",
        views.conversation_visitor,
        name="conversation_visitor",
    ),
]
