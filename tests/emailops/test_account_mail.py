"""What Django itself sends is in the log and in the queue like all other mail."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.test import Client

from emailops import delivery, servers
from emailops.models import EmailJob, EmailKind, EmailStatus
from tests.cast import Cast
from tests.emailops.servers import smtp


@pytest.fixture(autouse=True)
def _backend(settings: Any) -> None:
    settings.EMAIL_BACKEND = "emailops.backend.QueueBackend"


def test_a_forgotten_password_goes_through_the_queue(cast: Cast, settings: Any) -> None:
    answer = Client().post("/accounts/password/reset/", {"email": cast.olga.email})
    assert answer.status_code == 302
    (job,) = EmailJob.objects.all()
    assert (job.kind, job.domain, job.recipient) == (EmailKind.ACCOUNT, None, cast.olga.email)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert job.status == EmailStatus.SENT
    (mail,) = sink.mails
    text = mail.get_body(("plain",))
    assert text is not None
    assert "/accounts/password/reset/key/" in text.get_content()
    assert "X-Auto-Response-Suppress" not in mail


def test_nobody_can_have_a_stranger_written_to(cast: Cast) -> None:
    answers = [
        Client().post("/accounts/password/reset/", {"email": email})
        for email in (cast.olga.email, "stranger@nowhere.example")
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [job.recipient for job in EmailJob.objects.all()] == [cast.olga.email]


def test_each_recipient_gets_a_mail_of_their_own(cast: Cast) -> None:
    message = EmailMultiAlternatives(
        "Two\nlines", "text", "x@y.example", ["Ann <a@b.example>", "c@d.example"], bcc=["e@f.example"]
    )
    message.attach_alternative("<p>html</p>", "text/html")
    assert message.send() == 1
    assert sorted(EmailJob.objects.values_list("recipient", flat=True)) == [
        "a@b.example",
        "c@d.example",
        "e@f.example",
    ]
    job = EmailJob.objects.first()
    assert job is not None
    assert (job.content.text, job.content.html) == ("text", "<p>html</p>")


def test_a_plain_mail_gets_an_html_body_without_code(cast: Cast) -> None:
    send_mail("Hi", "1 < 2\n<script>x</script>", None, ["a@b.example"])
    job = EmailJob.objects.get()
    assert "&lt;script&gt;" in job.content.html


def test_a_bad_address_is_told_unless_silence_is_asked_for(cast: Cast) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address"):
        send_mail("Hi", "text", None, ["nobody"])
    assert send_mail("Hi", "text", None, ["nobody"], fail_silently=True) == 0
