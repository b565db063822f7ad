"""A question that the knowledge had no answer to."""

from django.db import models

from conversations.models import Conversation
from domains.models import Domain


class Gap(models.Model):
    """Kept so that the team sees which article is missing."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="gaps")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="gaps")
    question = models.TextField()
    # The number of the visitor's message, so that a turn that runs twice tells of it once.
    n = models.PositiveIntegerField()
    best_score = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "n"], name="one_gap_per_question"),
        ]
        indexes = [models.Index(fields=["domain", "-created_at"], name="gap_of_domain")]

    def __str__(self) -> str:
        return self.question[:60]
