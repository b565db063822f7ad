"""The way to a mail server that may be given mail.

The order is fixed and never eased: resolve and check, connect, banner, TLS with a verified certificate, log-in.
A server that offers no TLS gets neither password nor mail.
"""

import base64
import ssl
from collections.abc import Callable
from functools import partial

from domains import guard
from emailops.line import Line, Target
from emailops.wire import Fault, Reply, Wire

CONNECT_TIMEOUT_S = 10.0

Step = Callable[[str, str], None]


def open_line(target: Target, on_step: Step) -> Line:
    """Connect, secure, log in; raises Fault. `on_step` hears of each stage that went well."""
    line = Line(_connected(target), target)
    try:
        on_step("connect", f"{target.host}:{target.port}")
        if target.security == "tls":
            on_step("tls", _secure(line.wire))
        banner = line.reply("banner", line.wire.getreply)
        if banner.code != 220:
            raise Fault("banner", banner.text, banner.code)
        _greet(line)
        if target.security == "starttls":
            _start_tls(line, on_step)
        if target.username:
            on_step("auth", _log_in(line).text)
    except BaseException:
        line.wire.close()
        raise
    return line


def _connected(target: Target) -> Wire:
    try:
        addresses = (guard.check if target.guarded else guard.look_up)(target.host, target.port)
    except guard.Refused as refusal:
        raise Fault("guard", str(refusal)) from refusal
    except guard.Unresolved as error:
        raise Fault("resolve", str(error)) from error
    try:
        return Wire(guard.connect(addresses, CONNECT_TIMEOUT_S), addresses[0].host)
    except TimeoutError as error:
        raise Fault("connect", f"{target.host}:{target.port} did not answer in time.") from error
    except ConnectionRefusedError as error:
        raise Fault("connect", f"{target.host}:{target.port} refused the connection.") from error
    except OSError as error:
        raise Fault("connect", f"{target.host}:{target.port} could not be reached.") from error


def _greet(line: Line) -> None:
    greeting = line.reply("banner", lambda: line.wire.ehlo())
    if not 200 <= greeting.code < 300:
        greeting = line.reply("banner", lambda: line.wire.helo())
    if not 200 <= greeting.code < 300:
        raise Fault("banner", greeting.text, greeting.code)


def _start_tls(line: Line, on_step: Step) -> None:
    if not line.wire.has_extn("starttls"):
        raise Fault("tls", "The server offers no TLS (STARTTLS). Neither the password nor any mail was sent.")
    answer = line.reply("tls", lambda: line.wire.docmd("STARTTLS"))
    if answer.code != 220:
        raise Fault("tls", answer.text, answer.code)
    on_step("tls", _secure(line.wire))
    _greet(line)


def _secure(wire: Wire) -> str:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        return wire.secure(context)
    except ssl.SSLCertVerificationError as error:
        raise Fault("tls", f"The server's certificate is not valid: {error.verify_message}.") from error
    except ssl.SSLError as error:
        raise Fault(
            "tls", "The connection could not be secured: the server does not speak TLS here."
        ) from error
    except TimeoutError as error:
        raise Fault("tls", "The server did not answer while the connection was being secured.") from error
    except OSError as error:
        raise Fault("tls", "The server broke off while the connection was being secured.") from error


def _log_in(line: Line) -> Reply:
    """AUTH PLAIN or LOGIN. Passwords may hold any sign, so not by smtplib, which knows ASCII only."""
    target, wire = line.target, line.wire
    offered = wire.esmtp_features.get("auth", "").upper().split()
    user, password = target.username.encode(), target.password.encode()
    if "PLAIN" in offered:
        token = base64.b64encode(b"\0" + user + b"\0" + password).decode()
        answer = line.reply("auth", lambda: wire.docmd("AUTH", f"PLAIN {token}"))
    elif "LOGIN" in offered:
        answer = line.reply("auth", lambda: wire.docmd("AUTH", "LOGIN"))
        for secret in (user, password):
            if answer.code == 334:
                answer = line.reply("auth", partial(wire.docmd, base64.b64encode(secret).decode()))
    else:
        raise Fault("auth", "The server offers no log-in with user name and password.", 504)
    if answer.code not in (235, 503):
        raise Fault("auth", answer.text, answer.code)
    return answer
