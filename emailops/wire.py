"""The words on the wire: smtplib over a socket that is already connected, with every reply bounded."""

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass

REPLY_TIMEOUT_S = 30.0
_MOST_REPLY_BYTES = 65_536
_MOST_REPLY_LINES = 100


@dataclass(frozen=True)
class Reply:
    """What a server said. `stage` is where a mail is that it took: after its last dot, or in a file."""

    code: int
    text: str
    stage: str = "dot"


class Fault(Exception):
    """Something went wrong at a stage; `code` is None without a reply."""

    def __init__(self, stage: str, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.stage = stage
        self.code = code
        self.text = text


class Wire(smtplib.SMTP):
    """smtplib over a socket that is already connected, with replies bounded in bytes, lines and time."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        super().__init__(local_hostname=_own_name(), timeout=REPLY_TIMEOUT_S)
        self.sock = sock
        self._host = host
        self._read = b""
        self.reply_timeout = REPLY_TIMEOUT_S

    @property
    def _open(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("closed")
        return self.sock

    @property
    def buffered(self) -> bool:
        """Whether words of the server were read already that nobody asked for yet."""
        return bool(self._read)

    def getreply(self) -> tuple[int, bytes]:
        """One reply of one or more lines. Raises SMTPServerDisconnected, OSError or Fault."""
        deadline = time.monotonic() + self.reply_timeout
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._line(deadline, _MOST_REPLY_BYTES - size)
            size += len(line)
            if not re.match(rb"[2-5]\d\d[ \-\r\n]", line):
                raise Fault("banner", "The other side does not answer like a mail server.")
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
            if len(lines) >= _MOST_REPLY_LINES:
                raise Fault("banner", "The server's answer has no end.")

    def _line(self, deadline: float, most: int) -> bytes:
        while b"\n" not in self._read:
            if len(self._read) >= most:
                raise Fault("banner", "The server's answer has no end.")
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._open.settimeout(left)
            piece = self._open.recv(4096)
            if not piece:
                raise smtplib.SMTPServerDisconnected("The server closed the connection.")
            self._read += piece
        line, _, self._read = self._read.partition(b"\n")
        self._open.settimeout(REPLY_TIMEOUT_S)
        return line + b"\n"

    def secure(self, context: ssl.SSLContext) -> str:
        """Go over to TLS; the name of the protocol. Words said before it are not believed."""
        if self._read:
            raise Fault("tls", "The server spoke before the connection was secured. Nothing was sent.")
        self._open.settimeout(REPLY_TIMEOUT_S)
        secured = context.wrap_socket(self._open, server_hostname=self._host)
        self.sock = secured
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        return secured.version() or "TLS"


def _own_name() -> str:
    """What we call ourselves in EHLO: a full name if the machine has one, without asking the network."""
    name = socket.gethostname()
    return name if "." in name and re.fullmatch(r"[A-Za-z0-9.\-]+", name) else "[127.0.0.1]"
