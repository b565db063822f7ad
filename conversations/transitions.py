"""The state machine: pure moves on a locked row, or a refusal.

The only module that assigns `handler`, `handling_epoch` and `lifecycle`. Nothing here touches the database.
"""

from datetime import datetime, timedelta

from accounts.models import User
from conversations.models import Conversation
from conversations.refusals import Closed, Held, NotAllowed, Stale, TooEarly
from conversations.states import Handler, Lifecycle


def must_be_open(conversation: Conversation) -> None:
    """Raises Closed for a resolved or ended talk."""
    if conversation.lifecycle != Lifecycle.OPEN:
        raise Closed


def must_not_be_held_by_another(conversation: Conversation, operator: User) -> None:
    """Raises Held with the holder's name."""
    holder = conversation.operator
    if holder is not None and holder.pk != operator.pk:
        raise Held(holder.display_name)


def must_hold(conversation: Conversation, operator: User) -> None:
    """Raises Held when another holds the talk, NotAllowed when the AI does."""
    must_not_be_held_by_another(conversation, operator)
    if conversation.operator is None:
        raise NotAllowed("You are not handling this conversation. Take it over first.")


def ai_may_speak(conversation: Conversation, *, epoch: int, answers_n: int) -> None:
    """The fence before every write of the AI.

    Raises Stale when a person has taken over, when anything changed hands since, when the talk is closed, or when
    the visitor has said more than the reply answers.
    """
    if (
        conversation.lifecycle != Lifecycle.OPEN
        or conversation.handler != Handler.AI
        or conversation.handling_epoch != epoch
        or conversation.last_visitor_message_n != answers_n
    ):
        raise Stale


def take_over(conversation: Conversation, operator: User) -> bool:
    """The operator speaks from now on. False when they already did. Raises Held, Closed."""
    must_be_open(conversation)
    must_not_be_held_by_another(conversation, operator)
    if conversation.operator is not None:
        return False
    _hand_to(conversation, operator)
    return True


def pass_control(conversation: Conversation, requester: User) -> None:
    """Control goes from one operator to another. Raises Closed, and NotAllowed when no operator holds it."""
    must_be_open(conversation)
    if conversation.operator is None:
        raise NotAllowed("Nobody handles this conversation. Take it over instead.")
    _hand_to(conversation, requester)


def hand_back(conversation: Conversation, operator: User) -> None:
    """The AI speaks from now on. Raises Held when another operator holds the talk, NotAllowed when none does."""
    must_be_open(conversation)
    must_hold(conversation, operator)
    _hand_to(conversation, None)


def release(conversation: Conversation) -> None:
    """Take the talk out of the hands of an operator who is no longer on the team. The caller proved that."""
    _hand_to(conversation, None)


def close(
    conversation: Conversation, lifecycle: Lifecycle, now: datetime, *, confirmed: bool = False
) -> None:
    """Resolved or ended: held by nobody, awaited by nobody. Raises Closed when it was closed before.

    Unless the visitor confirmed it, a wish that nobody met is kept for whoever opens the talk again.
    """
    must_be_open(conversation)
    _hand_to(conversation, None)
    conversation.lifecycle = lifecycle
    conversation.closed_at = now
    conversation.awaiting_since = None
    if confirmed:
        conversation.missed_at = None
    elif conversation.requested_at is not None:
        conversation.missed_at = now
    conversation.requested_at = None


def reopen(conversation: Conversation) -> None:
    """Open again, with the AI. Raises NotAllowed when it is open."""
    if conversation.lifecycle == Lifecycle.OPEN:
        raise NotAllowed("This conversation is open.")
    conversation.lifecycle = Lifecycle.OPEN
    conversation.closed_at = None
    conversation.handling_epoch += 1


def must_keep_gap(last: datetime | None, now: datetime, gap_ms: int) -> None:
    """At least `gap_ms` milliseconds between accepted messages; exactly that many is allowed. Raises TooEarly."""
    if last is None or gap_ms == 0:
        return
    wait = last + timedelta(milliseconds=gap_ms) - now
    if wait > timedelta(0):
        raise TooEarly(retry_ms=max(1, -(-int(wait.total_seconds() * 1_000_000) // 1000)))


def _hand_to(conversation: Conversation, operator: User | None) -> None:
    conversation.handler = Handler.AI if operator is None else Handler.OPERATOR
    conversation.operator = operator
    conversation.handling_epoch += 1
