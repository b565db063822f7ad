"""From the rows of a conversation to what a representative may know of it. Reads only, and never a note."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from conversations.frames.for_visitors import operator_name
from conversations.models import Conversation, Event
from conversations.states import ActorKind, Handler, Kind, Lifecycle
from domains.models import Domain
from representative.base import DomainFacts, Line, PastTurn, TurnContext
from representative.detectors.parting import asks_nothing
from representative.embedded.lead_questions import asked_at_end
from representative.facts.extraction import Fact
from representative.knowledge.index import knowledge_of
from representative.models import Turn, TurnState

# A talk longer than this is read from its newest end.
_MOST_EVENTS = 300
_MOST_TURNS = 40
# Characters: every turn reads the talk again, and thinks about what is unanswered with all its means.
_MOST_OF_A_TALK = 60_000
_MOST_OF_A_BURST = 8_000
_FRESH_START = (Kind.RESOLVED, Kind.ENDED, Kind.REOPENED)


@dataclass(frozen=True)
class Reading:
    """A conversation as it was read: its row, its words, and its turns."""

    conversation: Conversation
    transcript: tuple[Line, ...]
    unanswered: tuple[Line, ...]
    past: tuple[PastTurn, ...]
    asked: tuple[tuple[int, str], ...]
    earlier: tuple[Line, ...]
    # Whether the newest request for a person was made in the visitor's sight.
    request_told: bool

    @property
    def answers_n(self) -> int:
        """The number of the visitor's newest message in it."""
        return self.conversation.last_visitor_message_n

    @property
    def epoch(self) -> int:
        """The handling epoch it was read under."""
        return self.conversation.handling_epoch

    @property
    def may_speak(self) -> bool:
        """Whether it was the AI's to speak."""
        return self.conversation.lifecycle == Lifecycle.OPEN and self.conversation.handler == Handler.AI


def read(conversation_id: uuid.UUID) -> Reading | None:
    """The conversation now, or None when it is gone.

    The row is read before its events, so words that come between the two make the reading older than it looks,
    never newer, and the action that writes the reply refuses it.
    """
    conversation = (
        Conversation.objects.select_related("domain", "visitor", "operator")
        .filter(pk=conversation_id)
        .first()
    )
    if conversation is None:
        return None
    events = list(
        Event.objects.filter(
            conversation=conversation,
            n__lte=conversation.head,
            kind__in=(
                Kind.MESSAGE,
                Kind.HUMAN_REQUESTED,
                Kind.REQUEST_EXPIRED,
                Kind.HANDED_BACK,
                *_FRESH_START,
            ),
        )
        .select_related("message")
        .order_by("-n")[:_MOST_EVENTS]
    )
    requests = [event for event in events if event.kind == Kind.HUMAN_REQUESTED]
    begun = next((event.n for event in events if event.kind in _FRESH_START), 0)
    handed_back = next((event.n for event in events if event.kind == Kind.HANDED_BACK), 0)
    said = [line for event in reversed(events) if (line := _line(event, conversation.domain)) is not None]
    lines = _newest(said, _MOST_OF_A_TALK)
    transcript = tuple(line for line in lines if line.n > begun)
    turns = Turn.objects.filter(
        # A turn that failed has ended in an apology, which counts like any other.
        conversation=conversation,
        state__in=(TurnState.POSTED, TurnState.FAILED),
        answers_n__gt=begun,
    ).order_by("-id")[:_MOST_TURNS]
    return Reading(
        conversation=conversation,
        transcript=transcript,
        unanswered=_unanswered(transcript, handed_back),
        past=tuple(PastTurn(turn.outcome, turn.memory) for turn in reversed(turns)),
        asked=tuple((event.n, field) for event in events if (field := _asked(event))),
        earlier=tuple(line for line in lines if line.n < begun),
        request_told=bool(requests and requests[0].visitor_n is not None),
    )


def _line(event: Event, domain: Domain) -> Line | None:
    """The words of this event, if somebody said any, under the name that the visitor reads."""
    message = event.message
    if message is not None:
        by_operator = message.author_kind == ActorKind.OPERATOR
        name = operator_name(message.author_name, domain) if by_operator else message.author_name
        return Line(event.n, message.author_kind, name, message.text)
    if event.kind == Kind.HUMAN_REQUESTED and event.actor_kind == ActorKind.AI:
        return Line(event.n, ActorKind.AI, event.actor_name, event.data.get("text", ""))
    return None


def _asked(event: Event) -> str:
    """The field that this event asked the visitor for."""
    if event.kind == Kind.REQUEST_EXPIRED and event.data.get("text") and not event.data.get("email"):
        # With these words the widget asks where to answer.
        return "email"
    message = event.message
    return asked_at_end(message.text) if message and message.author_kind == ActorKind.AI else ""


def _unanswered(transcript: tuple[Line, ...], handed_back: int) -> tuple[Line, ...]:
    """The visitor's words at the end that nobody has replied to.

    A thank-you or a goodbye to a person is not for the AI to answer when it gets the talk back, at event `handed_back`.
    """
    first = len(transcript)
    while first and transcript[first - 1].by == ActorKind.VISITOR:
        first -= 1
    if first and transcript[first - 1].by == ActorKind.OPERATOR:
        while (
            first < len(transcript)
            and transcript[first].n < handed_back
            and asks_nothing(transcript[first].text)
        ):
            first += 1
    return tuple(_newest(transcript[first:], _MOST_OF_A_BURST))


def _newest(lines: Sequence[Line], most: int) -> Sequence[Line]:
    """Those at the end that have so many characters together, and the last in any case."""
    first, length = len(lines), 0
    while first and (length == 0 or length + len(lines[first - 1].text) <= most):
        first -= 1
        length += len(lines[first].text)
    return lines[first:]


def context_of(reading: Reading, facts: dict[str, Fact]) -> TurnContext:
    """What a representative gets for this reading; `facts` are the newest of each field."""
    conversation = reading.conversation
    domain, visitor = conversation.domain, conversation.visitor
    row = {"name": visitor.name, "email": visitor.email, "phone": visitor.phone, "company": visitor.company}
    known = {field: value for field, value in row.items() if value}
    known |= {field: fact.value for field, fact in facts.items()}
    said = {line.n for line in reading.unanswered}
    return TurnContext(
        domain=DomainFacts(
            str(domain.pk),
            domain.name,
            domain.representative_name,
            domain.answer_eagerness,
            domain.greeting,
        ),
        unanswered=reading.unanswered,
        transcript=reading.transcript,
        known=known,
        learnt=tuple(field for field, fact in facts.items() if fact.n in said),
        past=reading.past,
        person_requested=conversation.requested_at is not None,
        knowledge=knowledge_of(domain.pk).at(domain.answer_eagerness),
        locale=visitor.locale,
        asked=reading.asked,
        earlier=reading.earlier,
        waiting=conversation.requested_at is not None and reading.request_told,
    )
