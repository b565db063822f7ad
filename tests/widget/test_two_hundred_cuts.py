"""A visitor is cut off 200 times at random frames while both sides talk: nothing is missing, nothing comes twice."""

import json
import random
import threading
import uuid
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.widget.conftest import KEY

pytestmark = [pytest.mark.redis, pytest.mark.slow]

CUTS = 200
OWN = 60


class Client:
    """What a careful client does: resumes by number, and says again, under the same id, what was not acknowledged."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.token: str | None = None
        self.c: str | None = None
        self.numbers: list[int] = []
        self.texts: list[str] = []
        self.unsent = {str(uuid.uuid4()): f"own {number}" for number in range(OWN)}

    def live(self, frames: int | None) -> None:
        """One life of the line: it ends after so many frames, or when everything is there."""
        address = self.shop.url.replace("http", "ws") + "/ws/widget/"
        with connect(address, subprotocols=["privas.v1"], origin=self.shop.url, compression=None) as line:  # type: ignore[list-item]
            auth = {"t": "auth", "key": KEY, "token": self.token, "c": self.c, "after": len(self.numbers)}
            line.send(json.dumps(auth))
            try:
                self._listen(line, frames)
            except ConnectionClosed:
                return
            if frames is not None:
                line.socket.close()  # no farewell: the cable is out

    def _listen(self, line: ClientConnection, frames: int | None) -> None:
        head = 0
        while frames is None or frames > 0:
            frame = json.loads(line.recv(timeout=20))
            frames = None if frames is None else frames - 1
            if frame["t"] == "ready":
                self.token, self.c = frame.get("token") or self.token, frame["conversation"]
                head = frame["head"]
            elif frame["t"] == "event":
                assert frame["n"] == len(self.numbers) + 1, f"{frame['n']} after {len(self.numbers)}"
                self.numbers.append(frame["n"])
                self.texts.append(frame["data"].get("text", ""))
                self.unsent.pop(frame["data"].get("client_id"), None)
            elif frame["t"] == "ack":
                self.c = frame["c"]
                self.unsent.pop(frame["id"], None)
            if frame["t"] in ("synced", "ack"):
                if self.unsent:
                    sent, text = next(iter(self.unsent.items()))
                    line.send(json.dumps({"t": "say", "id": sent, "text": text}))
                elif frames is None and len(self.numbers) >= head:
                    return


def test_two_hundred_cuts_lose_nothing_and_double_nothing(shop: Any) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    shop.stage.do(
        f"Domain.objects.filter(widget_key={KEY!r}).update(message_gap_ms=0, operator_message_gap_ms=0)"
    )
    visitor = Client(shop)
    visitor.live(frames=4)
    done = threading.Event()
    written: list[str] = []

    def team() -> None:
        while not done.is_set():
            text = f"team {len(written)}"
            shop.stage.do(f"write({text!r})")
            written.append(text)
            done.wait(0.02)

    talking = threading.Thread(target=team)
    talking.start()
    try:
        for _ in range(CUTS):
            visitor.live(frames=chance.randint(1, 9))
    finally:
        done.set()
        talking.join()
        shop.stage.do(f"Domain.objects.filter(widget_key={KEY!r}).update(message_gap_ms=1500)")
    while visitor.unsent:
        visitor.live(frames=None)
    visitor.live(frames=None)
    head = shop.stage.ask("talk().visitor_head")
    assert visitor.numbers == list(range(1, head + 1)), f"seed {seed}"
    assert [text for text in visitor.texts if text.startswith("team")] == written
    own = [text for text in visitor.texts if text.startswith("own")]
    assert sorted(own) == sorted(f"own {number}" for number in range(OWN))
