"""Routing of alerts, for site administrators."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django import forms
from django.contrib import admin

from emailops.addresses import BadAddress, clean_address
from notifications.models import AlertRule


class AlertRuleForm(forms.ModelForm):
    """One event, one recipient."""

    class Meta:
        model = AlertRule
        fields = ("domain", "event", "address", "role", "team", "active")

    def clean_address(self) -> str:
        """In the form that mail is sent to."""
        address = self.cleaned_data["address"]
        try:
            return clean_address(address) if address else ""
        except BadAddress as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and sum(bool(cleaned.get(name)) for name in ("address", "role", "team")) != 1:
            raise forms.ValidationError("Name exactly one of address, role and team.")
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
