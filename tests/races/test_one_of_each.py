"""What may happen once only happens once, however many try it at the same instant."""

import uuid
from collections import Counter
from typing import Any

import pytest

from tests.support.arena import Arena
from tests.support.repeating import patience, times

pytestmark = [pytest.mark.slow, pytest.mark.timeout(patience(600))]

ACTS = "tests.races.acts"
AT_ONCE = 10


def test_a_request_for_a_person_is_met_or_missed_never_both_and_never_neither(arena: Arena) -> None:
    talks = -(-times(100) // AT_ONCE) * AT_ONCE
    scene = arena.one(f"{ACTS}.lay_scene", talks=talks)
    requests = arena.one(f"{ACTS}.ask_for_people", talks=scene["talks"])
    both = {"at_once": AT_ONCE, "within_s": 0.02}
    errors = arena.race(
        (f"{ACTS}.expire_at_random", {**both, "requests": requests}),
        (
            f"{ACTS}.take_over_at_random",
            {**both, "talks": scene["talks"], "operator": scene["operators"][0]},
        ),
    )
    assert [error for side in errors for error in side if error] == []
    became: Counter[str] = Counter()
    for request, talk in zip(requests, scene["talks"], strict=True):
        sql = "SELECT state FROM conversations_escalation WHERE id = %s"
        state = arena.query(sql, request)[0][0]
        became[state] += 1
        sql = "SELECT kind FROM conversations_event WHERE conversation_id = %s ORDER BY n"
        kinds = [kind for (kind,) in arena.query(sql, arena.key(talk))][2:]
        assert kinds == (["taken_over"] if state == "claimed" else ["request_expired", "taken_over"])
    # Both came first now and then, so they did meet.
    assert set(became) == {"claimed", "expired"}, became


def test_one_id_sent_by_eight_tabs_at_once_is_one_message(arena: Arena) -> None:
    scene = arena.one(f"{ACTS}.lay_scene", talks=1)
    ids = [str(uuid.uuid4()) for _ in range(times(25))]
    side = {"domain": scene["domain"], "visitor": scene["visitors"][0], "tabs": 4, "ids": ids}
    act = f"{ACTS}.say_it_again_and_again"
    told = arena.race((act, side), (act, side))
    numbers = []
    for number in range(len(ids)):
        answers = told[0][number] + told[1][number]
        assert len({answer["n"] for answer in answers}) == 1
        assert [answer["dup"] for answer in answers].count(False) == 1
        numbers.append(answers[0]["n"])
    assert numbers == list(range(2, len(ids) + 2))


def test_the_first_words_of_a_visitor_in_eight_tabs_begin_one_conversation(arena: Arena) -> None:
    scene = arena.one(f"{ACTS}.lay_scene", talks=0)
    people = [str(uuid.uuid4()) for _ in range(times(25))]
    side = {"domain": scene["domain"], "people": people, "tabs": 4}
    told = arena.race((f"{ACTS}.open_tabs", side), (f"{ACTS}.open_tabs", side))
    for number in range(len(people)):
        assert len(set(told[0][number] + told[1][number])) == 1
    begun = arena.query(
        "SELECT head, visitor_head, turns FROM conversations_conversation WHERE domain_id = %s",
        arena.key(scene["domain"]),
    )
    assert begun == [(8, 8, 8)] * len(people)


def numbers_of(arena: Arena, talk: str) -> list[tuple[Any, ...]]:
    """Both numbers of each event, in the order in which the rows were made."""
    sql = "SELECT n, visitor_n FROM conversations_event WHERE conversation_id = %s ORDER BY n"
    return arena.query(sql, arena.key(talk))


def test_eight_writers_leave_numbers_without_holes_and_no_reader_skips_one(arena: Arena) -> None:
    scene = arena.one(f"{ACTS}.lay_scene", talks=1)
    (talk,) = scene["talks"]
    each = times(100)
    written, read = arena.race(
        (
            f"{ACTS}.write_much",
            {
                "domain": scene["domain"],
                "visitor": scene["visitors"][0],
                "talk": talk,
                "operator": scene["operators"][0],
                "writers": 8,
                "each": each,
            },
        ),
        (f"{ACTS}.read_along", {"talk": talk, "until_n": 1 + 8 * each}),
    )
    head = 1 + written
    assert head == 1 + 8 * each
    rows = numbers_of(arena, talk)
    assert [n for n, _ in rows] == list(range(1, head + 1))
    # Half of it were notes, of which the visitor's numbers show nothing.
    shown = [visitor_n for _, visitor_n in rows if visitor_n is not None]
    assert shown == list(range(1, 1 + 4 * each + 1))
    assert read["team"] == list(range(1, head + 1))
    assert read["visitor"] == shown[: len(read["visitor"])]
