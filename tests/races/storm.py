"""Everybody does everything at once on a few conversations. Run by tests/support/contestant.py."""

import random
import uuid
from collections.abc import Callable
from functools import partial

from accounts.models import User
from conversations import tasks
from conversations.actions import closing, escalation, handling, operators, representatives, visitors
from conversations.actions.visitors import VisitorSeen
from conversations.models import Conversation
from conversations.refusals import Refusal
from domains.models import Domain
from tests.races.acts import Threads
from tests.support.contestant import Line


def rage(
    line: Line, domain: str, people: list[str], staff: list[str], threads: int, acts: int, seed: int
) -> list[str]:
    """So many threads, each with so many random acts of visitors, AI, operators and clock.

    What any act met that is neither done nor refused: there should be nothing.
    """
    where = Domain.objects.get(pk=domain)
    users = [User.objects.get(pk=pk) for pk in staff]

    def go_wild(number: int) -> list[str]:
        dice = random.Random(f"{seed}/{number}")
        errors = []
        for _ in range(acts):
            act = dice.choice(_REPERTOIRE)
            try:
                act(dice, where, uuid.UUID(dice.choice(people)), dice.choice(users))
            except Refusal:
                continue
            except Exception as error:
                errors.append(f"{act.__name__}: {error!r}")
        return errors

    with Threads(threads) as pool:
        told = pool.together(line, [partial(go_wild, number) for number in range(threads)])
    return [error for errors in told for error in errors]


def _seen(dice: random.Random, domain: Domain, visitor: uuid.UUID) -> VisitorSeen:
    # Another page each time: the visitor's row changes too.
    return VisitorSeen(id=visitor, domain=domain, page_url=f"https://acme.example/{dice.randrange(1000)}")


def _talk(visitor: uuid.UUID) -> Conversation:
    return Conversation.objects.filter(visitor=visitor).latest("created_at")


def _say(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.post_visitor_message(_seen(dice, domain, visitor), client_id=str(uuid.uuid4()), text="Words")


def _walk(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.view_page(_seen(dice, domain, visitor))


def _identify(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.identify(_seen(dice, domain, visitor), name=f"Vera {dice.randrange(1000)}")


def _ring(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    escalation.ring_bell(_seen(dice, domain, visitor), client_id=str(uuid.uuid4()), reason="Please")


def _rate(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.rate(_seen(dice, domain, visitor), client_id=str(uuid.uuid4()), score=5, comment="")


def _read(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.mark_read(_seen(dice, domain, visitor), n=dice.randrange(50))


def _begin_anew(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.start_conversation(_seen(dice, domain, visitor), client_id=str(uuid.uuid4()))


def _leave(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    visitors.end_conversation(_seen(dice, domain, visitor), client_id=str(uuid.uuid4()))


def _reply(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    talk = _talk(visitor)
    representatives.post_reply(
        talk.pk,
        epoch=talk.handling_epoch,
        answers_n=talk.last_visitor_message_n,
        text="An answer.",
        draft=uuid.uuid4().hex,
    )


def _learn(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    facts = {"name": f"Vera {dice.randrange(1000)}"}
    representatives.learn_facts(_talk(visitor).pk, facts=facts, score=dice.randrange(100), reasons=[])


def _bring_in(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    talk = _talk(visitor)
    representatives.request_person(
        talk.pk, epoch=talk.handling_epoch, answers_n=talk.last_visitor_message_n, cause="words", reason=""
    )


def _take_over(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    handling.take_over(_talk(visitor).pk, operator=user)


def _hand_back(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    handling.hand_back(_talk(visitor).pk, operator=user)


def _ask_for_control(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    handling.request_control(_talk(visitor).pk, operator=user)


def _pass_control(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    handling.pass_control(_talk(visitor).pk, operator=user)


def _keep_control(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    handling.keep_control(_talk(visitor).pk, operator=user)


def _escalate(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    escalation.escalate(_talk(visitor).pk, operator=user, reason="Look at this")


def _answer(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    operators.post_operator_message(
        _talk(visitor).pk, operator=user, client_id=str(uuid.uuid4()), text="I am here."
    )


def _note(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    operators.add_note(_talk(visitor).pk, operator=user, client_id=str(uuid.uuid4()), text="A thought")


def _resolve(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    closing.resolve(_talk(visitor).pk, operator=user)


def _reopen(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    closing.reopen(_talk(visitor).pk, operator=user)


def _clock(dice: random.Random, domain: Domain, visitor: uuid.UUID, user: User) -> None:
    tasks.expire_requests()
    tasks.pass_unanswered_control()
    tasks.hand_back_from_departed()
    tasks.hand_back_from_absent()


_Act = Callable[[random.Random, Domain, uuid.UUID, User], None]
_REPERTOIRE: list[_Act] = [
    *[_say] * 6,
    *[_reply] * 4,
    *[_take_over, _hand_back, _learn, _identify, _ring, _walk, _answer] * 2,
    *[
        _rate,
        _read,
        _begin_anew,
        _leave,
        _bring_in,
        _ask_for_control,
        _pass_control,
        _keep_control,
        _escalate,
        _note,
        _resolve,
        _reopen,
        _clock,
    ],
]
