"""How a mail gets into the queue, and what cannot."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.names import is_unsafe
from emailops import messages, servers
from emailops.addresses import BadAddress, UnsafeHeader, clean_address, one_line
from emailops.models import EmailContent, EmailJob, EmailKind
from emailops.queueing import Letter, queue_email
from tests.cast import Cast, make_cast
from tests.emailops.conftest import LETTER, queued

INJECTIONS = [
    "Hi\r\nBcc: all@evil.example",
    "Hi\nBcc: all@evil.example",
    "Hi\rBcc: all@evil.example",
    "Hi\x00there",
    "Hi\u2028Bcc: all@evil.example",
    "Hi\u2029there",
    "Hi\u0085there",
    "Hi\x0bthere",
    "Hi\x0cthere",
    "Hi\r\n Bcc: folded@evil.example",
    "Hi\r\n\r\n<script>",
    "Hi\x1b[31m",
]


def test_the_same_key_is_the_same_row(cast: Cast) -> None:
    jobs = [queued(cast.acme, idempotency_key="new_conversation:1:a") for _ in range(10)]
    assert len({job.id for job in jobs}) == 1
    assert EmailJob.objects.count() == EmailContent.objects.count() == 1


def test_a_rolled_back_transaction_leaves_no_mail(cast: Cast) -> None:
    def broken() -> None:
        with transaction.atomic():
            queued(cast.acme)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert EmailJob.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_row_is_there_all_the_same(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = make_cast()

    def away(*_: Any, **__: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr("emailops.doorbell.current_app.send_task", away)
    job = queued(cast.acme)
    assert EmailJob.objects.filter(id=job.id).exists()


@pytest.mark.parametrize("value", INJECTIONS)
def test_header_injection_is_refused_when_queued_and_again_when_built(cast: Cast, value: str) -> None:
    with pytest.raises(UnsafeHeader):
        queued(cast.acme, letter=Letter(value, "t", "h"))
    with pytest.raises(UnsafeHeader):
        queued(cast.acme, recipient_name=value)
    with pytest.raises(BadAddress):
        queued(cast.acme, f"a@acme.example{value}")
    with pytest.raises(BadAddress):
        queued(cast.acme, f"{value}@acme.example")
    assert EmailJob.objects.count() == 0
    job = queued(cast.acme)
    job.content.subject = value
    with pytest.raises(UnsafeHeader):
        messages.build(job, servers.built_in())
    job = queued(cast.acme, "two@acme.example")
    job.recipient_name = value
    with pytest.raises(UnsafeHeader):
        messages.build(job, servers.built_in())
    job.recipient_name, job.recipient = "", f"a@acme.example{value}"
    with pytest.raises(ValueError):
        messages.build(job, servers.built_in())


@pytest.mark.parametrize(
    "value",
    ["", "a", "a@", "@b", "a b@c.de", "a@b c", "A <a@b.de>", "a@b.de, c@d.de", "a@b.de;c@d.de", "a@b>RCPT", '"a"@b.de',
     "a@[127.0.0.1]", "ä@b.de", "a@b..de", "x" * 70 + "@b.de", "a" * 300, "a@-b.de"],
)  # fmt: skip
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(BadAddress):
        clean_address(value)


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("Sales@ACME.example ", "Sales@acme.example"),
        ("a+b@acme.test", "a+b@acme.test"),
        ("root@localhost", "root@localhost"),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("info@faß.de", "info@xn--fa-hia.de"),  # not fass.de, which is somebody else's
        ("info@βόλος.com", "info@xn--nxasmm1c.com"),
        ("o'neil@host.local", "o'neil@host.local"),
    ],
)
def test_an_address_has_one_form(value: str, clean: str) -> None:
    assert clean_address(value) == clean


def test_a_letter_needs_both_bodies(cast: Cast) -> None:
    for letter in (Letter("s", "", "h"), Letter("s", "t", " ")):
        with pytest.raises(ValueError, match="text and an HTML"):
            queued(cast.acme, letter=letter)


@pytest.mark.django_db
def test_the_same_job_gives_the_same_bytes(cast: Cast) -> None:
    job = queued(cast.acme, letter=Letter("Grüße — “hi”", "Ünï\n.dot\nline " + "x" * 1200, "<p>Ünï</p>"))
    assert messages.build(job, servers.built_in()) == messages.build(job, servers.built_in())
    assert len(set(messages.build(job, servers.built_in()).splitlines())) > 10


@pytest.mark.django_db
@hypothesis_settings(max_examples=80, deadline=None)
@given(
    subject=st.text(max_size=250),
    name=st.text(max_size=100),
    text=st.text(min_size=1, max_size=2000),
)
def test_whatever_is_written_arrives_as_it_was_written(subject: str, name: str, text: str) -> None:
    subject, name = one_line(subject, 250), one_line(name, 100)
    if not text.strip() or is_unsafe(subject) or is_unsafe(name) or "\ud800" <= max(text) <= "\udfff":
        return
    text = "".join(sign for sign in text if sign.isprintable() or sign == "\n") or "x"
    if not text.strip():
        return
    job = queue_email(
        None,
        kind=EmailKind.MANUAL,
        recipient="a@b.example",
        recipient_name=name,
        letter=Letter(subject or "s", text, f"<p>{text}</p>"),
    )
    raw = messages.build(job, servers.built_in())
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail: Any = message_from_bytes(raw, policy=default)
    assert mail["Subject"].split() == (subject or "s").split()
    assert mail["To"].addresses[0].addr_spec == "a@b.example"
    arrived = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert arrived.rstrip("\n") == text.rstrip("\n")
    assert sorted(set(mail.keys())) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "X-Privas-Job",
            "MIME-Version",
            "Content-Type",
        ]
    )


def test_the_letter_is_as_it_was_when_queued(cast: Cast) -> None:
    job = queued(cast.acme, letter=LETTER)
    assert (job.content.subject, job.content.text, job.content.html) == (
        LETTER.subject,
        LETTER.text,
        LETTER.html,
    )


def test_a_domain_takes_its_mail_and_its_words_with_it(cast: Cast) -> None:
    queued(cast.acme)
    kept = queued(cast.bolt)
    cast.acme.delete()
    assert list(EmailJob.objects.all()) == [kept]
    assert list(EmailContent.objects.all()) == [kept.content]
