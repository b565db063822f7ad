"""What a person may change about themselves."""

from typing import ClassVar

from django import forms

from accounts.models import User


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """Light, dark, or as the system."""

    class Meta:
        model = User
        fields: ClassVar = ["theme"]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """The display name; the address is the log-in name and stays."""

    class Meta:
        model = User
        fields: ClassVar = ["name", "theme"]
        help_texts: ClassVar = {
            "name": "Visitors read it above your messages, unless the domain shows “Support Agent”."
        }
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
