"""A socket is let in wholly or not at all: a database that fails half-way closes it, and it takes nobody's place."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from accounts import presence, tickets
from accounts.models import Presence
from tests.cast import make_cast
from tests.conversations.console import act, line
from tests.waiting import auntil
from tests.widget.visitor import tab
from widget.consumer import WidgetConsumer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)


def busy(*args: Any, **kwargs: Any) -> Any:
    """What a database says that has no room."""
    raise OperationalError("database is locked")


async def come_again(opened: Any) -> None:
    """The socket says so, closes to come again, and waits no more."""
    if "closed" not in [frame["t"] for frame in opened.frames]:
        await opened.of("closed", 2)
    kinds = [frame["t"] for frame in opened.frames]
    assert kinds[-2:] == ["err", "closed"], kinds
    assert opened.frames[-2]["code"] == "unavailable"
    assert opened.frames[-1]["code"] == 1013
    assert "synced" not in kinds
    await auntil(lambda: not WidgetConsumer.waiting)


@pytest.mark.parametrize(
    "step",
    [
        "widget.history.domain_of",
        "conversations.queries.latest_conversation_of",
        "domains.presence.somebody_is_there",
        "widget.history.events_after",
        "conversations.actions.visitors.view_page",
    ],
)
async def test_a_visitor_who_could_not_be_let_in_is_asked_to_come_again(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = await cast_of()
    async with tab() as first:
        token = (await first.auth(cast.acme))["token"]
        await first.say("Hello")
    with monkeypatch.context() as failing:
        failing.setattr(step, busy)
        async with tab() as vera:
            await vera.auth(cast.acme, token)
            await come_again(vera)
    async with tab() as again:
        await again.auth(cast.acme, token)
        await again.of("synced")


@pytest.mark.parametrize(
    "step",
    [
        "accounts.tickets.redeem",
        "accounts.tickets.lives",
        "accounts.presence.arrive",
        "domains.presence.operators_there",
    ],
)
async def test_an_operator_who_could_not_be_let_in_is_asked_to_come_again(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = await cast_of()
    ticket = await act(tickets.issue, cast.omar)
    async with line() as omar:
        with monkeypatch.context() as failing:
            failing.setattr(step, busy)
            await omar.send(t="auth", ticket=str(ticket.pk))
            await come_again(omar)
    # Nobody sits there: of somebody who had come already, no more is left than of one who turns a page.
    almost_gone = presence.fresh_since() + presence.GRACE
    assert not await act(lambda: Presence.objects.filter(seen_at__gt=almost_gone).exists())
