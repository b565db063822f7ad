"""Mail: jobs, attempts, mail servers, delivery."""

from django.apps import AppConfig


class EmailopsConfig(AppConfig):
    name = "emailops"
    verbose_name = "Email operations"
    default_auto_field = "django.db.models.BigAutoField"
