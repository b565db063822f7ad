"""Talks and all that happens in them."""

from conversations.models import note as note  # registers Note; its class is not exported, on purpose
from conversations.models.control_request import ControlRequest
from conversations.models.conversation import Conversation
from conversations.models.escalation import Escalation
from conversations.models.event import Event
from conversations.models.message import Message
from conversations.models.visitor import Visitor
from conversations.models.visitor_act import VisitorAct

__all__ = ["ControlRequest", "Conversation", "Escalation", "Event", "Message", "Visitor", "VisitorAct"]
