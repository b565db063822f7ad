"""One try of the representative to answer what a visitor said."""

from django.db import models
from django.db.models import Q

from conversations.models import Conversation


class TurnState(models.TextChoices):
    """Where a turn stands. The first two are live; all others are for ever."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    POSTED = "posted", "Posted"
    DISCARDED = "discarded", "Discarded"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed"


LIVE = (TurnState.WAITING, TurnState.RUNNING)


class Outcome(models.TextChoices):
    """What the representative did. The next turn reads it: it decides what "yes" means."""

    ANSWER = "answer", "Answered"
    SUGGEST = "suggest", "Suggested articles"
    OFFER = "offer", "Offered a person"
    SMALL_TALK = "small_talk", "Small talk"
    CHECK = "check", "Asked whether that was all"
    CONFIRMED = "confirmed", "Confirmed and resolved"
    REQUESTED = "requested", "Asked a person in"
    FALLBACK = "fallback", "Could not answer"
    NOTHING = "nothing", "Nothing to say"


class Turn(models.Model):
    """The row is the work, the task only its doorbell.

    A worker holds the turn until `lease_until`; a dead worker's turn is found by the clock and run again.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="ai_turns")
    epoch = models.PositiveIntegerField()
    # The number of the visitor's newest message that this turn has read.
    answers_n = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=TurnState, default=TurnState.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # The id under which its words were streamed.
    draft = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    # What the next turn must know: {"suggested": [article ids], "asked": "email", "solved": true}.
    memory = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Two workers woken for one conversation: one of them answers.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_live_turn_per_conversation",
            ),
            # A doorbell that rings again finds the turn that has been.
            models.UniqueConstraint(
                fields=["conversation", "epoch", "answers_n"], name="one_turn_per_question"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="running_turn_has_a_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="turn_live", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["conversation", "-id"], name="turn_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"turn to {self.answers_n} ({self.state})"
