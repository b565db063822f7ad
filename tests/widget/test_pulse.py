"""Heartbeats ask the database together."""

import asyncio
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.actions import closing, visitors
from tests.cast import Cast, say, vera
from widget.pulse import Asked, Gathering, Pulse, read_pulses

NOBODY = Pulse(None, False, None)


def asked(number: int) -> Asked:
    return Asked("pk", uuid.UUID(int=number))


async def test_all_who_ask_at_about_the_same_time_are_answered_by_one_reading() -> None:
    readings: list[list[Asked]] = []

    async def read(together: list[Asked]) -> dict[Asked, Pulse]:
        readings.append(together)
        return {one: Pulse(None, one.visitor_id.int % 2 == 1, None) for one in together}

    gathering = Gathering()
    answers = await asyncio.gather(*(gathering.ask(asked(number), read) for number in (1, 2, 3, 3)))
    assert [answer and answer.online for answer in answers] == [True, False, True, True]
    assert [set(together) for together in readings] == [{asked(1), asked(2), asked(3)}]
    assert await gathering.ask(asked(4), read) == NOBODY
    assert len(readings) == 2


async def test_a_reading_that_fails_is_told_to_all_who_waited_and_the_next_one_is_read_anew() -> None:
    broken = True

    async def read(together: list[Asked]) -> dict[Asked, Pulse]:
        if broken:
            raise ConnectionError("the database is away")
        return dict.fromkeys(together, NOBODY)

    gathering = Gathering()
    told = await asyncio.gather(*(gathering.ask(asked(n), read) for n in (1, 2)), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionError, ConnectionError]
    broken = False
    assert await gathering.ask(asked(1), read) == NOBODY


async def test_who_leaves_while_it_is_read_spoils_nothing_for_the_others() -> None:
    async def read(together: list[Asked]) -> dict[Asked, Pulse]:
        leaver.cancel()
        await asyncio.sleep(0)
        return dict.fromkeys(together, NOBODY)

    gathering = Gathering()
    leaver = asyncio.ensure_future(gathering.ask(asked(1), read))
    assert await gathering.ask(asked(2), read) == NOBODY
    with pytest.raises(asyncio.CancelledError):
        await leaver


@pytest.mark.django_db(transaction=True)
def test_each_hears_of_its_own_domain_and_talk_in_as_many_queries_as_one_alone(cast: Cast) -> None:
    seen, others = vera(cast.acme), [vera(cast.acme) for _ in range(5)]
    older = say(seen, "First")
    closing.end(older.pk, operator=cast.omar)
    visitors.start_conversation(seen, client_id="n")
    newer = say(seen, "Second")
    for other in others:
        say(other, "Hello")
    one = Asked(cast.acme.widget_key, seen.id)
    read_pulses([one])
    with CaptureQueriesContext(connection) as alone:
        read_pulses([one])
    everybody = [
        one,
        *(Asked(cast.acme.widget_key, other.id) for other in others),
        Asked("gone", uuid.uuid4()),
    ]
    with CaptureQueriesContext(connection) as together:
        pulses = read_pulses(everybody)
    assert len(together) == len(alone)
    newest = pulses[one].newest
    assert newest is not None
    assert newest.pk == newer.pk
    assert pulses[one].domain == cast.acme
    assert pulses[everybody[-1]] == NOBODY
    talks = {pulse.newest.visitor_id for pulse in pulses.values() if pulse.newest is not None}
    assert talks == {seen.id, *(other.id for other in others)}
