"""Who may open the visitor's socket: which pages, with which key and which token."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from conversations.models import Conversation, Visitor
from domains.models import Domain
from tests.cast import make_cast
from tests.widget.visitor import refused, tab
from widget import sessions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)
count = sync_to_async(lambda model: model.objects.count())


async def test_an_idle_widget_costs_no_row() -> None:
    cast = await cast_of()
    async with tab() as vera:
        ready = await vera.auth(cast.acme)
        assert (await vera.of("synced"))["head"] == 0
    assert ready["token"].startswith("vt_")
    assert ready["conversation"] is None
    assert (ready["head"], ready["handler"], ready["operator"], ready["lifecycle"]) == (0, "ai", None, "open")
    assert ready["limits"]["text"] == 4000
    assert await count(Visitor) == await count(Conversation) == 0


@pytest.mark.parametrize(
    "origin", [None, "null", "", "file://", "https://acme.example.", "https://u@acme.example"]
)
async def test_a_page_without_a_real_origin_gets_no_handshake(origin: str | None) -> None:
    assert await refused(origin)


async def test_a_page_that_no_domain_has_listed_gets_no_handshake() -> None:
    await cast_of()
    for origin in (
        "https://evil.example",
        "http://acme.example",
        "https://acme.example:444",
        "https://www.acme.example",
        "https://acme.example.evil.example",
        "http://testserver.evil.example",
        "https://testserver",
    ):
        assert await refused(origin), origin


async def test_a_page_that_is_listed_now_gets_its_handshake_at_once() -> None:
    cast = await cast_of()
    assert await refused("https://new.example")
    cast.acme.allowed_origins = ["https://new.example"]
    await sync_to_async(cast.acme.save)()
    async with tab("https://new.example") as vera:
        assert (await vera.auth(cast.acme))["t"] == "ready"
    assert await refused("https://acme.example")


async def test_a_page_that_the_domain_has_not_listed_is_turned_away_by_name() -> None:
    cast = await cast_of()
    async with tab("https://bolt.example") as stranger:
        assert await stranger.auth(cast.acme) == {"t": "closed", "code": 4403}
        assert stranger.frames[0]["code"] == "forbidden"
        assert "token" not in str(stranger.frames)
    async with tab("http://testserver") as own:
        assert (await own.auth(cast.acme))["t"] == "ready"


async def test_an_unknown_key_is_told_so() -> None:
    await cast_of()
    async with tab() as vera:
        assert await vera.auth(Domain(widget_key="pk_nobody")) == {"t": "closed", "code": 4403}
        assert vera.frames[0]["code"] == "not_found"


async def test_a_token_of_another_domain_or_a_broken_one_closes_with_4401() -> None:
    cast = await cast_of()
    visitor = uuid.uuid4()
    for token in ("vt_nonsense", sessions.token_for(cast.bolt.pk, visitor)):
        async with tab() as vera:
            assert await vera.auth(cast.acme, token) == {"t": "closed", "code": 4401}
    async with tab() as vera:
        ready = await vera.auth(cast.acme, sessions.token_for(cast.acme.pk, visitor))
    assert ready["visitor"] == str(visitor)
    assert "token" not in ready


async def test_nothing_is_done_before_the_first_frame_was_auth() -> None:
    cast = await cast_of()
    async with tab() as vera:
        for kind in ("say", "bell", "identify", "new", "end", "hb", "dance"):
            await vera.send(t=kind, id=str(uuid.uuid4()), text="x")
            assert (await vera.of("err"))["code"] == "bad_frame"
        assert (await vera.auth(cast.acme))["t"] == "ready"
        await vera.send(t="auth", key=cast.acme.widget_key)
        assert (await vera.of("err"))["code"] == "bad_frame"
    assert await count(Visitor) == 0
