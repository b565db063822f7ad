"""A WebSocket client with as little work for a frame as can be, so that the server is what is measured."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import Any

_UPGRADED = b"101 Switching Protocols"


class Socket(asyncio.Protocol):
    """Text frames out; each frame in goes to `on_frame` as bytes."""

    def __init__(
        self, path: str, headers: dict[str, str], on_frame: Callable[["Socket", bytes], None]
    ) -> None:
        self.on_frame = on_frame
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.tag: object = None
        self._request = self._handshake(path, headers)
        self._data = bytearray()
        self._upgraded = False

    @staticmethod
    def _handshake(path: str, headers: dict[str, str]) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
        ]
        lines += ["Sec-WebSocket-Version: 13", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("closed before the handshake was over"))

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._upgraded:
            head, found, rest = bytes(self._data).partition(b"\r\n\r\n")
            if not found:
                return
            if _UPGRADED not in head.split(b"\r\n")[0]:
                self.opened.set_exception(ConnectionError(head.decode("latin-1")[:200]))
                self.transport.abort()
                return
            self._upgraded = True
            self._data = bytearray(rest)
            self.opened.set_result(None)
        self._read()

    def _read(self) -> None:
        data, at = self._data, 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                if len(data) < at + 4:
                    break
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                if len(data) < at + 10:
                    break
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if len(data) < start + size:
                break
            payload, kind = bytes(data[start : start + size]), data[at] & 0x0F
            at = start + size
            if kind == 1:
                self.on_frame(self, payload)
            elif kind == 9:
                self._write(0x8A, payload)
            elif kind == 8:
                self.closed = True
                self.transport.close()
        del data[:at]

    def send(self, text: str) -> None:
        """One text frame."""
        self._write(0x81, text.encode())

    def _write(self, first: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes((first, 0x80 | size)) if size < 126 else struct.pack("!BBH", first, 0x80 | 126, size)
        # A mask of zeros leaves the payload as it is.
        self.transport.write(head + b"\0\0\0\0" + payload)


async def connect(
    port: int, path: str, on_frame: Callable[[Socket, bytes], None], *, origin: str, subprotocol: str = ""
) -> Socket:
    """Open a socket on loopback and wait for the end of the handshake."""
    headers = {"Host": f"127.0.0.1:{port}", "Origin": origin}
    if subprotocol:
        headers["Sec-WebSocket-Protocol"] = subprotocol
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: Socket(path, headers, on_frame), "127.0.0.1", port)
    await asyncio.wait_for(socket.opened, 30)
    return socket
