"""Paths of the email settings."""

from django.urls import path

from notifications import views

_EMAIL = "domains/<uuid:domain_id>/settings/email/"

urlpatterns = [
    path(_EMAIL, views.email, name="settings_email"),
    path(f"{_EMAIL}test/<uuid:job_id>/", views.trial, name="settings_email_test"),
]
