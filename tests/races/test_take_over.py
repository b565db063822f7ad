"""Many press Take over at once: one has it, and everybody else reads that one's name."""

import uuid
from typing import Any

import pytest

from tests.support.arena import Arena
from tests.support.repeating import patience, times

pytestmark = [pytest.mark.slow, pytest.mark.timeout(patience(600))]

TALKS, PROCESSES, THREADS = times(100), 2, 10
CONTROL_TALKS = 6
UNGUARDED = "tests.races.unguarded"

Told = dict[str, list[dict[str, Any]]]


def press(arena: Arena, talks: int) -> Told:
    """Twenty operators of two processes press on each of so many talks; per talk, what each was told."""
    people = PROCESSES * THREADS
    scene = arena.one("tests.races.acts.lay_scene", talks=talks, people=people)
    sides = [scene["operators"][first : first + THREADS] for first in range(0, people, THREADS)]
    act = "tests.races.acts.press_take_over"
    told = arena.race(*[(act, {"talks": scene["talks"], "operators": side}) for side in sides])
    return {
        talk: [answer for side in told for answer in side[number]]
        for number, talk in enumerate(scene["talks"])
    }


def winners(answers: list[dict[str, Any]]) -> list[str]:
    """Who was told that the talk is theirs."""
    return [answer["name"] for answer in answers if answer["won"]]


def takers(arena: Arena, told: Told) -> dict[str, list[str]]:
    """Per talk the names of those who took over, as its events say."""
    found: dict[str, list[str]] = {talk: [] for talk in told}
    sql = "SELECT conversation_id, actor_name FROM conversations_event WHERE kind = 'taken_over' ORDER BY n"
    for talk, name in arena.query(sql):
        if str(uuid.UUID(str(talk))) in found:
            found[str(uuid.UUID(str(talk)))].append(name)
    return found


def test_of_twenty_operators_at_once_one_has_it_and_nineteen_read_the_name(arena: Arena) -> None:
    told = press(arena, TALKS)
    events = takers(arena, told)
    for talk, answers in told.items():
        won = winners(answers)
        assert len(won) == 1, answers
        assert {answer["holder"] for answer in answers if not answer["won"]} == set(won), answers
        assert events[talk] == won
    assert len(told) == TALKS


def test_without_the_lock_and_the_constraints_several_are_told_that_they_have_it(unguarded: Arena) -> None:
    unguarded.one(f"{UNGUARDED}.drop_constraints")
    unguarded.race(*[(f"{UNGUARDED}.take_away", {"guard": "lock"})] * PROCESSES)
    told = press(unguarded, CONTROL_TALKS)
    doubled = [answers for answers in told.values() if len(winners(answers)) > 1]
    assert doubled, "the control shows no race: the test above would not notice a missing guard"


def test_without_the_lock_the_unique_numbers_still_let_only_one_in(unguarded: Arena) -> None:
    unguarded.race(*[(f"{UNGUARDED}.take_away", {"guard": "lock"})] * PROCESSES)
    told = press(unguarded, CONTROL_TALKS)
    assert all(len(winners(answers)) <= 1 for answers in told.values())
    assert all(len(names) <= 1 for names in takers(unguarded, told).values())
