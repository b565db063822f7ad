"""One connection to a mail server, or to the file store, behind one small interface.

Mails follow one another over one connection. Where the server allows it (PIPELINING, RFC 2920), the last byte of a
mail leaves together with the envelope of the next one, so that a mail costs one round trip instead of four. The
text of the next mail never leaves before the answer to this one: at most one mail is ever in doubt.
"""

import re
import select
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from emailops.file_store import FileStore
from emailops.line import Line, Target
from emailops.opening import Step, open_line
from emailops.wire import REPLY_TIMEOUT_S, Fault, Reply

# RFC 5321 asks for ten minutes; slow content scanners end within two.
DOT_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Envelope:
    """Whose mail it is, and who shall have it. Raises Fault for an address that could be more than one."""

    sender: str
    recipient: str

    def __post_init__(self) -> None:
        for address in (self.sender, self.recipient):
            if re.search(r"[\s<>\x00-\x1f\x7f]", address) or not address.isascii():
                raise Fault("build", "The server cannot take this address: it has signs that are not ASCII.")

    @property
    def steps(self) -> Sequence[tuple[str, bytes]]:
        """Its commands, with their stages."""
        return (
            ("mail", f"MAIL FROM:<{self.sender}>\r\n".encode()),
            ("rcpt", f"RCPT TO:<{self.recipient}>\r\n".encode()),
            ("data", b"DATA\r\n"),
        )

    @property
    def commands(self) -> bytes:
        """All of them as one group."""
        return b"".join(command for _, command in self.steps)


class Connection(Protocol):
    """A way for mail to leave."""

    # How many mails got an answer on it, good or bad.
    used: int

    def send(
        self,
        envelope: Envelope,
        data: bytes,
        name: str,
        before_dot: Callable[[], None],
        ahead: Envelope | None = None,
    ) -> Reply:
        """Send one mail; raises Fault. `before_dot` is called when only the last byte is missing, so an error
        before it means: not delivered. Whoever names an envelope `ahead` sends that mail next, or closes.
        """

    def hears_more(self) -> bool:
        """Whether the next answer is at hand already."""

    def close(self) -> None:
        """Take leave; never raises."""


def open_connection(target: Target, on_step: Step = lambda stage, text: None) -> Connection:
    """Connect, secure, log in; raises Fault. `on_step` hears of each stage that went well."""
    if target.folder is not None:
        return FileStore(target.folder, on_step)
    return SmtpConnection(open_line(target, on_step))


class SmtpConnection:
    """A connection that is secured, logged in and ready for mail."""

    def __init__(self, line: Line) -> None:
        self.used = 0
        self._line = line
        self._wire = line.wire
        self._pipelining = self._wire.has_extn("pipelining")
        # A mail was begun and refused: the next one begins with RSET.
        self._half_way = False
        # The envelope whose commands have left already, unanswered.
        self._begun: Envelope | None = None

    def send(
        self,
        envelope: Envelope,
        data: bytes,
        name: str,
        before_dot: Callable[[], None],
        ahead: Envelope | None = None,
    ) -> Reply:
        wire = self._wire
        wire.reply_timeout = REPLY_TIMEOUT_S
        self._begin(envelope)
        try:
            wire.send(_stuffed(data))
        except (OSError, smtplib.SMTPException) as error:
            wire.close()
            raise Fault("body", "The server broke off in the middle of the mail.") from error
        try:
            before_dot()
            dot = b".\r\n"
            if ahead is not None and self._pipelining:
                dot += ahead.commands
                self._begun = ahead
        except BaseException:
            # After DATA the only way not to send is to leave.
            wire.close()
            raise
        wire.reply_timeout = DOT_TIMEOUT_S
        answer = self._line.reply("dot", partial(self._ask, dot))
        wire.reply_timeout = REPLY_TIMEOUT_S
        self._half_way = False
        self.used += 1
        if not 200 <= answer.code < 300:
            raise Fault("dot", answer.text, answer.code)
        return answer

    def hears_more(self) -> bool:
        sock = self._wire.sock
        if self._wire.buffered:
            return True
        if sock is None or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
            return sock is not None
        return bool(select.select([sock], [], [], 0)[0])

    def _begin(self, envelope: Envelope) -> None:
        """Everything before the mail itself: the server has said that it wants it."""
        if self._begun not in (None, envelope):
            self._wire.close()
            raise Fault("mail", "Another mail was begun on this connection.")
        begun, self._begun = self._begun, None
        if begun is None and self._half_way:
            self._expect("mail", partial(self._ask, b"RSET\r\n"))
        self._half_way = True
        if begun is None and not self._pipelining:
            for stage, command in envelope.steps:
                self._expect(stage, partial(self._ask, command))
            return
        if begun is None:
            first = self._line.reply("mail", partial(self._ask, envelope.commands))
        else:
            first = self._line.reply("mail", self._wire.getreply)
        self._answered(first)

    def _answered(self, first: Reply) -> None:
        """Read the whole group's answers: each command was sent, so each is answered, unless the server leaves."""
        refused = None if _goes_on("mail", first.code) else Fault("mail", first.text, first.code)
        answer = first
        for stage in ("rcpt", "data"):
            if answer.code == 421:
                break
            answer = self._line.reply(stage, self._wire.getreply)
            if refused is None and not _goes_on(stage, answer.code):
                refused = Fault(stage, answer.text, answer.code)
        if refused is None:
            return
        self.used += 1
        if answer.code == 354:
            # It waits for a mail without a recipient: an empty one, which it refuses.
            self._line.reply("data", partial(self._ask, b".\r\n"))
        raise refused

    def _expect(self, stage: str, ask: Callable[[], tuple[int, bytes]]) -> None:
        answer = self._line.reply(stage, ask)
        if not _goes_on(stage, answer.code):
            self.used += 1
            raise Fault(stage, answer.text, answer.code)

    def _ask(self, commands: bytes) -> tuple[int, bytes]:
        self._wire.send(commands)
        return self._wire.getreply()

    def close(self) -> None:
        """QUIT, but never wait long for the answer. Where a mail was begun, QUIT would be taken for its text."""
        self._wire.reply_timeout = 2.0
        try:
            if self._wire.sock is not None and self._begun is None:
                self._wire.docmd("QUIT")
        except (OSError, smtplib.SMTPException, Fault):
            pass
        finally:
            self._wire.close()


def _goes_on(stage: str, code: int) -> bool:
    return code in {"mail": (250,), "rcpt": (250, 251, 252), "data": (354,)}[stage]


def _stuffed(data: bytes) -> bytes:
    """The mail with CRLF line ends and its leading dots doubled."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    doubled = lines.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def stages(target: Target) -> Sequence[str]:
    """The stages that a test passes, in order."""
    if target.folder is not None:
        return ("connect", "accepted")
    secured = ("tls",) if target.security != "none" else ()
    return ("connect", *secured, *(("auth",) if target.username else ()), "accepted")
