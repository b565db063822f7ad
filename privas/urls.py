"""Which address leads where. Each app says its own; this page only puts them together."""

from django.contrib import admin
from django.urls import include, path

API = [
    path("", include("accounts.api_urls")),
    path("", include("domains.api_urls")),
    path("", include("conversations.live.api_urls")),
    path("", include("emailops.api_urls")),
    path("", include("representative.api_urls")),
    path("", include("notifications.api_urls")),
    path("", include("domains.api_missing_urls")),
]

urlpatterns = [
    path("api/v1/", include(API)),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("widget.urls")),
    path("", include("conversations.live.urls")),
    path("", include("domains.urls")),
    path("", include("representative.urls")),
    path("", include("notifications.urls")),
    path("", include("emailops.urls")),
]
