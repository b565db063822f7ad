"""Wishes for a person that do not come from the AI: the bell, an operator, and the clock that ends them."""

import uuid

from django.utils import timezone

from accounts.models import User
from conversations import transitions
from conversations.arrivals import VisitorSeen, bring_up_to_date, changing_talk_of
from conversations.escalations import open_escalation
from conversations.events import Actor, Written, record
from conversations.locking import changing
from conversations.models import Escalation
from conversations.models.visitor_act import Act
from conversations.refusals import NotAllowed
from conversations.repeats import as_written, once
from conversations.states import EscalationCause, EscalationState, Handler, Kind
from domains.access import NotFound


def ring_bell(seen: VisitorSeen, *, client_id: str, reason: str) -> Written:
    """The visitor asks for a person, perhaps as the very first act.

    The same id again, and a second ring while the first is open, are the first one. Raises Closed, IdConflict,
    and NotAllowed while a person is there.
    """

    def ring() -> Written:
        with changing_talk_of(seen) as conversation:
            bring_up_to_date(conversation.visitor, seen)
            transitions.must_be_open(conversation)
            if conversation.handler == Handler.OPERATOR:
                raise NotAllowed("You are already talking to a member of our team.")
            actor = Actor.visitor(conversation.visitor)
            words = reason.replace("\x00", "")
            return open_escalation(conversation, EscalationCause.BELL, words, actor, client_id=client_id)

    return once(seen, Act.BELL, client_id, ring, as_written)


def escalate(conversation_id: uuid.UUID, *, operator: User, reason: str) -> Written:
    """An operator flags the talk for colleagues; the visitor is told nothing. Raises Closed, NotAllowed."""
    with changing(conversation_id) as conversation:
        transitions.must_be_open(conversation)
        if conversation.handler == Handler.OPERATOR:
            raise NotAllowed("A person handles this conversation already.")
        return open_escalation(conversation, EscalationCause.MANUAL, reason, Actor.operator(operator))


def expire_request(escalation_id: int) -> Written | None:
    """Nobody came in time: the visitor is told so, once, and the talk is kept for follow-up.

    None when somebody came, or the clock was early. Takeover and expiry meet at the lock: one of them happens.
    """
    escalation = Escalation.objects.filter(pk=escalation_id).first()
    if escalation is None:
        raise NotFound
    with changing(escalation.conversation_id) as conversation:
        now = timezone.now()
        expired = Escalation.objects.filter(
            pk=escalation_id, state=EscalationState.OPEN, due_at__lte=now
        ).update(state=EscalationState.EXPIRED, closed_at=now)
        if not expired:
            return None
        conversation.requested_at = None
        conversation.missed_at = now
        hidden = escalation.cause == EscalationCause.MANUAL
        data = {
            "text": "" if hidden else conversation.domain.takeover_timeout_text,
            "cause": escalation.cause,
        }
        if not hidden and (email := conversation.visitor.email):
            # Who has said where to be answered is not asked again.
            data |= {"text": f"{data['text']} We have your address: {email}.", "email": email}
        event = record(
            conversation,
            Kind.REQUEST_EXPIRED,
            Actor.ai(conversation.domain),
            data=data,
            escalation=escalation,
            hidden=hidden,
        )
    return Written(event, conversation)
