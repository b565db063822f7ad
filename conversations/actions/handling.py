"""Who speaks: take over, hand back, and control passing between operators."""

import uuid
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.presence import is_gone
from conversations import transitions
from conversations.escalations import claim, withdraw_control_request
from conversations.events import Actor, Written, record
from conversations.locking import changing
from conversations.models import ControlRequest, Conversation, Event
from conversations.refusals import NotAllowed
from conversations.states import ControlRequestState, Kind
from domains import access
from domains.access import May, NotFound


def take_over(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The operator speaks from now on, and the AI is silent from that instant.

    Of many at once one wins; the others' refusal names the winner. Again by the holder is the same. A holder who
    has left the team meanwhile holds nothing. Raises Held, Closed.
    """
    with changing(conversation_id) as conversation:
        holder = conversation.operator
        if holder is not None and holder.pk != operator.pk and not _may_talk(holder, conversation):
            transitions.release(conversation)
            withdraw_control_request(conversation)
        if not transitions.take_over(conversation, operator):
            event = Event.objects.filter(conversation=conversation, kind=Kind.TAKEN_OVER).latest("n")
            return Written(event, conversation, dup=True)
        claim(conversation, operator)
        event = record(
            conversation,
            Kind.TAKEN_OVER,
            Actor.operator(operator),
            data={"text": conversation.domain.taken_over_text},
        )
    return Written(event, conversation)


def hand_back(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The AI goes on, with all that both said. Raises Held, Closed, NotAllowed."""
    with changing(conversation_id) as conversation:
        transitions.hand_back(conversation, operator)
        return _handed_back(conversation, Actor.operator(operator))


def hand_back_from_departed(conversation_id: uuid.UUID) -> Written | None:
    """The AI goes on, as the holder may no longer talk here. None when nobody holds it, or the holder may talk."""
    with changing(conversation_id) as conversation:
        holder = conversation.operator
        if holder is None or _may_talk(holder, conversation):
            return None
        return _released(conversation)


def hand_back_from_absent(conversation_id: uuid.UUID) -> Written | None:
    """The AI goes on where a visitor has waited for a holder who is not there, as long as they wait for anybody.

    None while it is too soon, or somebody is there, or nobody holds it.
    """
    with changing(conversation_id) as conversation:
        holder, since = conversation.operator, conversation.awaiting_since
        patience = timedelta(seconds=conversation.domain.takeover_timeout_s)
        if holder is None or since is None or since + patience > timezone.now() or not is_gone(holder):
            return None
        return _released(conversation)


def request_control(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """Ask the holder for control; it passes by itself when the holder stays silent. Raises Closed, NotAllowed."""
    with changing(conversation_id) as conversation:
        transitions.must_be_open(conversation)
        if conversation.operator is None:
            raise NotAllowed("Nobody handles this conversation. Take it over instead.")
        if conversation.operator.pk == operator.pk:
            raise NotAllowed("You handle this conversation already.")
        pending = _pending(conversation)
        if pending is not None and pending.requester_id != operator.pk:
            raise NotAllowed(f"{pending.requester.display_name} has asked for control already.")
        if pending is not None:
            event = Event.objects.filter(conversation=conversation, kind=Kind.CONTROL_REQUESTED).latest("n")
            return Written(event, conversation, dup=True)
        due_at = timezone.now() + timedelta(seconds=conversation.domain.control_timeout_s)
        ControlRequest.objects.create(conversation=conversation, requester=operator, due_at=due_at)
        data = {
            "requester": _named(operator),
            "holder": _named(conversation.operator),
            "due_at": due_at.isoformat(),
        }
        event = record(conversation, Kind.CONTROL_REQUESTED, Actor.operator(operator), data=data)
    return Written(event, conversation)


def pass_control(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The holder accepts the colleague's request. Raises Held, Closed, NotAllowed."""
    with changing(conversation_id) as conversation:
        transitions.must_be_open(conversation)
        transitions.must_hold(conversation, operator)
        request = _asked(conversation)
        if not _may_talk(request.requester, conversation):
            raise NotAllowed(f"{request.requester.display_name} may no longer talk here.")
        return Written(_pass(conversation, request), conversation)


def keep_control(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The holder declines the colleague's request. Raises Held, Closed, NotAllowed."""
    with changing(conversation_id) as conversation:
        transitions.must_be_open(conversation)
        transitions.must_hold(conversation, operator)
        request = _asked(conversation)
        _close(request, ControlRequestState.KEPT)
        data = {"requester": _named(request.requester)}
        event = record(conversation, Kind.CONTROL_KEPT, Actor.operator(operator), data=data)
    return Written(event, conversation)


def withdraw_control(conversation_id: uuid.UUID, *, operator: User) -> Written:
    """The colleague who asked takes the request back. Raises Closed, NotAllowed."""
    with changing(conversation_id) as conversation:
        transitions.must_be_open(conversation)
        request = _pending(conversation)
        if request is None or request.requester_id != operator.pk:
            raise NotAllowed("You have not asked for control of this conversation.")
        _close(request, ControlRequestState.WITHDRAWN)
        event = record(conversation, Kind.CONTROL_WITHDRAWN, Actor.operator(operator))
    return Written(event, conversation)


def pass_unanswered(request_id: int) -> Written | None:
    """The holder has not answered in time: control passes. None when there is nothing left to pass.

    A requester who may no longer talk on this domain gets nothing, and asks no longer.
    """
    request = ControlRequest.objects.filter(pk=request_id).first()
    if request is None:
        raise NotFound
    with changing(request.conversation_id) as conversation:
        pending = _pending(conversation)
        if pending is None or pending.pk != request_id or pending.due_at > timezone.now():
            return None
        if not _may_talk(pending.requester, conversation):
            _close(pending, ControlRequestState.WITHDRAWN)
            event = record(conversation, Kind.CONTROL_WITHDRAWN, Actor.operator(pending.requester))
            return Written(event, conversation)
        return Written(_pass(conversation, pending), conversation)


def _released(conversation: Conversation) -> Written:
    """Handed back by the clock."""
    transitions.release(conversation)
    return _handed_back(conversation, Actor.system())


def _handed_back(conversation: Conversation, actor: Actor) -> Written:
    withdraw_control_request(conversation)
    text = conversation.domain.handed_back_text
    return Written(record(conversation, Kind.HANDED_BACK, actor, data={"text": text}), conversation)


def _pass(conversation: Conversation, request: ControlRequest) -> Event:
    holder = conversation.operator
    transitions.pass_control(conversation, request.requester)
    _close(request, ControlRequestState.PASSED)
    data = {"text": conversation.domain.taken_over_text, "passed_by": _named(holder) if holder else None}
    return record(conversation, Kind.TAKEN_OVER, Actor.operator(request.requester), data=data)


def _may_talk(user: User, conversation: Conversation) -> bool:
    return access.domains_of(user, May.TALK).filter(pk=conversation.domain_id).exists()


def _pending(conversation: Conversation) -> ControlRequest | None:
    return (
        ControlRequest.objects.filter(conversation=conversation, state=ControlRequestState.OPEN)
        .select_related("requester")
        .first()
    )


def _asked(conversation: Conversation) -> ControlRequest:
    pending = _pending(conversation)
    if pending is None:
        raise NotAllowed("Nobody asks for control of this conversation.")
    return pending


def _close(request: ControlRequest, state: ControlRequestState) -> None:
    ControlRequest.objects.filter(pk=request.pk).update(state=state, closed_at=timezone.now())


def _named(user: User) -> dict[str, str]:
    return {"id": str(user.pk), "name": user.display_name}
