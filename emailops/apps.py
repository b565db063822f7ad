"""Mail: jobs, attempts, mail servers, delivery."""

from django.apps import AppConfig


class EmailopsConfig(AppConfig):
    name = "emailops"
    default_auto_field = "django.db.models.BigAutoField"
