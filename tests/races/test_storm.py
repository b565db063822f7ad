"""Everybody does everything at once: each act is done or refused, and what is left is whole."""

import itertools
import uuid
from typing import Any

import pytest

from tests.support.arena import Arena
from tests.support.repeating import patience, times

pytestmark = [pytest.mark.slow, pytest.mark.timeout(patience(600))]

PEOPLE, STAFF, THREADS = 2, 3, 8


def timelines(arena: Arena, domain: str) -> list[list[tuple[Any, ...]]]:
    """The events of each talk, in order."""
    sql = (
        "SELECT event.conversation_id, event.n, event.visitor_n, event.kind, event.actor_kind, event.epoch, "
        "talk.head, talk.visitor_head, talk.handling_epoch, talk.handler, talk.lifecycle "
        "FROM conversations_event event JOIN conversations_conversation talk ON talk.id = event.conversation_id "
        "WHERE talk.domain_id = %s ORDER BY event.conversation_id, event.n"
    )
    rows = arena.query(sql, arena.key(domain))
    return [list(group) for _, group in itertools.groupby(rows, key=lambda row: row[0])]


def test_a_storm_of_everybody_leaves_no_error_and_every_talk_whole(arena: Arena) -> None:
    scene = arena.one("tests.races.acts.lay_scene", talks=0, people=STAFF)
    people = [str(uuid.uuid4()) for _ in range(PEOPLE)]
    side = {
        "domain": scene["domain"],
        "people": people,
        "staff": scene["operators"],
        "threads": THREADS,
        "acts": times(80),
    }
    errors = arena.race(
        ("tests.races.storm.rage", {**side, "seed": 1}), ("tests.races.storm.rage", {**side, "seed": 2})
    )
    # A visitor who has not yet said anything has no talk to act on; that alone is no error.
    unmet = [error for told in errors for error in told if "DoesNotExist" not in error]
    assert unmet == []
    for talk in timelines(arena, scene["domain"]):
        check_numbers(talk)
        check_who_speaks(talk)


def check_numbers(talk: list[tuple[Any, ...]]) -> None:
    """Both numbers without holes, up to what the talk itself says; epochs never fall."""
    *_, head, visitor_head, epoch, _, _ = talk[-1]
    assert [row[1] for row in talk] == list(range(1, head + 1))
    assert [row[2] for row in talk if row[2] is not None] == list(range(1, visitor_head + 1))
    epochs = [row[5] for row in talk]
    assert epochs == sorted(epochs)
    assert epochs[-1] <= epoch


def check_who_speaks(talk: list[tuple[Any, ...]]) -> None:
    """Nobody speaks out of turn or on a closed talk, and the last state is what the events add up to."""
    handler, lifecycle = "ai", "open"
    for _, n, _, kind, actor, *_ in talk:
        if kind == "message":
            assert lifecycle == "open", f"{n}: words on a closed talk"
            assert actor in ("visitor", handler), f"{n}: {actor} speaks while {handler} handles"
        elif kind == "taken_over":
            handler = "operator"
        elif kind in ("handed_back", "resolved", "ended"):
            handler = "ai"
            lifecycle = lifecycle if kind == "handed_back" else "closed"
        elif kind == "reopened":
            lifecycle = "open"
    assert (talk[-1][9], talk[-1][10] == "open") == (handler, lifecycle == "open")
