"""The AI that speaks for a domain."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class RepresentativeConfig(AppConfig):
    name = "representative"
    verbose_name = "Knowledge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system check; only now may models be imported."""
        import_string("representative.registry.check_provider")
