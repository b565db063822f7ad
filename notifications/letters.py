"""The words of alerts."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from conversations.models import Conversation, Escalation, Message
from conversations.states import ActorKind, EscalationCause
from domains.models import Domain
from emailops.letters import written
from emailops.queueing import Letter
from notifications.trouble import Trouble

_LAST_MESSAGES = 6
_MOST_OF_A_MESSAGE = 1_200


def new_conversation(conversation: Conversation, question: Message) -> Letter:
    """A visitor has written for the first time: the domain, the question, and the way to the thread."""
    domain, visitor = conversation.domain, conversation.visitor
    return written(
        "new_conversation",
        subject=f"New conversation on {domain.name}: {question.text}",
        domain=domain,
        visitor=visitor,
        visitor_name=visitor.display_name,
        question=_shortened(question.text),
        page_url=conversation.started_url or visitor.page_url,
        page_title=conversation.started_title or visitor.page_title,
        when=_shown(question.created_at),
        link=link_to(conversation),
        settings_link=settings_of(domain),
    )


def escalation(conversation: Conversation, wish: Escalation) -> Letter:
    """A person is wished for: why, since when, and what was said last."""
    domain, visitor = conversation.domain, conversation.visitor
    newest = conversation.messages.filter(created_at__lte=timezone.now()).order_by("-id")[:_LAST_MESSAGES]
    heading = _heading(wish, visitor.display_name)
    return written(
        "escalation",
        subject=f"{heading} on {domain.name}",
        heading=heading,
        domain=domain,
        visitor=visitor,
        visitor_name=visitor.display_name,
        cause=wish.get_cause_display(),
        reason=_shortened(wish.reason),
        when=_shown(wish.created_at),
        # A colleague's flag is the team's own business: the visitor is told nothing, in time or late.
        until="" if wish.cause == EscalationCause.MANUAL else _shown(wish.due_at),
        waited=_waited(conversation, wish),
        page_url=visitor.page_url or conversation.started_url,
        messages=[_line(conversation, message) for message in reversed(newest)],
        link=link_to(conversation),
        settings_link=settings_of(domain),
    )


def mail_trouble(trouble: Trouble) -> Letter:
    """Mail of a domain does not get through: how much, since when, and where to look."""
    domain = trouble.domain
    return written(
        "mail_trouble",
        subject=f"Mail of {domain.name} does not get through",
        domain=domain,
        trouble=trouble,
        since=_shown(trouble.since) if trouble.since else "",
        link=f"{settings.BASE_URL}/emails/?domain={domain.id}&status={'failed' if trouble.lost else ''}",
        settings_link=settings_of(domain),
    )


def link_to(conversation: Conversation) -> str:
    """The thread in the console. It carries the id only: whoever follows it still has to log in."""
    return f"{settings.BASE_URL}/conversations/{conversation.id}/"


def settings_of(domain: Domain) -> str:
    """Where these alerts are switched off and routed."""
    return f"{settings.BASE_URL}/domains/{domain.id}/settings/email/"


def _heading(wish: Escalation, name: str) -> str:
    if wish.cause in {EscalationCause.BELL, EscalationCause.WORDS}:
        return f"{name} asks for a person"
    if wish.cause == EscalationCause.MANUAL:
        return f"A colleague asks for help with {name}"
    return f"{name} needs a person"


def _line(conversation: Conversation, message: Message) -> dict[str, object]:
    names = {
        ActorKind.VISITOR: conversation.visitor.display_name,
        ActorKind.AI: message.author_name or conversation.domain.representative_name,
    }
    return {
        "by": names.get(ActorKind(message.author_kind), message.author_name or "Support Agent"),
        "ai": message.author_kind == ActorKind.AI,
        "visitor": message.author_kind == ActorKind.VISITOR,
        "at": message.created_at.strftime("%H:%M"),
        "text": _shortened(message.text, 400),
    }


def _waited(conversation: Conversation, wish: Escalation) -> str:
    """How long the visitor had been in the talk when the wish came up."""
    seconds = max(0, int((wish.created_at - conversation.created_at).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _shown(when: datetime) -> str:
    return f"{when.day} {when:%b %Y, %H:%M} UTC"


def _shortened(text: str, most: int = _MOST_OF_A_MESSAGE) -> str:
    text = text.strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
