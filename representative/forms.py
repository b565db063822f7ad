"""An article as a form."""

from typing import ClassVar

from django import forms
from django.core.validators import URLValidator

from domains.forms import Lines
from representative.models import Article
from representative.models.article import check_phrasings


class WebAddress(forms.URLField):
    """An address of a page. Its one check is stricter than Django's, and takes that one's place."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class ArticleForm(forms.ModelForm):  # type: ignore[type-arg]  # Django gives it no parameters at run time
    """Title, text, and the ways in which visitors ask for it."""

    phrasings = Lines(
        label="How visitors ask for it",
        required=False,
        validators=[check_phrasings],
        help_text="One question a line. Each makes the article easier to find.",
    )

    url = WebAddress(label="Link to the full article", required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Article
        fields: ClassVar = ["title", "text", "phrasings", "url", "published"]
        labels: ClassVar = {"text": "What the AI may say", "published": "Published: the AI may use it"}
        help_texts: ClassVar = {"text": "Markdown. Write it as you would say it to a visitor."}
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 10})}
