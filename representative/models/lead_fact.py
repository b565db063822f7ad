"""One thing that a conversation told about its visitor."""

from django.db import models
from django.db.models import Q

from conversations.models import Conversation


class Field(models.TextChoices):
    """What can be learnt."""

    NAME = "name", "Name"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    COMPANY = "company", "Company"
    NEED = "need", "Need"
    BUDGET = "budget", "Budget"
    TIMING = "timing", "Timing"


class FactSource(models.TextChoices):
    """Whose words support it."""

    VISITOR = "visitor", "Visitor"
    OPERATOR = "operator", "Operator"


class LeadFact(models.Model):
    """A field and its value, supported by verbatim words of message `n`. A newer value supersedes an older one."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="lead_facts")
    field = models.CharField(max_length=8, choices=Field)
    value = models.CharField(max_length=300)
    quote = models.CharField(max_length=300)
    n = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=FactSource, default=FactSource.VISITOR)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # Reading the same message again learns nothing new.
            models.UniqueConstraint(
                fields=["conversation", "field", "n"], name="one_fact_per_field_and_message"
            ),
            # A fact without words that support it is an invention.
            models.CheckConstraint(condition=~Q(quote=""), name="fact_has_a_quote"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
