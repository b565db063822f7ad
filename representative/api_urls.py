"""Paths of this app below /api/v1/."""

from django.urls import path

from representative import api

urlpatterns = [
    path("domains/<uuid:domain_id>/articles/", api.Articles.as_view(), name="api-articles"),
    path(
        "domains/<uuid:domain_id>/articles/<uuid:article_id>/", api.OneArticle.as_view(), name="api-article"
    ),
]
