"""The AI page of a domain's settings."""

from django.urls import path

from representative import views

_AI = "domains/<uuid:domain_id>/settings/ai/"

urlpatterns = [
    path(_AI, views.settings, name="settings_ai"),
    path(f"{_AI}articles/new/", views.article_new, name="settings_ai_article_new"),
    path(f"{_AI}articles/<uuid:article_id>/", views.article, name="settings_ai_article"),
]
