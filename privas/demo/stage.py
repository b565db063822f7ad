"""Playing a talk: every step is one action of the product, and is then moved to its time in the past."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from conversations.actions import visitors
from conversations.actions.visitors import VisitorSeen
from conversations.models import ControlRequest, Conversation, Escalation, Event, Message, Visitor
from conversations.models.note import Note
from domains.models import Domain
from privas.demo.past import Past
from privas.demo.people import Part

MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
    "Safari/537.36 Edg/131.0.0.0"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1"
)


@dataclass(frozen=True)
class Face:
    """A visitor, as the browser tells of them."""

    id: str
    locale: str = "en-GB"
    timezone: str = "Europe/London"
    referrer: str = ""
    user_agent: str = MAC


@dataclass
class Stage:
    """Where a talk is played: the domain, the people, the knowledge, and the talk as it stands."""

    domain: Domain
    people: dict[Part, User]
    articles: dict[str, uuid.UUID]
    face: Face
    page: tuple[str, str] = ("", "")
    conversation: Conversation = field(init=False)

    @property
    def seen(self) -> VisitorSeen:
        """The visitor, on the page where they are now."""
        return VisitorSeen(
            id=uuid.uuid5(self.domain.pk, self.face.id),
            domain=self.domain,
            page_url=self.page[0],
            page_title=self.page[1],
            referrer=self.face.referrer,
            locale=self.face.locale,
            timezone=self.face.timezone,
            user_agent=self.face.user_agent,
        )

    def refresh(self) -> None:
        """Read the talk as the last step left it."""
        newest = Conversation.objects.filter(visitor=self.seen.id).order_by("-created_at").first()
        if newest is not None:
            self.conversation = newest


@dataclass(frozen=True)
class Step:
    """One thing that somebody does, so many seconds after the step before."""

    act: Callable[[Stage], Any]
    after: int


@dataclass(frozen=True)
class Talk:
    """A conversation: who, since when it has been quiet, on which page it began, and what happened."""

    face: Face
    quiet: timedelta
    page: tuple[str, str]
    steps: tuple[Step, ...]


def play(
    talk: Talk, domain: Domain, people: dict[Part, User], articles: dict[str, uuid.UUID], now: datetime
) -> Conversation:
    """Play the talk and move it into the past; the conversation that came of it."""
    site = domain.allowed_origins[-1]
    stage = Stage(domain, people, articles, talk.face, (site + talk.page[0], talk.page[1]))
    began = now - talk.quiet - timedelta(seconds=sum(step.after for step in talk.steps[1:]))
    visitors.start_conversation(stage.seen, client_id=str(uuid.uuid4()))
    moment = began
    moments: list[datetime] = []
    for number, step in enumerate(talk.steps):
        moment += timedelta(seconds=step.after if number else 0)
        stage.refresh()
        step.act(stage)
        stage.refresh()
        # A step may record two events, as when somebody writes and takes over by that.
        moments += [moment] * (stage.conversation.head - len(moments))
    _move(stage.conversation, moments)
    return stage.conversation


def _move(conversation: Conversation, moments: list[datetime]) -> None:
    events = list(Event.objects.filter(conversation=conversation).order_by("n"))
    past = Past([event.created_at for event in events], moments)
    control = timedelta(seconds=conversation.domain.control_timeout_s)
    for event, moment in zip(events, moments, strict=True):
        event.created_at = moment
        event.relayed_at = past.moved_if(event.relayed_at)
        if "due_at" in event.data:
            event.data["due_at"] = (moment + control).isoformat()
    Event.objects.bulk_update(events, ["created_at", "relayed_at", "data"])
    _move_words(conversation, past)
    _move_wishes(conversation, past)
    names = ("last_activity_at", "last_visitor_message_at", "last_operator_message_at", "awaiting_since")
    for name in (*names, "requested_at", "missed_at", "closed_at"):
        setattr(conversation, name, past.moved_if(getattr(conversation, name)))
    conversation.created_at = moments[0]
    conversation.visitor_read_n = conversation.visitor_head
    conversation.save()
    visitor = Visitor.objects.get(pk=conversation.visitor_id)
    visitor.created_at = min(visitor.created_at, moments[0])
    visitor.last_seen_at = moments[-1]
    visitor.save(update_fields=["created_at", "last_seen_at"])


def _move_words(conversation: Conversation, past: Past) -> None:
    messages = list(Message.objects.filter(conversation=conversation))
    notes = list(Note.objects.filter(conversation=conversation))
    for message in messages:
        message.created_at = past.moved(message.created_at)
    for note in notes:
        note.created_at = past.moved(note.created_at)
    Message.objects.bulk_update(messages, ["created_at"])
    Note.objects.bulk_update(notes, ["created_at"])


def _move_wishes(conversation: Conversation, past: Past) -> None:
    """What is still open runs out by the clock, as it would have anyway."""
    timeout = timedelta(seconds=conversation.domain.takeover_timeout_s)
    for escalation in Escalation.objects.filter(conversation=conversation):
        escalation.created_at = past.moved(escalation.created_at)
        escalation.due_at = escalation.created_at + timeout
        escalation.closed_at = past.moved_if(escalation.closed_at)
        escalation.save()
    for request in ControlRequest.objects.filter(conversation=conversation):
        request.created_at = past.moved(request.created_at)
        request.due_at = request.created_at + timedelta(seconds=conversation.domain.control_timeout_s)
        request.closed_at = past.moved_if(request.closed_at)
        request.save()
