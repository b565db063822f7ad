"""A mail server that takes everything and remembers only when: `python -m bench.sink [milliseconds]`.

It prints its port. For every line it reads, it prints how many mails it has taken since the last one, when the
first and the last of them were taken, and over how many connections. The milliseconds are what every answer waits,
as a server far away would make it wait.
"""

import asyncio
import json
import sys
import time


class Sink:
    """What was taken."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.times: list[float] = []
        self.size = self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            await self._answer(writer, b"220 sink ESMTP")
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    await self._answer(writer, b"354 go on")
                    data = await reader.readuntil(b"\r\n.\r\n")
                    self.times.append(time.monotonic())
                    self.size += len(data)
                    await self._answer(writer, b"250 2.0.0 taken")
                elif word == b"EHLO":
                    await self._answer(writer, b"250-sink\r\n250 8BITMIME")
                elif word == b"QUIT":
                    await self._answer(writer, b"221 bye")
                    break
                else:
                    await self._answer(writer, b"250 2.0.0 ok")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, text: bytes) -> None:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        writer.write(text + b"\r\n")
        await writer.drain()

    def told(self) -> str:
        """What was taken since the last time."""
        first, last = (self.times[0], self.times[-1]) if self.times else (0.0, 0.0)
        told = {"count": len(self.times), "first": first, "last": last}
        told |= {"size": self.size // max(len(self.times), 1), "connections": self.connections}
        self.reset()
        return json.dumps(told)


async def main(delay_s: float) -> None:
    """Serve until nobody asks any more."""
    sink = Sink(delay_s)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(sink.told() if line.strip() == "reset" else len(sink.times), flush=True)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0))
