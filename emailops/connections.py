"""One connection to a mail server, or to the file store, behind one small interface.

The order is fixed and never eased: resolve and check, connect, banner, TLS with a verified certificate,
log-in, and only then mail. A server that offers no TLS gets neither password nor mail. Every reply is
bounded in bytes, lines and time. A fault says at which stage it happened and carries the server's own
words.
"""

import base64
import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from domains import guard
from emailops.file_store import FileStore
from emailops.wire import REPLY_TIMEOUT_S, Fault, Reply, Wire

CONNECT_TIMEOUT_S = 10.0
# RFC 5321 asks for ten minutes; slow content scanners end within two.
DOT_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Target:
    """Where to connect and how. `folder` is the file store; `guarded` is false for the administrator's
    own address.
    """

    host: str = ""
    port: int = 0
    security: str = "none"
    username: str = ""
    password: str = ""
    guarded: bool = True
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"Target({self.folder or f'{self.host}:{self.port}'})"


class Connection(Protocol):
    """A way for mail to leave."""

    # How many mails got an answer on it, good or bad.
    used: int

    def send(
        self, sender: str, recipient: str, data: bytes, name: str, before_dot: Callable[[], None]
    ) -> Reply:
        """Send one mail; raises Fault. `before_dot` is called when only the last byte is missing."""

    def close(self) -> None:
        """Take leave; never raises."""


Step = Callable[[str, str], None]


def open_connection(target: Target, on_step: Step = lambda stage, text: None) -> Connection:
    """Connect, secure, log in; raises Fault. `on_step` hears of each stage that went well."""
    if target.folder is not None:
        return FileStore(target.folder, on_step)
    return SmtpConnection(target, on_step)


class SmtpConnection:
    """A connection that is secured, logged in and ready for mail."""

    def __init__(self, target: Target, on_step: Step) -> None:
        self.used = 0
        self._half_way = False
        self._target = target
        self._wire = self._connected()
        try:
            on_step("connect", f"{target.host}:{target.port}")
            if target.security == "tls":
                on_step("tls", self._secure())
            banner = self._reply("banner", self._wire.getreply)
            if banner.code != 220:
                raise Fault("banner", banner.text, banner.code)
            self._greet()
            if target.security == "starttls":
                self._start_tls(on_step)
            if target.username:
                on_step("auth", self._log_in().text)
        except BaseException:
            self._wire.close()
            raise

    def _connected(self) -> Wire:
        target = self._target
        try:
            addresses = (guard.check if target.guarded else guard.look_up)(target.host, target.port)
        except guard.Refused as refusal:
            raise Fault("guard", str(refusal)) from refusal
        except guard.Unresolved as error:
            raise Fault("resolve", str(error)) from error
        try:
            return Wire(guard.connect(addresses, CONNECT_TIMEOUT_S), target.host)
        except TimeoutError as error:
            raise Fault("connect", f"{target.host}:{target.port} did not answer in time.") from error
        except ConnectionRefusedError as error:
            raise Fault("connect", f"{target.host}:{target.port} refused the connection.") from error
        except OSError as error:
            raise Fault("connect", f"{target.host}:{target.port} could not be reached.") from error

    def _greet(self) -> None:
        greeting = self._reply("banner", lambda: self._wire.ehlo())
        if not 200 <= greeting.code < 300:
            greeting = self._reply("banner", lambda: self._wire.helo())
        if not 200 <= greeting.code < 300:
            raise Fault("banner", greeting.text, greeting.code)

    def _start_tls(self, on_step: Step) -> None:
        if not self._wire.has_extn("starttls"):
            raise Fault(
                "tls", "The server offers no TLS (STARTTLS). Neither the password nor any mail was sent."
            )
        answer = self._reply("tls", lambda: self._wire.docmd("STARTTLS"))
        if answer.code != 220:
            raise Fault("tls", answer.text, answer.code)
        on_step("tls", self._secure())
        self._greet()

    def _secure(self) -> str:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            return self._wire.secure(context)
        except ssl.SSLCertVerificationError as error:
            raise Fault("tls", f"The server's certificate is not valid: {error.verify_message}.") from error
        except ssl.SSLError as error:
            raise Fault(
                "tls", "The connection could not be secured: the server does not speak TLS here."
            ) from error
        except OSError as error:
            raise Fault("tls", "The server broke off while the connection was being secured.") from error

    def _log_in(self) -> Reply:
        """AUTH PLAIN or LOGIN. Passwords may hold any sign, so not by smtplib, which knows ASCII only."""
        target = self._target
        offered = self._wire.esmtp_features.get("auth", "").upper().split()
        user, password = target.username.encode(), target.password.encode()
        if "PLAIN" in offered:
            token = base64.b64encode(b"\0" + user + b"\0" + password).decode()
            answer = self._reply("auth", lambda: self._wire.docmd("AUTH", f"PLAIN {token}"))
        elif "LOGIN" in offered:
            answer = self._reply("auth", lambda: self._wire.docmd("AUTH", "LOGIN"))
            for secret in (user, password):
                if answer.code == 334:
                    answer = self._reply("auth", partial(self._wire.docmd, base64.b64encode(secret).decode()))
        else:
            raise Fault("auth", "The server offers no log-in with user name and password.", 504)
        if answer.code not in (235, 503):
            raise Fault("auth", answer.text, answer.code)
        return answer

    def send(
        self, sender: str, recipient: str, data: bytes, name: str, before_dot: Callable[[], None]
    ) -> Reply:
        """One mail. The last byte leaves only after `before_dot`, so an error before it means: not
        delivered.
        """
        wire = self._wire
        wire.reply_timeout = REPLY_TIMEOUT_S
        if self._half_way:
            # Forget the mail before, which was refused half-way.
            self._expect("mail", 250, lambda: wire.docmd("RSET"))
        self._half_way = True
        self._expect("mail", 250, lambda: wire.docmd("MAIL", f"FROM:<{_enveloped(sender)}>"))
        self._expect("rcpt", 250, lambda: wire.docmd("RCPT", f"TO:<{_enveloped(recipient)}>"))
        self._expect("data", 354, lambda: wire.docmd("DATA"))
        try:
            wire.send(_stuffed(data))
        except (OSError, smtplib.SMTPException) as error:
            self._wire.close()
            raise Fault("body", "The server broke off in the middle of the mail.") from error
        try:
            before_dot()
        except BaseException:
            # After DATA the only way not to send is to leave.
            self._wire.close()
            raise
        wire.reply_timeout = DOT_TIMEOUT_S

        def dot() -> tuple[int, bytes]:
            wire.send(b".\r\n")
            return wire.getreply()

        answer = self._reply("dot", dot)
        wire.reply_timeout = REPLY_TIMEOUT_S
        self._half_way = False
        self.used += 1
        if answer.code != 250:
            raise Fault("dot", answer.text, answer.code)
        return answer

    def _expect(self, stage: str, code: int, ask: Callable[[], tuple[int, bytes]]) -> None:
        answer = self._reply(stage, ask)
        if answer.code != code and not (stage == "rcpt" and answer.code in (251, 252)):
            self.used += 1
            raise Fault(stage, answer.text, answer.code)

    def _reply(self, stage: str, ask: Callable[[], tuple[int, bytes]]) -> Reply:
        try:
            code, words = ask()
        except TimeoutError as error:
            self._wire.close()
            raise Fault(stage, "The server did not answer in time.") from error
        except (OSError, smtplib.SMTPException) as error:
            self._wire.close()
            raise Fault(stage, "The server closed the connection without an answer.") from error
        except Fault as fault:
            self._wire.close()
            raise Fault(stage, fault.text) from fault
        return Reply(code, self._scrubbed(words))

    def _scrubbed(self, words: bytes) -> str:
        """The server's words on one line, without what it may repeat of our secrets."""
        text = " ".join(words.decode("utf-8", "replace").split())
        text = "".join(sign for sign in text if sign.isprintable())
        for secret in (self._target.password, base64.b64encode(self._target.password.encode()).decode()):
            if len(secret) >= 4:
                text = text.replace(secret, "•••")
        return text[:500]

    def close(self) -> None:
        """QUIT, but never wait long for the answer."""
        self._wire.reply_timeout = 2.0
        try:
            if self._wire.sock is not None:
                self._wire.docmd("QUIT")
        except (OSError, smtplib.SMTPException, Fault):
            pass
        finally:
            self._wire.close()


def _enveloped(address: str) -> str:
    """An envelope address that cannot be anything but one."""
    if re.search(r"[\s<>\x00-\x1f\x7f]", address) or not address.isascii():
        raise Fault("build", "The server cannot take this address: it has signs that are not ASCII.")
    return address


def _stuffed(data: bytes) -> bytes:
    """The mail with CRLF line ends and its leading dots doubled."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def stages(target: Target) -> Sequence[str]:
    """The stages that a test passes, in order."""
    if target.folder is not None:
        return ("connect", "accepted")
    secured = ("tls",) if target.security != "none" else ()
    return ("connect", *secured, *(("auth",) if target.username else ()), "accepted")
