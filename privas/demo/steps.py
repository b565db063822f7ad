"""The words in which the demo's talks are written: what visitors, the representative and the team do."""

import uuid
from typing import Any

from conversations.actions import closing, escalation, handling, operators, representatives, visitors
from conversations.models import Escalation
from conversations.states import EscalationCause, EscalationState
from privas.demo.people import Part
from privas.demo.stage import Stage, Step


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


def learns(score: int, *reasons: tuple[int, str], after: int = 0, **facts: str) -> Step:
    """The representative notes facts, and the score with its reasons."""

    def act(at: Stage) -> None:
        n = at.conversation.last_visitor_message_n
        because = [{"points": points, "reason": reason, "n": n} for points, reason in reasons]
        representatives.learn_facts(at.conversation.pk, facts=facts, score=score, reasons=because)

    return Step(act, after)


def brings_in(cause: EscalationCause, reason: str, *, after: int = 1) -> Step:
    """The representative asks a person in."""
    return Step(
        lambda at: representatives.request_person(
            at.conversation.pk, epoch=at.conversation.handling_epoch, cause=cause, reason=reason
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


def takes_over(who: Part, *, after: int = 25) -> Step:
    """An operator takes over."""
    return Step(lambda at: handling.take_over(at.conversation.pk, operator=at.people[who]), after)


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


def hands_back(who: Part, *, after: int = 40) -> Step:
    """The operator returns the talk to the AI."""
    return Step(lambda at: handling.hand_back(at.conversation.pk, operator=at.people[who]), after)


def asks_for_control(who: Part, *, after: int = 30) -> Step:
    """A colleague asks the holder for the talk."""
    return Step(lambda at: handling.request_control(at.conversation.pk, operator=at.people[who]), after)


def passes_control(who: Part, *, after: int = 12) -> Step:
    """The holder gives it away."""
    return Step(lambda at: handling.pass_control(at.conversation.pk, operator=at.people[who]), after)


def withdraws_request(who: Part, *, after: int = 12) -> Step:
    """The colleague no longer asks for control."""
    return Step(lambda at: handling.withdraw_control(at.conversation.pk, operator=at.people[who]), after)


def keeps_control(who: Part, *, after: int = 12) -> Step:
    """The holder keeps it."""
    return Step(lambda at: handling.keep_control(at.conversation.pk, operator=at.people[who]), after)


def resolves(who: Part, *, after: int = 30) -> Step:
    """An operator resolves the talk."""
    return Step(lambda at: closing.resolve(at.conversation.pk, operator=at.people[who]), after)


def ends(who: Part, *, after: int = 30) -> Step:
    """An operator ends the talk."""
    return Step(lambda at: closing.end(at.conversation.pk, operator=at.people[who]), after)


def reopens(who: Part, *, after: int = 600) -> Step:
    """An operator opens the closed talk again."""
    return Step(lambda at: closing.reopen(at.conversation.pk, operator=at.people[who]), after)


def _new_id() -> str:
    return str(uuid.uuid4())
