"""A mail server that takes everything and remembers only when: `python -m bench.sink [milliseconds]`.

It prints its port. For every line it reads, it prints how many mails it has taken since the last one, when the
first and the last of them were taken, and over how many connections. The milliseconds are what every answer waits,
as a server far away would make it wait; it offers PIPELINING, as most do.
"""

import asyncio
import json
import sys
import time
from typing import Any


class Sink:
    """What was taken."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.times: list[float] = []
        self.size = self.connections = 0

    def told(self) -> str:
        """What was taken since the last time."""
        first, last = (self.times[0], self.times[-1]) if self.times else (0.0, 0.0)
        told = {"count": len(self.times), "first": first, "last": last}
        told |= {"size": self.size // max(len(self.times), 1), "connections": self.connections}
        self.reset()
        return json.dumps(told)


class Connection(asyncio.Protocol):
    """One connection. Commands that come together are answered together, as PIPELINING (RFC 2920) allows."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.read = b""
        self.in_mail = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.sink.connections += 1
        self._answer(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.read += data
        answers = b""
        while (end := self.read.find(b"\r\n.\r\n" if self.in_mail else b"\r\n")) >= 0:
            if self.in_mail:
                self.read = self.read[end + 5 :]
                self.in_mail = False
                self.sink.times.append(time.monotonic())
                self.sink.size += end + 5
                answers += b"250 2.0.0 taken\r\n"
                continue
            line, self.read = self.read[:end].upper(), self.read[end + 2 :]
            answers += self._reply(line[:4])
        if answers:
            self._answer(answers)

    def _reply(self, word: bytes) -> bytes:
        if word == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        self.in_mail = word == b"DATA"
        return {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 2.0.0 ok\r\n")

    def _answer(self, words: bytes) -> None:
        if self.sink.delay_s:
            asyncio.get_running_loop().call_later(self.sink.delay_s, self.transport.write, words)
        else:
            self.transport.write(words)


async def main(delay_s: float) -> None:
    """Serve until nobody asks any more."""
    sink = Sink(delay_s)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(sink), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(sink.told() if line.strip() == "reset" else len(sink.times), flush=True)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0))
