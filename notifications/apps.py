"""Who is told, in what words."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Alerts"
    default_auto_field = "django.db.models.BigAutoField"
