"""Paths of the email settings."""

from django.urls import path

from notifications import template_views, views

_EMAIL = "domains/<uuid:domain_id>/settings/email/"

urlpatterns = [
    path(_EMAIL, views.email, name="settings_email"),
    path(f"{_EMAIL}test/<uuid:job_id>/", views.trial, name="settings_email_test"),
    path(f"{_EMAIL}templates/", template_views.templates, name="settings_email_templates"),
    path(
        "conversations/<uuid:conversation_id>/transcript/",
        template_views.transcript,
        name="conversation_transcript",
    ),
]
