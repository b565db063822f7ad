"""The words in which the demo's talks are written: what visitors, the representative and the team do."""

import uuid
from collections.abc import Callable
from typing import Any

from conversations.actions import closing, escalation, handling, operators, representatives, visitors
from conversations.models import Escalation
from conversations.states import EscalationCause, EscalationState
from privas.demo.people import Part
from privas.demo.stage import Stage, Step
from representative.context import read
from representative.learning import learn


def says(text: str, *, after: int = 40) -> Step:
    """The visitor writes."""
    return Step(lambda at: visitors.post_visitor_message(at.seen, client_id=_new_id(), text=text), after)


def goes_to(path: str, title: str, *, after: int = 25) -> Step:
    """The visitor goes to another page of the site; the next act tells of it."""

    def act(at: Stage) -> None:
        at.page = (at.domain.allowed_origins[-1] + path, title)

    return Step(act, after)


def answers(text: str, *titles: str, score: float = 0.78, after: int = 1) -> Step:
    """The representative replies, from these articles."""

    def act(at: Stage) -> None:
        sources = [
            {"article": str(at.articles[title]), "title": title, "score": round(score - 0.09 * rank, 2)}
            for rank, title in enumerate(titles)
        ]
        representatives.post_reply(
            at.conversation.pk,
            epoch=at.conversation.handling_epoch,
            answers_n=at.conversation.last_visitor_message_n,
            text=text,
            draft=f"d_{uuid.uuid4().hex}",
            sources=sources,
        )

    return Step(act, after)


def learns(*, after: int = 0) -> Step:
    """The representative notes what it has heard, as it does in every talk: facts, and the score with its reasons."""

    def act(at: Stage) -> None:
        reading = read(at.conversation.pk)
        if reading is not None:
            learn(reading)

    return Step(act, after)


def brings_in(cause: EscalationCause, reason: str, *, after: int = 1) -> Step:
    """The representative asks a person in."""
    return Step(
        lambda at: representatives.request_person(
            at.conversation.pk,
            epoch=at.conversation.handling_epoch,
            answers_n=at.conversation.last_visitor_message_n,
            cause=cause,
            reason=reason,
        ),
        after,
    )


def settles(*, after: int = 1) -> Step:
    """The visitor has confirmed, so the representative resolves the talk."""
    return Step(
        lambda at: representatives.resolve_confirmed(
            at.conversation.pk,
            epoch=at.conversation.handling_epoch,
            answers_n=at.conversation.last_visitor_message_n,
        ),
        after,
    )


def drops_reply(why: str, *, after: int = 1) -> Step:
    """A reply of the representative came too late and was thrown away."""
    return Step(
        lambda at: representatives.record_discard(at.conversation.pk, draft=f"d_{uuid.uuid4().hex}", why=why),
        after,
    )


def rings(reason: str, *, after: int = 30) -> Step:
    """The visitor rings for a person."""
    return Step(lambda at: escalation.ring_bell(at.seen, client_id=_new_id(), reason=reason), after)


def nobody_comes(*, after: int = 120) -> Step:
    """The wish for a person has run out."""

    def act(at: Stage) -> None:
        open_wish = Escalation.objects.get(conversation=at.conversation, state=EscalationState.OPEN)
        open_wish.due_at = open_wish.created_at
        open_wish.save(update_fields=["due_at"])
        escalation.expire_request(open_wish.pk)

    return Step(act, after)


def introduces(*, after: int = 20, **facts: Any) -> Step:
    """The visitor fills in the form of the widget, or the site tells who it is."""
    return Step(lambda at: visitors.identify(at.seen, **facts), after)


def leaves(*, after: int = 30) -> Step:
    """The visitor ends the talk."""
    return Step(lambda at: visitors.end_conversation(at.seen, client_id=_new_id()), after)


def rates(score: int, comment: str = "", *, after: int = 20) -> Step:
    """The visitor says how it was."""
    return Step(lambda at: visitors.rate(at.seen, client_id=_new_id(), score=score, comment=comment), after)


def _operator(act: Callable[..., Any], after: int) -> Callable[..., Step]:
    """What an operator does with a talk: `takes_over(SALES, after=20)`."""

    def does(who: Part, *, after: int = after) -> Step:
        return Step(lambda at: act(at.conversation.pk, operator=at.people[who]), after)

    return does


takes_over = _operator(handling.take_over, after=25)
hands_back = _operator(handling.hand_back, after=40)
asks_for_control = _operator(handling.request_control, after=30)
passes_control = _operator(handling.pass_control, after=12)
keeps_control = _operator(handling.keep_control, after=12)
withdraws_request = _operator(handling.withdraw_control, after=12)
resolves = _operator(closing.resolve, after=30)
ends = _operator(closing.end, after=30)
reopens = _operator(closing.reopen, after=600)


def writes(who: Part, text: str, *, after: int = 35) -> Step:
    """An operator writes to the visitor."""
    return Step(
        lambda at: operators.post_operator_message(
            at.conversation.pk, operator=at.people[who], client_id=_new_id(), text=text
        ),
        after,
    )


def notes(who: Part, text: str, *, after: int = 30) -> Step:
    """An operator leaves a note for the team."""
    return Step(
        lambda at: operators.add_note(
            at.conversation.pk, operator=at.people[who], client_id=_new_id(), text=text
        ),
        after,
    )


def flags(who: Part, reason: str, *, after: int = 30) -> Step:
    """An operator asks colleagues to look at the talk."""
    return Step(
        lambda at: escalation.escalate(at.conversation.pk, operator=at.people[who], reason=reason), after
    )


def _new_id() -> str:
    return str(uuid.uuid4())
