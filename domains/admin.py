"""Domains and who is on them, for site administrators."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from accounts.admin import TakesAllWithIt
from domains import publishing
from domains.forms import GeneralForm, Lines, LiveForm
from domains.members import let_go_of_sockets
from domains.models import Domain, Membership, Role


class DomainForm(GeneralForm):
    """A domain with all its settings; origins one a line."""

    class Meta:
        model = Domain
        fields = "__all__"  # every setting is the administrator's to see


class MembershipForm(forms.ModelForm):
    """A member; teams one a line."""

    teams = Lines(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 20}), help_text="One a line."
    )

    class Meta:
        model = Membership
        fields = ("user", "role", "teams")


class MembershipFormSet(BaseInlineFormSet):
    """The people of a domain, one of them an owner."""

    def clean(self) -> None:
        """A domain without an owner could never be managed again."""
        super().clean()
        staying = [
            form.cleaned_data.get("role")
            for form in self.forms
            if hasattr(form, "cleaned_data") and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not any(self.errors) and Role.OWNER not in staying:
            raise forms.ValidationError("A domain needs an owner.")


class MembershipInline(admin.TabularInline):
    """The people of a domain."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Domain)
class DomainAdmin(TakesAllWithIt):
    """Websites registered here."""

    form = DomainForm
    list_display = ("name", "widget_key", "people", "new_conversation_alerts", "created_at")
    list_filter = ("new_conversation_alerts", "operator_label", "created_at")
    search_fields = ("name", "widget_key", "memberships__user__email")
    readonly_fields = ("id", "widget_key", "created_at")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("name", "allowed_origins", "id", "widget_key", "created_at")}),
        ("Talk", {"fields": (*LiveForm.Meta.fields, "new_conversation_alerts")}),
        (
            "Representative and widget",
            {"fields": ("representative_name", "greeting", "answer_eagerness", "brand_colour")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Domain]:
        """With the number of members."""
        domains: QuerySet[Domain] = super().get_queryset(request)
        return domains.annotate(members_=Count("memberships", distinct=True))

    @admin.display(description="members", ordering="members_")
    def people(self, domain: Any) -> int:
        """How many people are on it."""
        return int(domain.members_)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save members; sockets of those who were removed close."""
        super().save_formset(request, form, formset, change)
        gone = {member.user_id for member in formset.deleted_objects}
        gone |= {form.initial["user"] for form in formset.initial_forms if "user" in form.changed_data}
        for user_id in gone:
            transaction.on_commit(partial(publishing.recheck_sockets, user_id))

    def delete_model(self, request: HttpRequest, obj: Domain) -> None:
        """Delete a domain and shut its sockets."""
        with transaction.atomic():
            let_go_of_sockets(obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Domain]) -> None:
        """The same for several."""
        with transaction.atomic():
            for domain in queryset:
                let_go_of_sockets(domain)
            super().delete_queryset(request, queryset)
