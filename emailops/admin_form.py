"""The form in which administrators set a domain's mail server."""

# ModelForm takes no type arguments at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django import forms

from emailops import custom_email, servers
from emailops.models import MailServer
from emailops.password_input import PasswordInput


class MailServerForm(forms.ModelForm):
    """A domain's own server. The password is written, never read."""

    password = forms.CharField(
        label="SMTP password",
        required=False,
        strip=False,
        widget=PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Encrypted at rest and never shown. Left empty: the stored one stays.",
    )

    class Meta:
        model = MailServer
        fields = (
            "domain",
            "host",
            "port",
            "security",
            "username",
            "password",
            "from_address",
            "from_name",
            "max_connections",
            "rate_count",
            "rate_window_s",
        )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if "rate_window_s" in self.fields:
            # Left out, it is a minute.
            self.fields["rate_window_s"].required = False
        if "domain" in self.fields:
            # The row without one is the built-in mail system's.
            self.fields["domain"].required = True

    def clean(self) -> dict[str, Any]:
        """Saving is what checks the settings, so it happens here, last of all checks."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        domain = cleaned.get("domain") or self.instance.domain
        if self.instance._state.adding and servers.own_server(domain) is not None:
            # Whoever may only add would change it.
            self.add_error(
                "domain", f"{domain} has a mail server already. Change that one, or remove it first."
            )
        if self.errors:
            return cleaned
        try:
            self.saved = custom_email.save_server(
                domain,
                host=cleaned["host"],
                port=cleaned["port"],
                security=cleaned["security"],
                username=cleaned["username"],
                password=cleaned["password"] or None,
                from_address=cleaned["from_address"],
                from_name=cleaned["from_name"],
                max_connections=cleaned["max_connections"],
                rate=(cleaned["rate_count"], cleaned["rate_window_s"] or 60),
            )
        except custom_email.InvalidServer as wrong:
            for name, why in wrong.fields.items():
                self.add_error(name, why)
        return cleaned

    def _post_clean(self) -> None:
        """Nothing: the row was checked and written by save_server(), with the stored password where none was sent."""

    def save(self, commit: bool = True) -> MailServer:
        """The row that cleaning has saved."""
        return self.saved

    def save_m2m(self) -> None:
        """Nothing: a server has no such relations."""
