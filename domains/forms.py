"""The settings of a domain as forms. The REST API says the same limits in domains/api.py."""

from typing import Any, ClassVar

from django import forms

from domains.models import Domain, Membership, Role
from domains.origins import MAX_ORIGINS, clean_origin

MAX_TEAMS = 10


class Lines(forms.CharField):
    """A list, one entry a line."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """A list from the database as lines; what was sent stays as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Lines as a list, empty ones left out."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists."""
        return bool(list(initial or []) != self.to_python(data))


class GeneralForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """Name and the sites that may show the widget."""

    allowed_origins = Lines(
        label="Sites that may show the widget",
        required=False,
        help_text="One a line, as https://www.example.com; https://*.example.com is any subdomain. "
        "Without any, the widget shows on no site but the demo.",
    )

    class Meta:
        model = Domain
        fields: ClassVar = ["name", "allowed_origins"]

    def clean_allowed_origins(self) -> list[str]:
        """Each in the form that browsers send, once."""
        lines = self.cleaned_data["allowed_origins"]
        if len(lines) > MAX_ORIGINS:
            raise forms.ValidationError(f"At most {MAX_ORIGINS} sites.")
        cleaned, wrong = [], []
        for line in lines:
            try:
                cleaned.append(clean_origin(line))
            except ValueError as refusal:
                wrong.append(f"{line}: {refusal}")
        if wrong:
            raise forms.ValidationError(wrong)
        return list(dict.fromkeys(cleaned))


class LiveForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """How a person comes into a talk and what the visitor is told."""

    class Meta:
        model = Domain
        fields: ClassVar = [
            "takeover_timeout_s",
            "control_timeout_s",
            "operator_label",
            "message_gap_ms",
            "operator_message_gap_ms",
            "human_requested_text",
            "takeover_timeout_text",
            "taken_over_text",
            "handed_back_text",
        ]
        labels: ClassVar = {
            "takeover_timeout_s": "Takeover timeout, in seconds",
            "control_timeout_s": "Control passes after, in seconds",
            "operator_label": "Operators appear as",
            "message_gap_ms": "Least time between a visitor's messages, in milliseconds",
            "operator_message_gap_ms": "Least time between an operator's messages, in milliseconds",
            "human_requested_text": "When the visitor asks for a person",
            "takeover_timeout_text": "When nobody comes in time",
            "taken_over_text": "When a person takes over",
            "handed_back_text": "When the AI is back",
        }
        help_texts: ClassVar = {
            "takeover_timeout_s": "How long a visitor waits for a person before the text below is sent.",
            "control_timeout_s": "When the holder does not answer a colleague who asks for it.",
            "message_gap_ms": "0 turns the limit off.",
            "operator_message_gap_ms": "0 turns the limit off.",
        }
        widgets: ClassVar = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in (
                "human_requested_text",
                "takeover_timeout_text",
                "taken_over_text",
                "handed_back_text",
            )
        }


class WidgetForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """How the widget looks."""

    class Meta:
        model = Domain
        fields: ClassVar = ["brand_colour", "greeting"]
        labels: ClassVar = {"brand_colour": "Colour"}
        help_texts: ClassVar = {
            "brand_colour": "Text on it is black or white, whichever reads better.",
            "greeting": "The first line a visitor reads, before anything is said.",
        }
        widgets: ClassVar = {"brand_colour": forms.TextInput(attrs={"type": "color"})}


class RepresentativeForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """How the representative presents itself, and how sure it must be."""

    answer_eagerness = forms.FloatField(
        label="Eagerness to answer",
        min_value=-0.15,
        max_value=0.15,
        widget=forms.NumberInput(attrs={"type": "range", "step": "0.01"}),
        help_text="Left: cautious, offers a person sooner. Right: eager, answers on a weaker match.",
    )

    class Meta:
        model = Domain
        fields: ClassVar = ["representative_name", "answer_eagerness"]
        labels: ClassVar = {"representative_name": "Name of the AI"}


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """What a member may do, and the teams for routing."""

    teams = forms.CharField(
        required=False,
        max_length=400,
        help_text="Separated by commas, such as Sales, Support.",
        label="Teams",
    )

    class Meta:
        model = Membership
        fields: ClassVar = ["role", "teams"]

    def __init__(self, *args: Any, may_own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        if not may_own and isinstance(role, forms.ChoiceField):
            # Only owners make owners.
            role.choices = [choice for choice in Role.choices if choice[0] != Role.OWNER]
        if isinstance(self.initial.get("teams"), list):
            self.initial["teams"] = ", ".join(self.initial["teams"])

    def clean_teams(self) -> list[str]:
        """Labels, each once."""
        teams = list(
            dict.fromkeys(team.strip() for team in self.cleaned_data["teams"].split(",") if team.strip())
        )
        if len(teams) > MAX_TEAMS or any(len(team) > 40 for team in teams):
            raise forms.ValidationError(f"At most {MAX_TEAMS} teams of 40 characters each.")
        return teams


class NewMemberForm(MemberForm):
    """Who joins, as what."""

    email = forms.EmailField(label="E-mail", max_length=254)
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.OPERATOR)
    field_order = ["email", "role", "teams"]
