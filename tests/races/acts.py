"""What the processes of a race do, on the product's own actions. Run by tests/support/contestant.py."""

import os
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

from accounts.models import User
from conversations import queries
from conversations.actions import escalation, handling, operators, representatives, visitors
from conversations.actions.visitors import VisitorSeen
from conversations.models import Conversation, Escalation
from conversations.refusals import Held, Stale
from domains.models import Domain, Membership, Role
from tests.cast import say, vera
from tests.support.contestant import Line

A = TypeVar("A")
T = TypeVar("T")


def lay_scene(line: Line, talks: int, people: int = 1) -> dict[str, Any]:
    """A domain, so many operators, and so many visitors who have each asked something."""
    domain = Domain.objects.create(name="Acme", message_gap_ms=0, operator_message_gap_ms=0)
    begun = [say(vera(domain), f"Question {number}?") for number in range(talks)]
    return {
        "domain": str(domain.pk),
        "operators": [str(_operator(f"Operator{number:02}", domain).pk) for number in range(people)],
        "talks": [str(talk.pk) for talk in begun],
        "visitors": [str(talk.visitor_id) for talk in begun],
    }


def press_take_over(line: Line, talks: list[str], operators: list[str]) -> list[list[dict[str, Any]]]:
    """All these operators press Take over on each talk at one moment; what each was told."""
    people = [User.objects.get(pk=pk) for pk in operators]

    def press(talk: str, operator: User) -> dict[str, Any]:
        told: dict[str, Any] = {"name": operator.name, "won": False, "holder": None, "error": None}
        try:
            handling.take_over(uuid.UUID(talk), operator=operator)
            told["won"] = True
        except Held as refused:
            told["holder"] = refused.name
        except Exception as error:
            told["error"] = repr(error)
        return told

    with Threads(len(people)) as threads:
        return [
            threads.together(line, [partial(press, talk, operator) for operator in people]) for talk in talks
        ]


def speak_as_the_ai(line: Line, talks: list[str], at_once: int, within_s: float) -> list[int]:
    """The AI posts reply after reply to each talk, each after a random thought, until it is refused.

    How many it posted in each. It holds no lock while it thinks, and sees the epoch when it begins.
    """

    def speak(talk: str) -> int:
        posted = 0
        deadline = time.monotonic() + within_s * 2
        seen = Conversation.objects.get(pk=talk)
        while time.monotonic() < deadline:
            time.sleep(random.uniform(0, within_s / 8))
            try:
                representatives.post_reply(
                    seen.pk,
                    epoch=seen.handling_epoch,
                    answers_n=seen.last_visitor_message_n,
                    text="An answer.",
                    draft=uuid.uuid4().hex,
                )
                posted += 1
            except Stale:
                break
        return posted

    return _in_rounds(line, speak, talks, at_once)


def take_over_at_random(
    line: Line, talks: list[str], operator: str, at_once: int, within_s: float
) -> list[str | None]:
    """An operator takes over each talk at a random moment. The error of each, if there was one."""
    user = User.objects.get(pk=operator)

    def take(talk: str) -> str | None:
        time.sleep(random.uniform(0, within_s))
        return _error_of(partial(handling.take_over, uuid.UUID(talk), operator=user))

    return _in_rounds(line, take, talks, at_once)


def ask_for_people(line: Line, talks: list[str]) -> list[int]:
    """Each talk gets an open request for a person; their ids."""
    ids = []
    for talk in talks:
        conversation = Conversation.objects.get(pk=talk)
        representatives.request_person(
            conversation.pk,
            epoch=conversation.handling_epoch,
            answers_n=conversation.last_visitor_message_n,
            cause="words",
            reason="A person, please",
        )
        ids.append(Escalation.objects.get(conversation=conversation).pk)
    Escalation.objects.filter(pk__in=ids).update(due_at=timezone.now())
    return ids


def expire_at_random(line: Line, requests: list[int], at_once: int, within_s: float) -> list[str | None]:
    """The clock finds each request, whose time has come, at a random moment. The errors."""

    def expire(request: int) -> str | None:
        time.sleep(random.uniform(0, within_s))
        return _error_of(partial(escalation.expire_request, request))

    return _in_rounds(line, expire, requests, at_once)


def say_it_again_and_again(line: Line, domain: str, visitor: str, tabs: int, ids: list[str]) -> list[Any]:
    """So many tabs of one visitor send the same messages under the same ids at one moment."""
    seen = VisitorSeen(
        id=uuid.UUID(visitor), domain=Domain.objects.get(pk=domain), page_url="https://acme.example/"
    )

    def send(client_id: str) -> dict[str, Any]:
        written = visitors.post_visitor_message(seen, client_id=client_id, text=f"Words of {client_id}")
        return {"n": written.event.visitor_n, "dup": written.dup, "talk": str(written.conversation.pk)}

    with Threads(tabs) as threads:
        return [threads.together(line, [partial(send, client_id)] * tabs) for client_id in ids]


def open_tabs(line: Line, domain: str, people: list[str], tabs: int) -> list[list[str]]:
    """Each visitor's very first words come from several tabs at one moment; the talks they went to."""
    where = Domain.objects.get(pk=domain)

    def begin(visitor: str, tab: int) -> str:
        seen = VisitorSeen(id=uuid.UUID(visitor), domain=where, page_url=f"https://acme.example/{tab}")
        return str(say(seen, f"Hello from tab {tab}").pk)

    with Threads(tabs) as threads:
        return [
            threads.together(line, [partial(begin, visitor, tab) for tab in range(tabs)])
            for visitor in people
        ]


def write_much(
    line: Line, domain: str, visitor: str, talk: str, operator: str, writers: int, each: int
) -> int:
    """Several writers of every kind on one talk; how many events they wrote."""
    seen = VisitorSeen(id=uuid.UUID(visitor), domain=Domain.objects.get(pk=domain))
    user = User.objects.get(pk=operator)

    def write(writer: int) -> int:
        for number in range(each):
            client_id = f"{os.getpid()}-{writer}-{number}"
            if writer % 2:
                operators.add_note(uuid.UUID(talk), operator=user, client_id=client_id, text=client_id)
            else:
                visitors.post_visitor_message(seen, client_id=client_id, text=client_id)
        return each

    with Threads(writers) as threads:
        return sum(threads.together(line, [partial(write, writer) for writer in range(writers)]))


def read_along(line: Line, talk: str, until_n: int) -> dict[str, list[int]]:
    """A reader with a cursor, for the team and as the visitor; the numbers it was given, in its order."""
    team: list[int] = []
    visitor: list[int] = []
    conversation = Conversation.objects.get(pk=talk)
    line.wait()
    deadline = time.monotonic() + 120
    while (not team or team[-1] < until_n) and time.monotonic() < deadline:
        shown = queries.visitor_events_after(conversation.pk, visitor[-1] if visitor else 0)
        visitor += [event.visitor_n or 0 for event in shown]
        team += [event.n for event in queries.events_after(conversation, team[-1] if team else 0)]
        connection.close()
    return {"team": team, "visitor": visitor}


def _operator(name: str, domain: Domain) -> User:
    """Without a password: nobody signs in here, and hashing twenty takes its time."""
    user = User.objects.create_user(f"{name.lower()}@{domain.pk.hex}.example", None, name=name)
    Membership.objects.create(domain=domain, user=user, role=Role.OPERATOR)
    return user


def _error_of(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Exception as error:
        return repr(error)
    return None


def _in_rounds(line: Line, act: Callable[[A], T], talks: list[A], at_once: int) -> list[T]:
    """The act on every talk, so many talks at a time."""
    with Threads(at_once) as threads:
        return [
            answer
            for first in range(0, len(talks), at_once)
            for answer in threads.together(
                line, [partial(act, talk) for talk in talks[first : first + at_once]]
            )
        ]


class Threads:
    """As many threads as acts in a round, each with a warm connection."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count)

    def __enter__(self) -> "Threads":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def together(self, line: Line, acts: list[Callable[[], T]]) -> list[T]:
        """Release all at one moment, the moment of all processes of the race."""
        ready = threading.Barrier(len(acts) + 1)

        def run(act: Callable[[], T]) -> T:
            connection.ensure_connection()
            ready.wait(60)
            try:
                return act()
            finally:
                connection.close()

        futures = [self._pool.submit(run, act) for act in acts]
        line.wait()
        ready.wait(60)
        return [future.result(120) for future in futures]
