"""A console's socket ends with what it was opened by, and with the membership that it shows."""

import pytest
from asgiref.sync import sync_to_async

from accounts import tokens
from accounts.models import ApiToken, SocketTicket
from tests.api.caller import Caller
from tests.cast import make_cast
from tests.conversations.console import act, console, line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of = sync_to_async(make_cast)


@sync_to_async
def ticket_of(caller: Caller) -> SocketTicket:
    """As a program fetches it."""
    return SocketTicket.objects.get(pk=caller.post("socket-ticket/").body["ticket"])


@sync_to_async
def newest_token() -> ApiToken:
    return ApiToken.objects.latest("created_at")


async def test_a_revoked_token_closes_the_sockets_that_it_opened_and_no_others() -> None:
    cast = await cast_of()
    program = await act(Caller, cast.omar)
    token = await newest_token()
    other = await act(Caller, cast.omar)
    async with (
        console(cast.omar, await ticket_of(program)) as revoked,
        console(cast.omar, await ticket_of(other)) as stays,
    ):
        await act(tokens.revoke, token)
        assert (await revoked.of("closed", 2))["code"] == 4401
        await stays.send(t="subscribe", topics=[f"desk:{cast.acme.pk}"])
        await stays.of("subscribed")


async def test_a_ticket_is_worth_nothing_once_its_token_is_revoked() -> None:
    cast = await cast_of()
    ticket = await ticket_of(await act(Caller, cast.omar))
    await act(tokens.revoke, await newest_token())
    async with line() as opened:
        await opened.send(t="auth", ticket=str(ticket.pk))
        assert (await opened.of("closed"))["code"] == 4401


async def test_a_heartbeat_finds_a_revocation_that_the_layer_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.sockets.HEARTBEAT_S", 0.2)
    cast = await cast_of()
    program = await act(Caller, cast.omar)
    async with console(cast.omar, await ticket_of(program)) as opened:
        await opened.of("hb")
        monkeypatch.setattr("domains.publishing.publish", lambda pairs: False)
        await act(tokens.revoke, await newest_token())
        assert (await opened.of("closed"))["code"] == 4401
