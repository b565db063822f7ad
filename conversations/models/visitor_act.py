"""What a visitor did under an id of their own."""

from django.db import models

from conversations.models.conversation import Conversation
from conversations.models.event import Event
from conversations.models.visitor import Visitor


class Act(models.TextChoices):
    """What may be done once under an id. Messages keep theirs themselves."""

    BELL = "bell", "Bell"
    NEW = "new", "New conversation"
    END = "end", "End"
    RATE = "rate", "Verdict"


class VisitorAct(models.Model):
    """A repeat finds this row, is answered from it and does nothing, however much has happened since."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="acts")
    client_id = models.CharField(max_length=64)
    act = models.CharField(max_length=4, choices=Act)
    # Unchecked by the database: a check locks the talk, here after the visitor, and everybody else locks it first.
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    # Null where the act has no event: a new conversation begins empty.
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visitor", "client_id"], name="one_act_per_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} of {self.visitor_id}"
