"""People, their API tokens and the record of what administrators did, for site administrators."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.account.signals import password_set
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts import tokens
from accounts.models import ApiToken, User

# One way in for all: the log-in that knows the second factor and the limits.
_way_in = secure_admin_login(admin.site.login)


def way_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """To the log-in. Whoever is logged in and may not enter reads why: roles on domains do not lead here."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied(
            "The administration is for whoever runs this installation of Privas. A role on a domain, owner or "
            f"admin, does not open it. You are logged in as {request.user.email}."
        )
    answer: HttpResponse = _way_in(request, extra_context)
    return answer


admin.site.login = way_in  # type: ignore[method-assign]
admin.site.site_header = "Privas administration"
admin.site.site_title = "Privas"
admin.site.index_title = "Everything"

# Its form would show the second factor's secret; people manage their own on their account's pages.
admin.site.unregister(Authenticator)
# A copy of User.email that the log-in keeps by itself.
admin.site.unregister(EmailAddress)


def own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """One's own password is changed where everybody changes theirs: it ends sessions and sockets."""
    return redirect("account_change_password")


admin.site.password_change = own_password  # type: ignore[method-assign, assignment]


class TakesAllWithIt(admin.ModelAdmin):
    """What is deleted with all that is its own, also with records that nobody may delete one by one."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes, as the page lists it. A superuser may delete all of it, records of what was done among it."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return found, counts, set() if request.user.is_superuser else lacking, protected


class ReadOnly(admin.ModelAdmin):
    """A record to look at. Nothing here adds, changes or deletes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class NewUserForm(AdminUserCreationForm):
    """A person, by address."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """Two spellings of one address are one person."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError("There is a person with this address already.")
        return email


@admin.register(User)
class PersonAdmin(TakesAllWithIt, UserAdmin):
    """People who sign in. What they may see in the console is decided by memberships of domains."""

    add_form = NewUserForm
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "theme", "password")}),
        (
            "Administration",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")},
        ),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """With a new address, the old one logs nobody in any more."""
        super().save_model(request, obj, form, change)
        EmailAddress.objects.filter(user=obj).exclude(email__iexact=obj.email).delete()

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A password that an administrator sets ends the person's sessions and sockets too."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            password_set.send(sender=User, request=request, user=User.objects.get(pk=id))
        return answer


class TokenForm(forms.ModelForm):
    """Whose token it is, what for, and how far it reaches."""

    scopes = forms.MultipleChoiceField(
        choices=tokens.Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each includes the one before. None: all that the person may do.",
    )

    class Meta:
        model = ApiToken
        fields = ("user", "name", "scopes")

    def save(self, commit: bool = True) -> ApiToken:
        """A new one is minted; its secret is kept on the form until it has been shown."""
        if not self.instance.hash:
            self.instance, self.secret = self._minted()
        token: ApiToken = self.instance
        return token

    def _minted(self) -> tuple[ApiToken, str]:
        return tokens.mint(
            self.cleaned_data["user"], name=self.cleaned_data["name"], scopes=self.cleaned_data["scopes"]
        )

    def save_m2m(self) -> None:
        """Nothing: a token has no such relations."""


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """API tokens. The secret is shown once, when it is made; its hash is never shown."""

    form = TokenForm
    list_display = ("name", "user", "reach", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__email", "user__name")
    autocomplete_fields = ("user",)
    actions = ("revoke",)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """A token keeps its person and its scopes for good."""
        given = ("created_at", "last_used_at", "revoked_at")
        return ("user", "reach", *given) if obj else given

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        """New ones are described; old ones only renamed."""
        if obj is None:
            return ("user", "name", "scopes")
        return ("user", "name", "reach", "created_at", "last_used_at", "revoked_at")

    @admin.display(description="scopes")
    def reach(self, token: ApiToken) -> str:
        """How far it reaches."""
        return ", ".join(token.scopes) or "all that the person may do"

    @admin.action(description="Revoke selected tokens", permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        """End them for good."""
        for token in chosen:
            tokens.revoke(token)
        messages.success(request, f"{len(chosen)} tokens are revoked.")

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        """Delete a token; what it opened closes as when it is revoked."""
        tokens.revoke(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """The same for several."""
        for token in queryset:
            tokens.revoke(token)
        super().delete_queryset(request, queryset)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """Minting has written the row; a change renames."""
        if change:
            obj.save(update_fields=["name"])
        else:
            request.made_token = form.secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret on a page of its own, once; it goes into no message, cookie or log."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"Token “{obj.name}” of {obj.user}",
            "secret": request.made_token,  # type: ignore[attr-defined]
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/api_token_made.html", context)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly):
    """Who changed what in this administration."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "get_change_message")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__email")
    date_hierarchy = "action_time"
    fields: ClassVar = (
        "action_time",
        "user",
        "content_type",
        "object_id",
        "object_repr",
        "action_flag",
        "get_change_message",
    )
