"""What the tests of mail share."""

from typing import Any

import pytest

from domains.models import Domain
from emailops.models import EmailJob, EmailKind, MailServer
from emailops.queueing import Letter, queue_email
from tests.emailops.servers import Sink

LETTER = Letter("Hello", "A text.\n", "<p>A text.</p>\n")


def queued(domain: Domain, recipient: str = "sales@acme.example", **fields: Any) -> EmailJob:
    """One job in the queue."""
    fields = {"kind": EmailKind.NEW_CONVERSATION, "letter": LETTER, **fields}
    return queue_email(domain, recipient=recipient, **fields)


def own_server(domain: Domain, port: int, settings: Any, **fields: Any) -> MailServer:
    """A mail server of the domain on this machine, which the administrator has allowed."""
    settings.OUTBOUND_ALLOW = [*settings.OUTBOUND_ALLOW, f"127.0.0.1:{port}", f"localhost:{port}"]
    fields = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "from_address": "hello@acme.example",
        **fields,
    }
    return MailServer.objects.create(domain=domain, **fields)


@pytest.fixture(params=[False, True], ids=["one_by_one", "pipelined"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Servers that take one command at a time, and servers that take several."""
    monkeypatch.setattr(Sink, "pipelining", request.param)
    pipelined: bool = request.param
    return pipelined
