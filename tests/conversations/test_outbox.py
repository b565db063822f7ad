"""What waits to be sent to one socket."""

import asyncio
from typing import Any

import pytest

from conversations import outbox
from conversations.live.consumer import ConsoleConsumer
from conversations.outbox import Outbox
from widget.consumer import WidgetConsumer


async def test_frames_leave_in_the_order_in_which_they_came() -> None:
    box = Outbox()
    waiting = asyncio.ensure_future(box.get())
    await asyncio.sleep(0)
    assert box.put("a")
    assert box.put("b")
    assert [await waiting, await box.get()] == ["a", "b"]
    assert box.put("c")
    assert list(box.rest()) == ["c"]


def test_a_reader_is_too_far_behind_after_so_many_frames_or_characters() -> None:
    frames, characters = Outbox(), Outbox()
    assert all(frames.put("x") for _ in range(outbox.FRAMES))
    assert not frames.put("x")
    assert characters.put("x" * outbox.CHARACTERS * 2), "one alone may be as long as it likes"
    assert not characters.put("x")
    assert list(characters.rest())
    assert characters.put("x")


async def test_a_long_list_waits_for_room_and_leaves_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Outbox()
    for _ in range(outbox.FRAMES // 2):
        assert await box.room()
        assert box.put("x")
    late = asyncio.ensure_future(box.room())
    await asyncio.sleep(0)
    assert not late.done()
    await box.get()
    assert await late
    assert box.put("late")
    monkeypatch.setattr(outbox, "PATIENCE_S", 0.0)
    assert not await box.room(), "nobody reads"


async def test_a_socket_that_can_send_nothing_any_more_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []

    async def broken(message: dict[str, Any]) -> None:
        raise ValueError("this cannot be encoded")

    async def close(code: int) -> None:
        closed.append(code)

    socket = WidgetConsumer()
    monkeypatch.setattr(socket, "send", broken)
    monkeypatch.setattr(socket, "close", close)
    await socket.send_text("x")
    await socket._drain()
    assert closed == [1013]


def test_visitors_who_have_yet_to_say_who_they_are_take_no_operators_place() -> None:
    assert WidgetConsumer.waiting is not ConsoleConsumer.waiting
