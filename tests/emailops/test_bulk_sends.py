"""One mail to many: who gets it, what they read, and how it is paused and stopped."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from domains.models import Domain
from emailops import acts, delivery, messages, placeholders, servers, suppressions
from emailops.bulk import recipients, sending
from emailops.bulk.progress import current, progress_of
from emailops.models import BulkSend, EmailContent, EmailJob, EmailKind, EmailStatus, SuppressionReason
from tests.cast import Cast, logged_in
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import smtp

WORDS = sending.words("News for {{first_name|you}}", "Hello {{name|there}},\n\nit's <new> & good.")


def bulk(domain: Domain, typed: str, **fields: Any) -> BulkSend:
    """A bulk send to typed addresses."""
    found = recipients.checked(domain, [], recipients.split(typed))
    return sending.queue_bulk(domain, fields.pop("words", WORDS), found, **fields)


def statuses(send: BulkSend) -> list[str]:
    """Of its mails, in the order of their recipients."""
    return list(send.jobs.order_by("recipient").values_list("status", flat=True))


def test_addresses_stand_between_commas_semicolons_blanks_and_line_breaks() -> None:
    typed = 'a@x.example, b@x.example;c@x.example\nd@x.example  e@x.example "Rossi, Eva" <f@x.example>\r\n'
    found = recipients.split(typed + "Maria Rossi <g@x.example>,h@x.example oops")
    assert [one.address for one in found] == [*(f"{letter}@x.example" for letter in "abcdefgh"), "oops"]
    assert [one.name for one in found if one.name] == ["Rossi, Eva", "Maria Rossi"]
    assert len(recipients.split("a " * 50_000)) == 50_000


def test_each_recipient_gets_one_mail_and_everything_else_is_said(cast: Cast) -> None:
    suppressions.suppress(cast.acme, "gone@x.example", SuppressionReason.UNSUBSCRIBED)
    suppressions.suppress(cast.bolt, "a@x.example", SuppressionReason.UNSUBSCRIBED)
    old = queued(cast.acme, "old@x.example", recipient_name="Ole Old")
    typed = "a@x.example, A@X.example, not-an-address, GONE@x.example, old@x.example"
    found = recipients.checked(cast.acme, [old], recipients.split(typed))
    assert [(one.address, one.name) for one in found.wanted] == [
        ("old@x.example", "Ole Old"),
        ("a@x.example", ""),
    ]
    assert [one.address for one in found.suppressed] == ["GONE@x.example"]
    assert found.invalid == ["not-an-address"]
    assert found.doubled == ["A@x.example", "old@x.example"]


def test_the_body_is_stored_once_and_each_reads_their_own(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        maria, bob = (
            recipients.Recipient("m@x.example", "Maria <b>Rossi"),
            recipients.Recipient("bob@x.example"),
        )
        send = sending.queue_bulk(cast.acme, WORDS, recipients.checked(cast.acme, [], [maria, bob]))
        delivery.drain(servers.built_in())
    assert EmailContent.objects.count() == 1
    by_recipient = {mail["To"].addresses[0].addr_spec: mail for mail in sink.mails}
    for_maria, for_bob = by_recipient["m@x.example"], by_recipient["bob@x.example"]
    assert (for_maria["Subject"], for_bob["Subject"]) == ("News for Maria", "News for you")
    text, html = (part.get_content() for part in for_maria.iter_parts())
    assert "Hello Maria <b>Rossi,\n\nit's <new> & good." in text.replace("\r\n", "\n")
    assert "Hello Maria &lt;b&gt;Rossi,</p>" in html
    assert "it&#x27;s &lt;new&gt; &amp; good." in html
    assert "Hello there," in next(for_bob.iter_parts()).get_content()
    assert "{{" not in text + html
    link = for_maria["List-Unsubscribe"].strip("<>")
    assert link != for_bob["List-Unsubscribe"].strip("<>")
    assert link in text
    assert f'href="{link}"' in html
    assert for_maria["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [len(to) for _, to in sink.envelopes] == [1, 1]
    (progress,) = progress_of([send])
    assert (progress.state, progress.total, progress.sent, progress.queued) == ("done", 2, 2, 0)


def test_the_same_send_asked_for_twice_is_one(cast: Cast) -> None:
    send_id = uuid4()
    first, second = (bulk(cast.acme, "a@x.example, b@x.example", send_id=send_id) for _ in range(2))
    assert first.id == second.id
    assert EmailJob.objects.filter(kind=EmailKind.BULK).count() == 2


@pytest.mark.parametrize(
    ("subject", "body", "field"),
    [
        ("", "x", "subject"),
        ("x" * 161, "x", "subject"),
        ("Hi\r\nBcc: all@x.example", "x", "subject"),
        ("Hi {{nmae}}", "x", "subject"),
        ("Hi", "  ", "body"),
        ("Hi", "x" * 20_001, "body"),
        ("Hi", "{{ user.password }}", "body"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_with_the_field(subject: str, body: str, field: str) -> None:
    with pytest.raises(sending.Unsendable) as refusal:
        sending.words(subject, body)
    assert refusal.value.field == field


def test_nothing_is_queued_where_the_limit_of_the_day_does_not_reach(cast: Cast, settings: Any) -> None:
    settings.EMAIL_DAILY_LIMIT = 3
    bulk(cast.acme, "a@x.example, b@x.example")
    with pytest.raises(sending.Unsendable, match="1 are left"):
        bulk(cast.acme, "c@x.example, d@x.example")
    assert BulkSend.objects.count() == 1
    assert EmailJob.objects.count() == 2
    bulk(cast.bolt, "c@x.example, d@x.example")
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        bulk(cast.acme, "c@x.example, d@x.example")


def test_a_send_to_nobody_or_to_too_many_is_refused(cast: Cast) -> None:
    with pytest.raises(sending.Unsendable, match="Nobody is left"):
        bulk(cast.acme, "nonsense")
    with pytest.raises(sending.Unsendable, match="1,000"):
        bulk(cast.acme, ",".join(f"a{n}@x.example" for n in range(1_001)))
    assert EmailJob.objects.count() == 0


def test_who_unsubscribes_after_the_mail_was_queued_gets_none(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        send = bulk(cast.acme, "a@x.example, b@x.example")
        suppressions.suppress(cast.acme, "a@x.example", SuppressionReason.UNSUBSCRIBED)
        queued(cast.acme, "a@x.example")
        delivery.drain(servers.built_in())
    assert statuses(send) == [EmailStatus.SUPPRESSED, EmailStatus.SENT]
    assert send.jobs.get(status=EmailStatus.SUPPRESSED).attempts == 0
    assert sorted(to for _, (to,) in sink.envelopes) == ["a@x.example", "b@x.example"], (
        "the alert still comes"
    )


def test_a_mailbox_that_does_not_exist_gets_no_bulk_mail_again(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        sink.on_rcpt = lambda address: {
            "no@x.example": "550 5.1.1 no such user",
            "spam@x.example": "554 5.7.1 not wanted",
        }.get(address)
        first = bulk(cast.acme, "no@x.example, spam@x.example, yes@x.example")
        delivery.drain(servers.built_in())
        assert statuses(first) == [EmailStatus.FAILED, EmailStatus.FAILED, EmailStatus.SENT]
        second = bulk(cast.acme, "no@x.example, spam@x.example, yes@x.example")
    assert statuses(second) == [EmailStatus.SUPPRESSED, EmailStatus.QUEUED, EmailStatus.QUEUED]


def test_a_paused_send_holds_its_mails_and_goes_on_where_it_was(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        send = bulk(cast.acme, "a@x.example, b@x.example")
        assert sending.pause(send)
        assert not sending.pause(send)
        delivery.drain(servers.built_in())
        assert sink.mails == []
        assert progress_of([send])[0].state == "paused"
        assert sending.resume(send)
        delivery.drain(servers.built_in())
    assert len(sink.mails) == 2


def test_a_stopped_send_is_stopped_for_good(cast: Cast) -> None:
    send = bulk(cast.acme, "a@x.example, b@x.example")
    assert sending.pause(send)
    assert sending.stop(send)
    assert not sending.resume(send)
    assert not sending.stop(send)
    assert statuses(send) == [EmailStatus.CANCELLED] * 2


def test_a_mail_that_a_worker_gives_back_does_not_leave_a_halted_send(cast: Cast) -> None:
    paused, stopped = bulk(cast.acme, "a@x.example"), bulk(cast.acme, "b@x.example")
    sending.pause(paused)
    sending.stop(stopped)
    EmailJob.objects.update(status=EmailStatus.RETRYING)
    assert sending.halt_strays() == 2
    assert statuses(paused) == [EmailStatus.HELD]
    assert statuses(stopped) == [EmailStatus.CANCELLED]


def test_a_scheduled_send_waits_for_its_time(cast: Cast, settings: Any) -> None:
    later = timezone.now() + timedelta(hours=3)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        send = bulk(cast.acme, "a@x.example", run_at=later)
        delivery.drain(servers.built_in())
        assert sink.mails == []
        assert progress_of([send])[0].state == "scheduled"
        with time_machine.travel(later + timedelta(seconds=1)):
            delivery.drain(servers.built_in())
    assert len(sink.mails) == 1
    with pytest.raises(sending.Unsendable, match="90 days"):
        bulk(cast.acme, "a@x.example", run_at=timezone.now() + timedelta(days=91))


def test_it_leaves_through_the_server_of_its_domain(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        server = own_server(cast.acme, sink.port, settings)
        bulk(cast.acme, "a@x.example")
        delivery.drain(server)
    assert sink.envelopes == [("hello@acme.example", ["a@x.example"])]


def test_a_test_to_myself_reads_as_the_mail_would(cast: Cast) -> None:
    job = sending.queue_test(cast.acme, WORDS, cast.olga)
    assert (job.recipient, job.kind) == (cast.olga.email, EmailKind.MANUAL)
    assert job.subject == "News for Olga"
    text, html = messages.bodies_of(job)
    assert "Hello Olga," in text
    assert "Hello Olga," in html


def test_long_nonsense_in_braces_costs_its_length() -> None:
    began = time.process_time()
    for words in ("{{" + " " * 19_000 + "x", "{{" * 9_000, "{{" + "| " * 9_000, "%7B%7B" * 3_300):
        placeholders.unknown(words)
        placeholders.joined_in_links("www." + words)
        placeholders.filled(words, {})
        placeholders.filled(words, {}, html=True)
    assert time.process_time() - began < 0.3


def test_nothing_is_halted_where_nothing_is_left(cast: Cast) -> None:
    send = bulk(cast.acme, "a@x.example")
    send.jobs.update(status=EmailStatus.SENT)
    assert not sending.pause(send)
    assert not sending.stop(send)
    assert progress_of([send])[0].state == "done"


def test_a_mail_of_a_halted_send_is_not_tried_again_by_itself(cast: Cast, settings: Any) -> None:
    send = bulk(cast.acme, "a@x.example, b@x.example")
    sending.pause(send)
    job = send.jobs.select_related("content", "bulk_send").first()
    assert job is not None
    with pytest.raises(acts.Impossible, match="paused"):
        acts.retry(job)
    # As a worker would give it back.
    send.jobs.update(status=EmailStatus.QUEUED)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    assert sink.mails == []
    assert statuses(send) == [EmailStatus.HELD] * 2
    assert set(send.jobs.values_list("attempts", flat=True)) == {0}


def test_what_was_held_leaves_through_the_server_that_was_set_meanwhile(cast: Cast, settings: Any) -> None:
    send = bulk(cast.acme, "a@x.example")
    sending.pause(send)
    with smtp() as sink:
        server = own_server(cast.acme, sink.port, settings)
        sending.resume(send)
        delivery.drain(server)
    assert len(sink.mails) == 1


def test_a_thousand_rows_can_be_ticked(cast: Cast) -> None:
    olga = logged_in(cast.olga)
    form = {
        "domain": str(cast.acme.pk),
        "job": [str(uuid4()) for _ in range(1_000)],
        "subject": "x",
        "body": "x",
    }
    assert olga.post("/emails/bulk/check/", form).status_code == 404, "foreign rows, but read"


def test_an_unfinished_send_keeps_its_bar_behind_newer_ones(cast: Cast) -> None:
    old = bulk(cast.acme, "a@x.example", run_at=timezone.now() + timedelta(days=2))
    for n in range(6):
        done = bulk(cast.acme, f"b{n}@x.example")
        done.jobs.update(status=EmailStatus.SENT)
        BulkSend.objects.filter(id=done.id).update(run_at=timezone.now() - timedelta(days=1))
    assert old.id in [one.send.id for one in current(cast.olga)]
