"""Knowledge articles, for site administrators."""

# These classes of Django take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models

from domains.forms import Lines
from representative.models import Article


class ArticleForm(forms.ModelForm):
    """An article; phrasings one a line."""

    phrasings = Lines(required=False, help_text="Ways in which visitors ask for it, one a line.")

    class Meta:
        model = Article
        fields = ("domain", "title", "text", "phrasings", "url", "published")
        field_classes = {"url": partial(forms.URLField, assume_scheme="https")}


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """What domains know."""

    form = ArticleForm
    list_display = ("title", "domain", "published", "asked", "updated_at")
    list_filter = ("published", ("domain", admin.RelatedOnlyFieldListFilter), "updated_at")
    list_select_related = ("domain",)
    search_fields = ("title", "text", "domain__name")
    autocomplete_fields = ("domain",)
    readonly_fields = ("created_at", "updated_at")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description="phrasings")
    def asked(self, article: Any) -> int:
        """How many ways of asking it knows."""
        return len(article.phrasings)
