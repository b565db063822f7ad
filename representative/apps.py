"""The AI that speaks for a domain."""

from django.apps import AppConfig


class RepresentativeConfig(AppConfig):
    name = "representative"
    default_auto_field = "django.db.models.BigAutoField"
