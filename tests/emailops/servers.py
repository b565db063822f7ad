"""Real SMTP servers with faults, for tests."""

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, ClassVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Sink:
    """What a server took, and how it answers: each hook may return a reply to refuse with."""

    on_rcpt: Callable[[str], str | None] = lambda address: None
    on_mail: Callable[[str], str | None] = lambda address: None
    on_data: Callable[[EmailMessage], str | None] = lambda mail: None
    # Called after a mail is taken and before the answer leaves.
    after_accept: Callable[[Any], None] = lambda server: None
    # How long the answer to a mail takes that was taken already.
    delay_s: float = 0.0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"
    port: int = 0
    server: Any = None
    # Whether it offers PIPELINING (RFC 2920).
    pipelining: ClassVar[bool] = False

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        if self.pipelining:
            responses.insert(-1, "250-PIPELINING")
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_mail(address)
        if refusal:
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_rcpt(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        refusal = self.on_data(mail)
        if refusal:
            return refusal
        self.raw.append(content)
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        self.mails.append(mail)
        self.after_accept(server)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        return f"250 2.0.0 taken as {len(self.mails)}"

    @property
    def message_ids(self) -> list[str]:
        """Of all mails taken, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def _port(controller: Controller) -> int:
    """The one that the kernel chose."""
    assert isinstance(controller.server, asyncio.Server)
    port: int = controller.server.sockets[0].getsockname()[1]
    return port


class _Controller(Controller):
    """The kernel chooses the port, which the usual look whether the server answers must know."""

    def _trigger_server(self) -> None:
        self.port = _port(self)
        super()._trigger_server()


@contextlib.contextmanager
def smtp(sink: Sink | None = None, **options: Any) -> Iterator[Sink]:
    """A running server on a port of the kernel's choice; `tls`, `starttls` take an SSL context,
    `password` wants log-in.
    """
    sink = sink or Sink()
    context, tls = options.pop("starttls", None), options.pop("tls", None)
    password = options.pop("password", None)
    if password is not None:

        def authenticate(
            server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
        ) -> AuthResult:
            sink.logins.append(mechanism)
            return AuthResult(success=data.password == password.encode(), handled=False)

        options.update(
            authenticator=authenticate, auth_required=True, auth_require_tls=options.pop("auth_tls", False)
        )
    if context is not None:
        options["tls_context"] = context
    controller = _Controller(sink, hostname="127.0.0.1", port=0, ssl_context=tls, **options)
    controller.start()
    sink.server = controller
    sink.port = _port(controller)
    try:
        yield sink
    finally:
        controller.stop(no_assert=True)


def certificate(folder: Path, names: list[str], days: int = 1) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for these names, good for so many days: its file, and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    alternatives: list[x509.GeneralName] = []
    for one in names:
        try:
            alternatives.append(x509.IPAddress(ipaddress.ip_address(one)))
        except ValueError:
            alternatives.append(x509.DNSName(one))
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=3))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{names[0]}.pem"
    file.write_bytes(
        cert.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return file, context
