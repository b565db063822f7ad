"""What the API of conversations takes and gives."""

from typing import Any

from rest_framework import serializers

from accounts.paging import MAX_LIMIT, PageQuery, page_of
from accounts.rest import Strict
from conversations import limits
from conversations.models import Visitor
from conversations.states import (
    ActorKind,
    Badge,
    ControlRequestState,
    EscalationCause,
    EscalationState,
    Handler,
    Kind,
    Lifecycle,
)

STATUSES = ("unresolved", "escalated", "resolved")
HANDOFFS = ("ai_handling", "escalated", "agent_active")
DATES = ("all", "today", "7", "30")
ACTIVITIES = ("low", "medium", "high")


class ConversationQuerySerializer(PageQuery):
    """Filters of the list; each narrows it further."""

    domain = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=STATUSES, required=False)
    handoff = serializers.ChoiceField(choices=HANDOFFS, required=False)
    badge = serializers.ChoiceField(choices=Badge.choices, required=False)
    handler = serializers.ChoiceField(choices=Handler.choices, required=False)
    activity = serializers.ChoiceField(
        choices=ACTIVITIES, required=False, help_text="Turns of the visitor: under 5, 5 to 10, over 10."
    )
    date = serializers.ChoiceField(
        choices=DATES, required=False, help_text="Last activity: today, or within so many days."
    )
    score_min = serializers.IntegerField(min_value=0, max_value=100, required=False)
    page_url = serializers.CharField(
        max_length=2000, required=False, help_text="Part of the address where the conversation started."
    )
    q = serializers.CharField(
        max_length=100, required=False, help_text="Part of the visitor's name or e-mail."
    )


class EventQuerySerializer(serializers.Serializer[Any]):
    """Where to begin."""

    after = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, help_text="The newest number known; 0 for all."
    )
    cursor = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, help_text="`next` of the page before."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False, default=MAX_LIMIT)


class MessageSerializer(Strict):
    """Words of an operator: a message to the visitor, or a note for the team."""

    # Its length is the action's to judge, so that REST and sockets refuse with the same word.
    text = serializers.CharField(help_text=f"At most {limits.OPERATOR_CHARACTERS:,} characters.")
    client_id = serializers.CharField(
        max_length=64, required=False, help_text="The sender's own id: a repeat with it is harmless."
    )


class SayingSerializer(MessageSerializer):
    """A message to the visitor."""

    epoch = serializers.IntegerField(
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        help_text="The handling epoch one saw: refused as `stale` when who speaks has changed since.",
    )


class ReasonSerializer(Strict):
    """Why a person is needed."""

    reason = serializers.CharField(
        max_length=limits.REASON_CHARACTERS, required=False, allow_blank=True, default=""
    )


class NamedSerializer(serializers.Serializer[Any]):
    """Something with an id and a name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ActorSerializer(serializers.Serializer[Any]):
    """Who did it."""

    kind = serializers.ChoiceField(choices=ActorKind.choices)
    name = serializers.CharField()
    id = serializers.UUIDField(required=False, help_text="Of a member.")


class EventSerializer(serializers.Serializer[Any]):
    """One numbered thing that happened, as the team counts."""

    t = serializers.CharField(help_text="Always `event`.")
    c = serializers.UUIDField(help_text="The conversation.")
    n = serializers.IntegerField(help_text="1, 2, 3 and so on, without holes.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    at = serializers.DateTimeField()
    by = ActorSerializer()
    epoch = serializers.IntegerField(help_text="The handling epoch in which it happened.")
    data = serializers.DictField(  # type: ignore[assignment]  # declared fields never become attributes
        help_text="What belongs to this kind: `text`, `html`, `client_id` and others."
    )


class CardVisitorSerializer(NamedSerializer):
    """The visitor, as on a card."""

    email = serializers.CharField()


class LastSerializer(serializers.Serializer[Any]):
    """The newest words."""

    text = serializers.CharField()
    by = serializers.CharField()
    name = serializers.CharField()


class ConversationSerializer(serializers.Serializer[Any]):
    """A conversation as its card shows it."""

    id = serializers.UUIDField()
    domain = NamedSerializer()
    visitor = CardVisitorSerializer()
    page_url = serializers.CharField(help_text="Where the visitor is now.")
    page_title = serializers.CharField()
    started_url = serializers.CharField(help_text="Where the conversation started.")
    started_at = serializers.DateTimeField()
    last_activity_at = serializers.DateTimeField()
    awaiting_since = serializers.DateTimeField(allow_null=True)
    requested_at = serializers.DateTimeField(allow_null=True)
    requested_cause = serializers.ChoiceField(
        choices=EscalationCause.choices,
        allow_blank=True,
        help_text="Why a person is wished for, or was in vain.",
    )
    requested_reason = serializers.CharField(help_text="In the visitor's words; the first 200 characters.")
    missed = serializers.BooleanField(help_text="A person was wished for, and nobody came in time.")
    score = serializers.IntegerField()
    score_reasons = serializers.ListField(
        child=serializers.DictField(), help_text="Points, each with its reason."
    )
    badge = serializers.ChoiceField(choices=Badge.choices)
    badge_label = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    handler = serializers.ChoiceField(choices=Handler.choices)
    operator = NamedSerializer(allow_null=True)
    last = LastSerializer()
    turns = serializers.IntegerField()
    head = serializers.IntegerField(help_text="Number of the newest event.")
    epoch = serializers.IntegerField(help_text="Rises whenever who speaks changes.")
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)


class VisitorSerializer(serializers.ModelSerializer[Visitor]):
    """All that is known of the visitor."""

    name = serializers.CharField(source="display_name", help_text="Their name, else e-mail, else Anonymous.")

    class Meta:
        model = Visitor
        fields = (
            "id",
            "name",
            "email",
            "phone",
            "company",
            "external_id",
            "verified",
            "locale",
            "timezone",
            "user_agent",
            "referrer",
            "page_url",
            "page_title",
            "created_at",
            "last_seen_at",
        )


class EscalationSerializer(serializers.Serializer[Any]):
    """The newest wish for a person."""

    state = serializers.ChoiceField(choices=EscalationState.choices)
    cause = serializers.ChoiceField(choices=EscalationCause.choices)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class ControlRequestSerializer(serializers.Serializer[Any]):
    """A colleague's open wish to hold the conversation."""

    state = serializers.ChoiceField(choices=ControlRequestState.choices)
    requester = NamedSerializer()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="When control passes if the holder says nothing.")


class OneConversationSerializer(ConversationSerializer):
    """A conversation with its visitor, and what is open."""

    visitor = VisitorSerializer()  # type: ignore[assignment]  # the whole person instead of the card's three facts
    started_title = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    escalation = EscalationSerializer(allow_null=True)
    control_request = ControlRequestSerializer(allow_null=True)


class DoneSerializer(serializers.Serializer[Any]):
    """What a command did."""

    event = EventSerializer()
    conversation = ConversationSerializer()
    dup = serializers.BooleanField(help_text="It had been done before; nothing was written now.")


ConversationPage = page_of(ConversationSerializer)
EventPage = page_of(EventSerializer)
