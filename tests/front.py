"""One address before several web processes, as a load balancer gives it; it can also break the line.

Connections go to the web processes in turn. `cut()` closes them all without a word, `stall()` keeps them open
and passes nothing on: the two ways in which a line dies.
"""

import asyncio
import itertools
import threading
from contextlib import suppress

CHUNK = 65_536


class Front:
    """A TCP relay on a loop of its own, in a thread of its own."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.port = 0
        self._turn = itertools.count()
        self._lines: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="front", daemon=True)

    def start(self) -> None:
        """Listen on a free port, kept in `port`."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def cut(self) -> None:
        """Close every connection at once, as a dying cable does. New ones are welcome."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    def stall(self) -> None:
        """Pass nothing on until `flow()`."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def flow(self) -> None:
        """Pass everything on again."""
        self._loop.call_soon_threadsafe(self._flowing.set)

    def stop(self) -> None:
        """Close everything and end the thread."""
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        for pair in list(self._lines):
            for writer in pair:
                writer.transport.abort()

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._cut()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join this client to the next web process that answers."""
        for _ in self.ports:
            port = self.ports[next(self._turn) % len(self.ports)]
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:
                continue
        else:
            writer.transport.abort()
            return
        pair = (writer, far_writer)
        self._lines.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far_writer))
                both.create_task(self._pump(far_reader, writer))
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(pair)
            for end in pair:
                end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            await self._flowing.wait()
            writer.write(data)
            await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.write_eof()
