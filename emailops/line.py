"""A line to a mail server: where it leads, and its replies with the stage at which they came."""

import base64
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from emailops.wire import Fault, Reply, Wire


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


class Line:
    """An open wire to a target. Whatever breaks it closes it and becomes a Fault of its stage."""

    def __init__(self, wire: Wire, target: Target) -> None:
        self.wire = wire
        self.target = target

    def reply(self, stage: str, ask: Callable[[], tuple[int, bytes]]) -> Reply:
        """The server's answer. Raises Fault."""
        try:
            code, words = ask()
        except TimeoutError as error:
            self.wire.close()
            raise Fault(stage, "The server did not answer in time.") from error
        except (OSError, smtplib.SMTPException) as error:
            self.wire.close()
            raise Fault(stage, "The server closed the connection without an answer.") from error
        except Fault as fault:
            self.wire.close()
            raise Fault(stage, fault.text) from fault
        return Reply(code, self._scrubbed(words))

    def _scrubbed(self, words: bytes) -> str:
        """The server's words on one line, without what it may repeat of our secrets."""
        text = " ".join(words.decode("utf-8", "replace").split())
        if not text.isprintable():
            text = "".join(sign for sign in text if sign.isprintable())
        for secret in self._secrets:
            text = text.replace(secret, "•••")
        return text[:500]

    @cached_property
    def _secrets(self) -> list[str]:
        """The password in each form in which it is said, the longest first."""
        user, password = self.target.username.encode(), self.target.password.encode()
        said = [base64.b64encode(words).decode() for words in (b"\0" + user + b"\0" + password, password)]
        return [secret for secret in (*said, self.target.password) if len(secret) >= 4 and password]
