"""One thing that a domain knows and the representative may say."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models

from domains.models import Domain


def check_phrasings(value: object) -> None:
    """Refuse anything but a list of short, non-empty questions."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ValidationError("Phrasings are a list of questions, each a non-empty text.")
    if len(value) > 100 or any(len(one) > 500 for one in value):
        raise ValidationError("At most 100 phrasings of 500 characters each.")


class Article(models.Model):
    """A titled text, with the ways in which visitors ask for it.

    Every change is seen by every process with the next question: knowledge/index.py compares the newest
    `updated_at` and the count. So rows are changed with save(), never with QuerySet.update().
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="articles")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000)
    phrasings = models.JSONField(default=list, blank=True, validators=[check_phrasings])
    url = models.URLField("link to the full article", max_length=500, blank=True)
    published = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "id"]
        indexes = [
            # The stamp that says whether a process's index is old.
            models.Index(fields=["domain", "-updated_at"], name="article_stamp"),
        ]

    def __str__(self) -> str:
        return self.title
