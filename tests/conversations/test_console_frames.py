"""What a console may tell by its socket: who may be seen typing, and what leaving a thread forgets."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import SocketTicket, User
from conversations import outbox
from conversations.models import Conversation
from domains import publishing
from domains.models import Membership
from tests.api.caller import Caller
from tests.cast import Cast, crowd, make_cast, say, vera
from tests.conversations.console import Console, act, console

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@sync_to_async
def cast_with_talk() -> tuple[Cast, Conversation]:
    cast = make_cast()
    return cast, say(vera(cast.acme), "Hello?")


@sync_to_async
def ticket_of(user: User, *scopes: str) -> SocketTicket:
    return SocketTicket.objects.get(pk=Caller(user, scopes).post("socket-ticket/").body["ticket"])


async def types(opened: Console, talk: Conversation) -> None:
    await opened.subscribe(f"conversation:{talk.pk}")
    await opened.send(t="typing", conversation=str(talk.pk), on=True)


async def test_who_may_write_is_seen_typing() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.ona) as ona, console(cast.omar, await ticket_of(cast.omar, "talk")) as omar:
        await ona.subscribe(f"conversation:{talk.pk}")
        await types(omar, talk)
        assert (await ona.of("typing"))["who"]["name"] == "Omar"


async def test_a_viewer_and_a_program_that_may_only_read_are_not_seen_typing() -> None:
    cast, talk = await cast_with_talk()
    async with (
        console(cast.ona) as ona,
        console(cast.vic) as viewer,
        console(cast.omar, await ticket_of(cast.omar, "read")) as program,
    ):
        await ona.subscribe(f"conversation:{talk.pk}")
        for opened in (viewer, program):
            await types(opened, talk)
            assert (await opened.of("err"))["code"] == "forbidden"
        # Frames come in order: had they been passed on, they would come before Ona's own.
        await types(ona, talk)
        assert (await ona.of("typing"))["who"]["name"] == "Ona"


async def test_who_was_removed_from_the_domain_is_told_that_there_is_no_such_talk() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.omar) as omar:
        await omar.subscribe(f"conversation:{talk.pk}")
        await act(Membership.objects.filter(user=cast.omar).delete)
        await omar.send(t="typing", conversation=str(talk.pk), on=True)
        assert (await omar.of("err"))["code"] == "not_found"


async def test_a_thread_that_was_left_closes_nothing_when_its_domain_is_lost() -> None:
    cast, talk = await cast_with_talk()
    async with console(cast.omar) as omar:
        await omar.subscribe(f"conversation:{talk.pk}")
        await omar.send(t="unsubscribe", topics=[f"conversation:{talk.pk}"])
        await act(Membership.objects.filter(user=cast.omar).delete)
        await act(publishing.recheck_sockets, cast.omar.pk)
        await omar.send(t="dance")
        assert (await omar.of("err"))["code"] == "unknown_type"
        assert await omar.socket.receive_nothing(0.2)


async def test_who_left_a_thread_is_not_said_to_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.sockets.HEARTBEAT_S", 0.05)
    cast, talk = await cast_with_talk()
    async with console(cast.ona) as ona, console(cast.omar) as omar:
        await ona.subscribe(f"conversation:{talk.pk}")
        await omar.subscribe(f"conversation:{talk.pk}")
        await omar.send(t="viewing", conversation=str(talk.pk))
        assert [(await ona.of("viewers"))["who"]["name"] for _ in range(2)] == ["Omar"] * 2
        await omar.send(t="unsubscribe", topics=[f"conversation:{talk.pk}"])
        await omar.send(t="dance")
        await omar.of("err")
        # What was on its way has come with the first heartbeat.
        await ona.of("hb")
        already = len(ona.frames)
        for _ in range(4):
            await ona.of("hb")
        assert "viewers" not in [frame["t"] for frame in ona.frames[already:]]


@pytest.mark.parametrize("html", [False, True])
async def test_a_desk_with_more_fresh_cards_than_an_outbox_holds_comes_whole(html: bool) -> None:
    cast, talk = await cast_with_talk()
    many = await act(crowd, cast.acme, outbox.FRAMES + 50)
    async with console(cast.omar) as omar:
        await omar.send(t="subscribe", topics=[f"desk:{cast.acme.pk}"], after={}, html=html)
        await omar.of("subscribed", 60)
        cards = {frame["c"]: frame for frame in omar.frames if frame["t"] == "card"}
        assert set(cards) == {str(one.pk) for one in [talk, *many]}
        assert all(("html" in card) == html for card in cards.values())
