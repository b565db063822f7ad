"""Whatever comes in over a real line, the answer is clear and the socket lives on; what is said later is stored."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.stack import Stack
from tests.support import scene
from tests.support.operator import Operator
from tests.support.scene import ORIGIN, Scene
from tests.support.visitor import dial
from tests.waiting import auntil

pytestmark = [pytest.mark.redis, pytest.mark.slow]

Place = tuple[Stack, Scene]
MANY = json.dumps({"t": "say", "id": str(uuid.uuid4()), "text": "x" * 40_000})
DEEP = '{"t":"say","text":' + '{"a":' * 50 + "1" + "}" * 50 + "}"
BAD: dict[str, tuple[str | bytes, str]] = {
    "broken": ('{"t":"say",', "bad_json"),
    "no object": ("[1, 2]", "bad_frame"),
    "not text": (b"\x00\x01\x02", "bad_frame"),
    "huge": (MANY, "too_long"),
    "deep": (DEEP, "bad_frame"),
    "bottomless": ("[" * 20_000, "bad_json"),
    "of no kind": ('{"t":"dance"}', "unknown_type"),
    "without a kind": ('{"id":"1"}', "bad_frame"),
    "empty words": (json.dumps({"t": "say", "id": str(uuid.uuid4()), "text": "  "}), "bad_frame"),
    "4,001 characters": (json.dumps({"t": "say", "id": str(uuid.uuid4()), "text": "x" * 4_001}), "too_long"),
    "words that are a number": (json.dumps({"t": "say", "id": str(uuid.uuid4()), "text": 7}), "bad_frame"),
    "an id that is none": (json.dumps({"t": "say", "id": "7", "text": "Hello"}), "bad_frame"),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """One web process and the cast."""
    stack = Stack("sqlite", web=1, workers=0)
    try:
        stack.start()
        yield stack, scene.lay(stack)
    finally:
        stack.stop()


@asynccontextmanager
async def visiting(place: Place, **auth: Any) -> AsyncIterator[ClientConnection]:
    """A visitor's socket; it has said who it is."""
    stack, laid = place
    socket = await dial(stack.urls[0])
    try:
        await socket.send(json.dumps({"t": "auth", "key": laid.key, "token": None, "after": 0, **auth}))
        yield socket
    finally:
        await socket.close()


async def until_kind(socket: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next frame of one of these kinds."""
    while True:
        frame: dict[str, Any] = json.loads(await socket.recv())
        if frame["t"] in kinds:
            return frame


async def close_code(socket: ClientConnection) -> int | None:
    """The code with which the other side closes."""
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()
    return socket.close_code


async def say(socket: ClientConnection, text: str) -> dict[str, Any]:
    """Say it; what came back for it."""
    sent = str(uuid.uuid4())
    # As browsers do it: nothing escaped that need not be.
    await socket.send(json.dumps({"t": "say", "id": sent, "text": text}, ensure_ascii=False))
    answer = await until_kind(socket, "ack", "err")
    assert answer["id"] == sent
    return answer


@pytest.mark.parametrize("frame", BAD, ids=lambda name: name.replace(" ", "_"))
async def test_a_bad_frame_is_named_and_the_next_good_one_is_taken(place: Place, frame: str) -> None:
    sent, code = BAD[frame]
    async with visiting(place) as socket:
        await until_kind(socket, "synced")
        assert (await say(socket, "Before"))["t"] == "ack"
        await socket.send(sent)
        assert (await until_kind(socket, "err"))["code"] == code
        answer = await say(socket, "After")
        assert (answer["t"], answer["n"]) == ("ack", 2)


async def test_half_an_emoji_is_taken_as_a_question_mark(place: Place) -> None:
    async with visiting(place) as socket:
        await until_kind(socket, "synced")
        await socket.send('{"t":"dance","id":"\\ud83d"}')
        refused = await until_kind(socket, "err")
        assert (refused["id"], refused["code"]) == ("?", "unknown_type")
        sent = str(uuid.uuid4())
        await socket.send(json.dumps({"t": "say", "id": sent, "text": "Cut in two: \ud83d"}))
        said = await until_kind(socket, "event")
        assert said["data"]["text"] == "Cut in two: ?"


async def test_4000_characters_of_any_script_are_taken(place: Place) -> None:
    async with visiting(place) as socket:
        await until_kind(socket, "synced")
        assert (await say(socket, "😀" * 4_000))["t"] == "ack"


async def test_a_frame_above_the_transports_cap_closes_with_1009(place: Place) -> None:
    async with visiting(place) as socket:
        await until_kind(socket, "synced")
        # The other side need not hear it out.
        with suppress(ConnectionClosed):
            await socket.send("x" * 2_000_000)
        assert await close_code(socket) == 1009


async def test_who_sends_nothing_but_bad_frames_is_closed_with_a_word(place: Place) -> None:
    async with visiting(place) as socket:
        await until_kind(socket, "synced")
        for _ in range(25):
            await socket.send("{")
        assert await close_code(socket) in (4400, 4429)


async def test_an_unknown_key_and_a_stolen_token_are_told_so_and_closed(place: Place) -> None:
    async with visiting(place, key="pk_nobody") as socket:
        assert (await until_kind(socket, "err"))["code"] == "not_found"
        assert await close_code(socket) == 4403
    async with visiting(place, token="vt_made-up") as socket:
        assert (await until_kind(socket, "err"))["code"] == "forbidden"
        assert await close_code(socket) == 4401


@pytest.mark.parametrize("path", ["/ws/widget/", "/ws/console/"])
@pytest.mark.parametrize("offered", [[], ["privas.v0"]])
async def test_an_old_client_hears_that_it_is_too_old(place: Place, path: str, offered: list[str]) -> None:
    stack, _ = place
    socket = await dial(stack.urls[0], path, origin=stack.url, offered=offered)
    assert await close_code(socket) == 4426


async def test_a_page_of_another_domain_may_not_speak_for_this_one(place: Place) -> None:
    stack, laid = place
    socket = await dial(stack.urls[0], origin="https://bolt.example")
    await socket.send(json.dumps({"t": "auth", "key": laid.key, "token": None, "after": 0}))
    assert (await until_kind(socket, "err"))["code"] == "forbidden"
    assert await close_code(socket) == 4403


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", f"{ORIGIN}.evil.example", "http://acme.example", f"{ORIGIN}:8443"],
)
async def test_a_page_that_no_domain_has_listed_opens_no_socket(place: Place, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(place[0].urls[0], origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", [None, "null", ORIGIN, "https://evil.example"])
async def test_only_our_own_pages_open_the_consoles_socket(place: Place, origin: str | None) -> None:
    stack, laid = place
    with pytest.raises(InvalidStatus) as refused:
        await dial(stack.urls[0], "/ws/console/", origin=origin)
    assert refused.value.response.status_code == 403
    async with (
        Operator(stack.url, laid.people["omar"]) as omar,
        omar.console(f"desk:{laid.domain}") as console,
    ):
        assert console.close_code is None


async def test_who_does_not_say_who_they_are_gets_a_word_and_five_seconds(place: Place) -> None:
    stack, _ = place

    async def say_first(first: str | bytes) -> None:
        socket = await dial(stack.urls[0])
        await socket.send(first)
        assert (await until_kind(socket, "err"))["code"] in ("bad_frame", "bad_json")
        assert await close_code(socket) == 4408

    await asyncio.gather(
        *[say_first(first) for first in ('{"t":"say","id":"x","text":"Hello"}', "{", b"\x00")]
    )


async def test_foreign_ids_are_not_found_over_rest_and_the_console(place: Place) -> None:
    stack, laid = place
    async with Operator(stack.url, laid.people["omar"]) as omar:
        stranger = str(uuid.uuid4())
        for command in ("take-over", "hand-back", "resolve"):
            assert (await omar.command(stranger, command)).status_code == 404
        async with omar.console(f"conversation:{stranger}") as console:
            refusal = await auntil(lambda: next((f for f in console.frames if f["t"] == "err"), None))
            assert refusal["code"] == "not_found"
            assert console.close_code is None
