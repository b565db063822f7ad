"""The token that proves a visitor: who made it, for which domain, how long."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from widget import sessions

ACME, BOLT = uuid.uuid4(), uuid.uuid4()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_token_proves_the_visitor_it_was_made_for() -> None:
    begun = sessions.begin(ACME)
    assert begun.fresh is not None
    assert begun.fresh.startswith("vt_")
    assert sessions.resume(ACME, begun.fresh) == sessions.Session(begun.visitor_id, fresh=None)


def test_two_visitors_and_two_tokens_are_never_alike() -> None:
    visitor = uuid.uuid4()
    assert len({sessions.begin(ACME).visitor_id for _ in range(50)}) == 50
    assert len({sessions.token_for(ACME, visitor) for _ in range(50)}) == 50


def test_a_token_of_another_domain_is_worth_nothing() -> None:
    token = sessions.token_for(ACME, uuid.uuid4())
    with pytest.raises(sessions.TokenRefused):
        sessions.resume(BOLT, token)


@pytest.mark.parametrize(
    "harm", ["", "vt_", "vt_x", "vt_a:b:c", "vt_:::", "pk_x", "vt_é:1:x", "vt_" + "A" * 400]
)
def test_what_is_no_token_is_refused(harm: str) -> None:
    with pytest.raises(sessions.TokenRefused):
        sessions.resume(ACME, harm)


def test_every_single_changed_sign_breaks_it() -> None:
    token = sessions.token_for(ACME, uuid.uuid4())
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(sessions.TokenRefused):
            sessions.resume(ACME, other)


def test_a_token_is_renewed_after_a_day_and_dies_after_thirty() -> None:
    with time_machine.travel(NOON, tick=False):
        visitor = uuid.uuid4()
        token = sessions.token_for(ACME, visitor)
    with time_machine.travel(NOON + timedelta(hours=23), tick=False):
        assert sessions.resume(ACME, token).fresh is None
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        renewed = sessions.resume(ACME, token).fresh
        assert renewed is not None
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        with pytest.raises(sessions.TokenRefused):
            sessions.resume(ACME, token)
        assert sessions.resume(ACME, renewed).visitor_id == visitor
