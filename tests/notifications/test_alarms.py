"""Owners are told when mail of their domain does not get through, and a thread says which of its mails did not."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from emailops.models import EmailJob, EmailKind, EmailStatus
from notifications import alarms
from tests.cast import Cast, logged_in, say, vera
from tests.emailops.conftest import queued


def _lost(cast: Cast, count: int, kind: str = EmailKind.ESCALATION) -> None:
    for n in range(count):
        job = queued(cast.acme, f"a{n}@x.example", kind=kind)
        EmailJob.objects.filter(id=job.id).update(
            status=EmailStatus.FAILED, last_error="550 5.7.1 go away <script>"
        )


def _letters() -> list[EmailJob]:
    return list(EmailJob.objects.filter(kind=EmailKind.ACCOUNT).order_by("created_at"))


def test_owners_are_told_once_a_day_that_mails_were_lost(cast: Cast) -> None:
    _lost(cast, alarms.MANY - 1)
    assert alarms.tell_owners(timezone.now()) == 0
    _lost(cast, 1)
    assert alarms.tell_owners(timezone.now()) == 1
    assert alarms.tell_owners(timezone.now()) == 0
    (letter,) = _letters()
    assert (letter.recipient, letter.domain, letter.server) == (cast.olga.email, None, None)
    assert letter.content.subject == "Mail of Acme does not get through"
    assert "5 mails of the last day" in letter.content.text
    assert "go away" in letter.content.text
    assert "<script>" not in letter.content.html
    assert f"/domains/{cast.acme.pk}/settings/email/" in letter.content.html


def test_owners_are_told_that_mail_waits_too_long(cast: Cast) -> None:
    queued(cast.acme)
    queued(cast.bolt, kind=EmailKind.BULK)
    assert alarms.tell_owners(timezone.now()) == 0
    with time_machine.travel(timezone.now() + alarms.OLD + timedelta(minutes=1)):
        assert alarms.tell_owners(timezone.now()) == 1
    (letter,) = _letters()
    assert letter.recipient == cast.olga.email
    assert "1 waits since" in letter.content.text


def test_refused_bulk_mail_alarms_nobody(cast: Cast) -> None:
    _lost(cast, 2 * alarms.MANY, EmailKind.BULK)
    assert alarms.tell_owners(timezone.now()) == 0


def test_the_thread_says_which_of_its_mails_did_not_arrive(cast: Cast) -> None:
    talk, other = say(vera(cast.acme), "Hello?"), say(vera(cast.acme), "Hi?")
    job = queued(cast.acme, "gone@x.example", about=talk.pk)
    omar = logged_in(cast.omar)
    assert b"gone@x.example" not in omar.get(f"/conversations/{talk.pk}/").content
    EmailJob.objects.filter(id=job.id).update(status=EmailStatus.FAILED, last_error="550 no <b>such</b> user")
    page = omar.get(f"/conversations/{talk.pk}/").content.decode()
    assert "New conversation mail to gone@x.example was not delivered" in page
    assert "550 no &lt;b&gt;such&lt;/b&gt; user" in page
    assert f"/emails/{job.id}/" in page
    assert b"gone@x.example" not in omar.get(f"/conversations/{other.pk}/").content
