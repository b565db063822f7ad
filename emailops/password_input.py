"""A password field that forgets nothing that was typed, and shows nothing."""

from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.html import format_html
from django.utils.safestring import SafeString

from domains.fields import decrypt, encrypt

# No password holds the sign, so a secret of the database, whose keys are the same, is not taken for a typed one.
_TYPED = "typed\x00"
_KEPT_S = 3_600


class PasswordInput(forms.PasswordInput):
    """In a form that comes back with an error the typed password goes along, sealed: only the server can read it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The empty field, and beside it what was typed."""
        if not value:
            return super().render(name, None, attrs, renderer)
        shown = super().render(name, None, {**(attrs or {}), "placeholder": "•••••••• as typed"}, renderer)
        sealed = encrypt(f"{_TYPED}{value}")
        return format_html('{}<input type="hidden" name="{}" value="{}">', shown, _kept(name), sealed)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What is typed now, or else was before."""
        typed = super().value_from_datadict(data, files, name)
        try:
            kept = decrypt(data.get(_kept(name), ""), within_s=_KEPT_S)
        except ImproperlyConfigured:
            kept = ""
        return typed if typed or not kept.startswith(_TYPED) else kept.removeprefix(_TYPED)


def _kept(name: str) -> str:
    return f"{name}_kept"
