"""Who of the team is there: people with an open console who may write, until they are gone or silent."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts import presence as consoles
from accounts.models import Presence, SocketTicket, User
from domains import presence
from domains.models import Membership
from tests.api.caller import Caller
from tests.cast import Cast, make_cast
from tests.conversations.console import Console, act, console
from tests.waiting import auntil
from tests.widget.visitor import Tab, tab

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that takes seconds takes a part of one."""
    monkeypatch.setattr("conversations.sockets.HEARTBEAT_S", 0.1)
    monkeypatch.setattr(consoles, "LASTS", timedelta(seconds=4))
    monkeypatch.setattr(consoles, "GRACE", timedelta(seconds=1.5))
    monkeypatch.setattr(consoles, "AWAY", timedelta())
    monkeypatch.setattr(presence.kept, "kept_s", 0.05)


@sync_to_async
def ticket_of(user: User, *scopes: str) -> SocketTicket:
    return SocketTicket.objects.get(pk=Caller(user, scopes).post("socket-ticket/").body["ticket"])


async def there(opened: Console, *names: str) -> None:
    """Wait until the console is told that exactly these operators are there."""
    await opened.until(
        lambda frame: frame["t"] == "presence" and [one["name"] for one in frame["operators"]] == list(names)
    )


async def told(visitor: Tab) -> bool:
    return bool((await visitor.of("presence"))["online"])


async def visiting(visitor: Tab, cast: Cast) -> Tab:
    await visitor.auth(cast.acme)
    await visitor.of("synced")
    return visitor


def presences(visitor: Tab | Console) -> list[Any]:
    return [frame for frame in visitor.frames if frame["t"] == "presence"]


async def test_a_console_is_told_who_is_there_and_who_comes() -> None:
    cast = await cast_of()
    async with console(cast.omar) as omar:
        await omar.subscribe(f"desk:{cast.acme.pk}")
        first = presences(omar)
        assert first == [
            {
                "t": "presence",
                "domain": str(cast.acme.pk),
                "operators": [{"id": str(cast.omar.pk), "name": "Omar"}],
            }
        ]
        async with console(cast.ona):
            await there(omar, "Omar", "Ona")


async def test_who_has_left_is_gone_with_a_heartbeat_and_who_only_turned_a_page_never_was(
    quick: None,
) -> None:
    cast = await cast_of()
    async with console(cast.omar) as omar:
        await omar.subscribe(f"desk:{cast.acme.pk}")
        async with console(cast.ona):
            await there(omar, "Omar", "Ona")
        async with console(cast.ona):
            for _ in range(6):
                await omar.of("hb")
            assert len(presences(omar)) == 2
        await there(omar, "Omar")


async def test_who_says_nothing_more_is_gone_without_a_word(quick: None) -> None:
    cast = await cast_of()
    async with console(cast.omar) as omar:
        await omar.subscribe(f"desk:{cast.acme.pk}")
        # As a process leaves it that was killed.
        await act(consoles.arrive, Presence().pk, cast.ona)
        await there(omar, "Omar", "Ona")
        await there(omar, "Omar")


async def test_a_visitor_is_told_whether_somebody_is_there(quick: None) -> None:
    cast = await cast_of()
    async with tab() as visitor, tab("https://bolt.example") as elsewhere:
        await visitor.auth(cast.acme)
        assert not await told(visitor)
        await elsewhere.auth(cast.bolt)
        async with console(cast.omar), console(cast.ona):
            assert await told(visitor)
            for _ in range(8):
                await visitor.of("hb")
        assert not await told(visitor)
        await elsewhere.of("hb")
    assert [frame["online"] for frame in presences(visitor)] == [False, True, False]
    assert [frame["online"] for frame in presences(elsewhere)] == [False]


async def test_an_arrival_is_told_at_once() -> None:
    cast = await cast_of()
    async with tab() as visitor:
        await visiting(visitor, cast)
        async with console(cast.omar):
            assert (await visitor.of("presence", 2))["online"]
    async with tab() as late:
        await visiting(late, cast)
    assert [frame["online"] for frame in presences(late)] == [True]


async def test_an_arrival_that_the_layer_lost_is_told_by_a_heartbeat(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = await cast_of()
    async with tab() as visitor:
        await visiting(visitor, cast)

        async def deaf(pairs: Any) -> bool:
            return False

        with monkeypatch.context() as lost:
            lost.setattr("domains.publishing.apublish", deaf)
            async with console(cast.omar):
                assert await told(visitor)


async def test_viewers_programs_that_only_read_and_strangers_are_nobody() -> None:
    cast = await cast_of()
    reads = await ticket_of(cast.omar, "read")
    async with tab() as visitor, console(cast.vic) as viewer:
        await visiting(visitor, cast)
        await viewer.subscribe(f"desk:{cast.acme.pk}")
        assert presences(viewer)[-1]["operators"] == []
        async with console(cast.omar, reads) as program, console(cast.mallory) as mallory:
            await program.subscribe(f"desk:{cast.acme.pk}")
            await mallory.subscribe(f"desk:{cast.bolt.pk}")
            assert presences(program)[-1]["operators"] == []
            assert [one["name"] for one in presences(mallory)[-1]["operators"]] == ["Mallory"]
            assert await visitor.silence()
        async with console(cast.ona, await ticket_of(cast.ona, "talk")):
            await there(viewer, "Ona")


async def test_who_may_write_no_longer_is_not_there(quick: None) -> None:
    cast = await cast_of()
    async with console(cast.omar) as omar:
        await omar.subscribe(f"desk:{cast.acme.pk}")
        async with console(cast.ona):
            await there(omar, "Omar", "Ona")
            await act(Membership.objects.filter(user=cast.ona).update, role="viewer")
            await there(omar, "Omar")


async def test_rows_of_consoles_that_were_lost_do_not_pile_up(quick: None) -> None:
    cast = await cast_of()
    for _ in range(3):
        await act(consoles.arrive, Presence().pk, cast.ona)

    async def only_omar() -> bool:
        async with console(cast.omar):
            return bool(await act(lambda: Presence.objects.filter(user=cast.ona).count() == 0))

    await auntil(only_omar)
