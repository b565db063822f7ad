"""The forms of the email settings."""

from typing import Any

from django import forms

from domains.models import Domain, Role
from emailops.addresses import BadAddress, clean_address
from emailops.custom_email import PORTS
from emailops.models import MailServer, Security
from emailops.password_input import PasswordInput
from notifications.models import AlertEvent
from notifications.rules import BadRecipient, Told, checked


class AlertsForm(forms.Form):
    """Whether new conversations are told of at all."""

    new_conversation_alerts = forms.BooleanField(
        label="Tell the team of new conversations",
        required=False,
        help_text="A mail as soon as a visitor writes the first message. The AI answers at the same time.",
    )


class RecipientForm(forms.Form):
    """One more recipient: an address, a role or a team."""

    address = forms.CharField(
        label="E-mail address",
        required=False,
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "email", "placeholder": "sales@example.com"}
        ),
    )
    role = forms.ChoiceField(
        label="or all with the role", required=False, choices=[("", "Choose a role"), *Role.choices]
    )
    team = forms.CharField(
        label="or all of the team",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "teams", "placeholder": "Sales"}),
    )
    events = forms.MultipleChoiceField(
        label="Told of",
        choices=AlertEvent.choices,
        initial=AlertEvent.values,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    told: Told

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.told = checked(**{name: data.get(name, "") for name in ("address", "role", "team")})
            except BadRecipient as error:
                self.add_error(error.field, str(error))
        return data


class ServerForm(forms.Form):
    """A domain's own SMTP server. The password goes in and never comes out."""

    host = forms.CharField(
        label="SMTP host",
        max_length=253,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "smtp.example.com"}
        ),
    )
    port = forms.IntegerField(
        label="SMTP port",
        min_value=1,
        max_value=65_535,
        initial=587,
        help_text=f"Usually 587 with STARTTLS or 465 with TLS. Allowed: {', '.join(map(str, PORTS))}.",
    )
    security = forms.ChoiceField(
        label="Security",
        choices=Security.choices,
        initial=Security.STARTTLS,
        help_text="Port 465 is always TLS.",
    )
    username = forms.CharField(
        label="SMTP username",
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="SMTP password",
        required=False,
        strip=False,
        max_length=1000,
        widget=PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    from_address = forms.CharField(
        label="From address",
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "email", "placeholder": "hello@example.com"}
        ),
    )
    from_name = forms.CharField(label="From name", max_length=120, required=False)

    def __init__(self, data: Any = None, *, server: MailServer | None, domain: Domain) -> None:
        names = ("host", "port", "security", "username", "from_address", "from_name")
        initial = {name: getattr(server, name) for name in names} if server else {"from_name": domain.name}
        super().__init__(data, initial=initial)
        field = self.fields["password"]
        if field.widget.value_from_datadict(self.data, self.files, "password"):
            # Read only if the form comes back.
            field.help_text = "What you typed is kept, and shown to nobody. Type to change it."
        elif server is not None and server.has_password:
            field.widget.attrs["placeholder"] = "•••••••• stored"
            field.help_text = "Stored, and shown to nobody. Leave it empty to keep it, type to change it."

    def clean_from_address(self) -> str:
        """Looked at here too, so that all that is wrong is said at once."""
        try:
            return clean_address(self.cleaned_data["from_address"])
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from None

    def wanted(self) -> dict[str, Any]:
        """What is to be saved; an empty password keeps the stored one."""
        data = dict(self.cleaned_data)
        data["password"] = data["password"] or None
        return data

    def blame(self, fields: dict[str, str]) -> None:
        """Put what cannot be used at its field."""
        for name, why in fields.items():
            self.add_error(name if name in self.fields else None, why)


class TrialForm(forms.Form):
    """Where the test goes."""

    recipient = forms.CharField(
        label="Send the test to",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
