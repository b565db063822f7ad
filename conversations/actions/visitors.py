"""What a visitor does. Each action is done once, however often it is sent."""

from functools import partial
from typing import Any

from django.utils import timezone

from conversations import broadcast, limits, queries, transitions
from conversations.arrivals import VisitorSeen, begin, bring_up_to_date, changing_talk_of, visitor_of
from conversations.escalations import spoken, withdraw, withdraw_control_request
from conversations.events import Actor, Written, record
from conversations.locking import changing
from conversations.models import Conversation, Event, Message, Visitor
from conversations.models.visitor_act import Act
from conversations.refusals import Closed, IdConflict
from conversations.repeats import Begun, as_begun, as_written, once
from conversations.states import ActorKind, Kind, Lifecycle

__all__ = [
    "VisitorSeen",
    "end_conversation",
    "identify",
    "mark_read",
    "post_visitor_message",
    "rate",
    "start_conversation",
    "view_page",
]


def post_visitor_message(seen: VisitorSeen, *, client_id: str, text: str) -> Written:
    """The visitor says something; the first words begin the conversation.

    1. The visitor's newest talk is locked.
    2. The same id again finds the first row, whatever the limits say and whatever conversation it went to.
    3. Open? the gap kept? then the message and its number, in the same transaction.
    Raises Empty, TooLong, TooEarly, Closed, IdConflict.
    """
    text = limits.checked(text, limits.VISITOR_CHARACTERS)
    with changing_talk_of(seen) as conversation:
        bring_up_to_date(conversation.visitor, seen)
        repeat = _already_said(seen, client_id, text)
        if repeat is not None:
            return repeat
        transitions.must_be_open(conversation)
        now = timezone.now()
        gap_ms = conversation.domain.message_gap_ms
        transitions.must_keep_gap(conversation.last_visitor_message_at, now, gap_ms)
        actor = Actor.visitor(conversation.visitor)
        message = Message.objects.create(
            conversation=conversation,
            author_kind=ActorKind.VISITOR,
            author_name=actor.name,
            text=text,
            client_id=client_id,
        )
        conversation.turns += 1
        conversation.last_visitor_message_at = now
        conversation.last_visitor_message_n = conversation.head + 1
        conversation.awaiting_since = conversation.awaiting_since or now
        spoken(conversation, text, actor)
        data = {"first": True} if conversation.turns == 1 else {}
        event = record(conversation, Kind.MESSAGE, actor, data=data, message=message)
    return Written(event, conversation)


def start_conversation(seen: VisitorSeen, *, client_id: str) -> Begun:
    """A new talk; an open one ends. One that is open and still empty is taken for the new one.

    The same id again is the talk that it began, whatever the visitor is in now. Raises IdConflict.
    """
    return once(seen, Act.NEW, client_id, partial(_begin_anew, seen), as_begun)


def end_conversation(seen: VisitorSeen, *, client_id: str) -> Written:
    """The visitor is done; a talk that has ended stays so. Raises Closed when there is nothing to end, IdConflict.

    The same id again is the end that it was, also when the talk was opened again or another one has begun.
    """
    return once(seen, Act.END, client_id, partial(_end_newest, seen), as_written)


def identify(
    seen: VisitorSeen,
    *,
    name: str = "",
    email: str = "",
    phone: str = "",
    company: str = "",
    external_id: str = "",
    verified: bool = False,
) -> Written | None:
    """Who the visitor says to be. Unsigned facts are labels; they never change what was signed.

    None when nothing is new, or when no conversation has begun that could note it.
    """
    told = {"name": name[:120], "email": email[:254], "phone": phone[:40], "company": company[:120]}
    if verified:
        told["external_id"] = external_id[:120]
    newest = queries.latest_conversation_of(seen.id)
    if newest is None or newest.lifecycle != Lifecycle.OPEN:
        _name(visitor_of(seen), told, verified)
        return None
    with changing(newest.pk) as conversation:
        changed = _name(conversation.visitor, told, verified)
        if changed is None:
            return None
        data = {key: value for key, value in changed.items() if key != "external_id"}
        actor = Actor.visitor(conversation.visitor)
        event = record(conversation, Kind.IDENTIFIED, actor, data={**data, "verified": verified})
    return Written(event, conversation)


def view_page(seen: VisitorSeen) -> None:
    """The visitor looks at another page: the card shows it. A visitor who never acted has no row to change."""
    if not Visitor.objects.filter(pk=seen.id).exists():
        return
    bring_up_to_date(visitor_of(seen), seen)
    conversation = queries.latest_conversation_of(seen.id)
    if conversation is not None and conversation.lifecycle == Lifecycle.OPEN:
        broadcast.card(conversation)


def mark_read(seen: VisitorSeen, *, n: int) -> None:
    """The visitor has everything up to `n` on screen."""
    newest = queries.latest_conversation_of(seen.id)
    if newest is not None:
        Conversation.objects.filter(pk=newest.pk, visitor_read_n__lt=n, visitor_head__gte=n).update(
            visitor_read_n=n
        )


def rate(seen: VisitorSeen, *, client_id: str, score: int, comment: str) -> Written:
    """The visitor's verdict, 1 to 5; the last one counts. Raises Closed when there is nothing to rate, IdConflict."""
    data = {"score": score, "comment": comment[: limits.REASON_CHARACTERS], "client_id": client_id}
    return once(seen, Act.RATE, client_id, partial(_rate_newest, seen, data), as_written)


def _name(visitor: Visitor, told: dict[str, str], verified: bool) -> dict[str, str] | None:
    """Write down who the visitor says to be: what is new of it, or None when nothing is, or may be, changed."""
    if visitor.verified and not verified:
        return None
    changed = {key: value for key, value in told.items() if value and getattr(visitor, key) != value}
    if not changed and visitor.verified == verified:
        return None
    for key, value in changed.items():
        setattr(visitor, key, value)
    visitor.verified = verified
    visitor.save(update_fields=[*changed, "verified"])
    return changed


def _already_said(seen: VisitorSeen, client_id: str, text: str) -> Written | None:
    said = Message.objects.filter(
        client_id=client_id, author_kind=ActorKind.VISITOR, conversation__visitor=seen.id
    )
    # Nearly always there is none, and asking for the key alone is quick.
    known = said.values_list("pk", flat=True)[:1]
    if not known:
        return None
    message = said.select_related(
        "conversation__domain", "conversation__visitor", "conversation__operator"
    ).get()
    if message.text != text:
        raise IdConflict
    event = Event.objects.get(message=message)
    return Written(event, message.conversation, dup=True)


def _begin_anew(seen: VisitorSeen) -> Begun:
    newest = queries.latest_conversation_of(seen.id)
    if newest is not None and newest.lifecycle == Lifecycle.OPEN:
        if newest.head == 0:
            return Begun(newest)
        with changing(newest.pk) as conversation:
            if conversation.lifecycle == Lifecycle.OPEN:
                _end(conversation)
    visitor = visitor_of(seen)
    bring_up_to_date(visitor, seen)
    return Begun(begin(visitor))


def _end_newest(seen: VisitorSeen) -> Written:
    newest = queries.latest_conversation_of(seen.id)
    if newest is None:
        raise Closed
    with changing(newest.pk) as conversation:
        if conversation.lifecycle == Lifecycle.OPEN:
            return Written(_end(conversation), conversation)
    event = Event.objects.filter(conversation=newest, kind__in=(Kind.ENDED, Kind.RESOLVED)).latest("n")
    return Written(event, newest, dup=True)


def _rate_newest(seen: VisitorSeen, data: dict[str, Any]) -> Written:
    newest = queries.latest_conversation_of(seen.id)
    if newest is None or newest.head == 0:
        raise Closed
    with changing(newest.pk) as conversation:
        event = record(conversation, Kind.RATED, Actor.visitor(conversation.visitor), data=data)
    return Written(event, conversation)


def _end(conversation: Conversation) -> Event:
    transitions.close(conversation, Lifecycle.ENDED, timezone.now())
    withdraw(conversation)
    withdraw_control_request(conversation)
    return record(conversation, Kind.ENDED, Actor.visitor(conversation.visitor))
