"""While the database is away, sockets stay, nobody is blamed for it, and the log is short."""

import asyncio
import json
import logging
import uuid
from typing import Any

import pytest
from django.db import OperationalError

from conversations import sockets
from conversations.live.consumer import ConsoleConsumer
from conversations.socket_frames import Allowance
from conversations.sockets import SocketConsumer
from widget.consumer import WidgetConsumer
from widget.pulse import Asked, Gathering, Pulse


async def away(*args: Any) -> Any:
    raise OperationalError("the server closed the connection")


async def test_who_tries_again_as_told_is_not_closed_for_an_outage_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    socket = WidgetConsumer()
    socket.ready = True
    tries = sockets.ERRORS * 2
    monkeypatch.setattr(socket, "_frames", Allowance(tries, 60.0))
    monkeypatch.setattr(socket, "receive_frame", away)
    for number in range(tries):
        await socket.websocket_receive({"text": json.dumps({"t": "say", "id": str(number)})})
    assert not socket.closed
    answers = [json.loads(text) for text in socket._outbox.rest()]
    assert [answer["id"] for answer in answers] == [str(number) for number in range(tries)]
    assert {(answer["code"], answer["retry_ms"]) for answer in answers} == {("unavailable", 1000)}


@pytest.mark.parametrize("kind", [WidgetConsumer, ConsoleConsumer])
async def test_a_heartbeat_without_a_database_is_one_line_and_not_a_traceback(
    kind: type[SocketConsumer], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sockets, "HEARTBEAT_S", 0.0)
    socket = kind()
    socket.ready = True
    beats = 0

    async def heartbeat() -> None:
        nonlocal beats
        beats += 1
        socket.ready = beats < 3
        if beats == 3:
            raise ZeroDivisionError("a fault of ours")
        await away()

    monkeypatch.setattr(socket, "heartbeat", heartbeat)
    await socket._beat()
    # Whoever waits for a sign of life gets one: the other end cuts what is silent.
    assert [json.loads(text)["t"] for text in socket._outbox.rest()] == ["hb", "hb"]
    told = [(record.levelno, record.exc_info is not None) for record in caplog.records]
    assert told == [(logging.WARNING, False), (logging.WARNING, False), (logging.ERROR, True)]


async def test_visitors_whose_heartbeats_ask_together_are_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gathering = Gathering()
    asked = [Asked("pk", uuid.UUID(int=number)) for number in range(3)]
    assert await asyncio.gather(*(gathering.ask(one, away) for one in asked)) == [None, None, None]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "the server closed the connection" in vars(caplog.records[0])["error"]
    assert vars(caplog.records[0])["sockets"] == 3

    async def back(together: list[Asked]) -> dict[Asked, Pulse]:
        return dict.fromkeys(together, Pulse(None, True, None))

    assert await gathering.ask(asked[0], back) == Pulse(None, True, None)
