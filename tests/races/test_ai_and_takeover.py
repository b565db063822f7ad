"""From the instant of a takeover the AI is silent. Read from the events alone."""

from typing import Any

import pytest

from tests.support.arena import Arena
from tests.support.repeating import patience, times

pytestmark = [pytest.mark.slow, pytest.mark.timeout(patience(600))]

# Talks at a time: as many threads on either side.
AT_ONCE = 10
TAKEOVERS = -(-times(200) // AT_ONCE) * AT_ONCE
CONTROL_TAKEOVERS = 20
# The AI posts a reply every few hundredths of a second; the operator comes at a random moment of this time.
WITHIN_S = 0.3
ACTS, UNGUARDED = "tests.races.acts", "tests.races.unguarded"


def race(arena: Arena, talks: int) -> dict[str, Any]:
    """The AI speaks on so many talks while an operator takes each over; the talks, replies posted and errors."""
    scene = arena.one(f"{ACTS}.lay_scene", talks=talks)
    both = {"talks": scene["talks"], "at_once": AT_ONCE, "within_s": WITHIN_S}
    posted, errors = arena.race(
        (f"{ACTS}.speak_as_the_ai", both),
        (f"{ACTS}.take_over_at_random", {**both, "operator": scene["operators"][0]}),
    )
    return {"domain": scene["domain"], "posted": posted, "errors": [error for error in errors if error]}


def said_after_takeover(arena: Arena, domain: str, order: str) -> int:
    """How many messages of the AI stand after the takeover of their talk, by `n` or by the order of rows (`id`)."""
    sql = (
        "SELECT count(*) FROM conversations_event late "
        "JOIN conversations_conversation talk ON talk.id = late.conversation_id "
        "JOIN conversations_event taken ON taken.conversation_id = late.conversation_id "
        f"AND taken.kind = 'taken_over' AND late.{order} > taken.{order} "
        "WHERE late.kind = 'message' AND late.actor_kind = 'ai' AND talk.domain_id = %s"
    )
    found: int = arena.query(sql, arena.key(domain))[0][0]
    return found


def test_two_hundred_takeovers_amid_ai_replies_leave_no_ai_message_after_them(arena: Arena) -> None:
    seen = race(arena, TAKEOVERS)
    assert not seen["errors"]
    assert said_after_takeover(arena, seen["domain"], "n") == 0
    assert said_after_takeover(arena, seen["domain"], "id") == 0
    taken = arena.query(
        "SELECT count(*) FROM conversations_conversation WHERE handler = 'operator' AND domain_id = %s",
        arena.key(seen["domain"]),
    )
    assert taken[0][0] == TAKEOVERS
    # It was a race: the AI was speaking on every talk, and what it posted stands before the takeover.
    assert sum(seen["posted"]) > TAKEOVERS


@pytest.mark.parametrize("guard", ["lock", "fence"])
def test_without_the_guard_the_ai_talks_over_the_operator(unguarded: Arena, guard: str) -> None:
    if guard == "lock":
        unguarded.one(f"{UNGUARDED}.drop_constraints")
    unguarded.race(*[(f"{UNGUARDED}.take_away", {"guard": guard})] * 2)
    seen = race(unguarded, CONTROL_TAKEOVERS)
    talked_over = said_after_takeover(unguarded, seen["domain"], "id")
    assert talked_over, "the control shows no race: a missing guard would not be noticed"
