"""The person in the widget."""

import uuid

from django.db import models

from domains.models import Domain


class Visitor(models.Model):
    """Made with the first thing a visitor does; an idle widget costs no row.

    The visitor's token is a signed proof of the id (widget/sessions.py), so nothing usable is stored.
    Name, e-mail and phone are labels unless `verified`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="visitors")
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField("e-mail", max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    company = models.CharField(max_length=120, blank=True)
    # The id that the customer's own server signed for, and whether the signature was good.
    external_id = models.CharField(max_length=120, blank=True)
    verified = models.BooleanField(default=False)
    locale = models.CharField(max_length=35, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    referrer = models.CharField(max_length=2000, blank=True)
    page_url = models.CharField("current page", max_length=2000, blank=True)
    page_title = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """How the team names the visitor, everywhere: by name, else by e-mail, else not at all."""
        return self.name or self.email or "Anonymous"
