"""Routing of alerts, for site administrators."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import admin

from notifications.models import AlertRule
from notifications.rules import BadRecipient, checked


class AlertRuleForm(forms.ModelForm):
    """One event, one recipient."""

    class Meta:
        model = AlertRule
        fields = ("domain", "event", "address", "role", "team", "active")

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three, in the form that is kept."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                cleaned |= asdict(checked(**{name: cleaned[name] for name in ("address", "role", "team")}))
            except BadRecipient as wrong:
                self.add_error(wrong.field, str(wrong))
        return cleaned


@admin.register(AlertRule)
class AlertRuleAdmin(admin.ModelAdmin):
    """Who is told of what. Where an event of a domain has no rule, its owners are told."""

    form = AlertRuleForm
    list_display = ("domain", "event", "target", "active", "created_at")
    list_display_links = ("domain", "target")
    list_filter = ("event", "active", ("domain", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("domain",)
    search_fields = ("domain__name", "address", "team")
    autocomplete_fields = ("domain",)
