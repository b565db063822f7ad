"""A mail server that takes everything, as fast as Python can, and remembers when."""

import asyncio
import re
import threading
import time

import uvloop

_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.I | re.M)


class Sink(threading.Thread):
    """Runs beside the benchmark in a thread of its own; `port` is the kernel's choice."""

    def __init__(self, round_trip_s: float = 0.0) -> None:
        super().__init__(daemon=True)
        self.round_trip_s = round_trip_s
        self.port = 0
        self.taken: list[float] = []
        self.ids: set[bytes] = set()
        self.connections = 0
        self._ready = threading.Event()

    def run(self) -> None:
        uvloop.run(self._serve())

    def __enter__(self) -> "Sink":
        self.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def forget(self) -> None:
        """Begin a new round."""
        self.taken, self.ids, self.connections = [], set(), 0

    @property
    def per_s(self) -> float:
        """Mails a second between the first and the last."""
        return (len(self.taken) - 1) / (self.taken[-1] - self.taken[0])

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=2**20)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1

        async def say(words: bytes) -> None:
            if self.round_trip_s:
                await asyncio.sleep(self.round_trip_s)
            writer.write(words + b"\r\n")

        await say(b"220 sink")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                await say(b"250-sink\r\n250 8BITMIME")
            elif verb == b"DATA":
                await say(b"354 go on")
                mail = await reader.readuntil(b"\r\n.\r\n")
                self.taken.append(time.perf_counter())
                found = _ID.search(mail)
                self.ids.add(found[1] if found else mail[:200])
                await say(b"250 2.0.0 taken")
            elif verb == b"QUIT":
                await say(b"221 bye")
                break
            else:
                await say(b"250 OK")
        writer.close()
