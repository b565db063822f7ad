"""Bulk sends that are paused, stopped or yet to begin: what their bars and their mails offer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from emailops import acts, delivery, messages, servers
from emailops.bulk import sending
from emailops.bulk.progress import current, progress_of
from emailops.models import BulkSend, EmailStatus
from emailops.tasks import sweep
from tests.cast import Cast, logged_in
from tests.emailops.servers import Sink, smtp
from tests.emailops.test_bulk_sends import bulk, statuses


def _on_the_wire(send: BulkSend) -> None:
    until = timezone.now() + timedelta(minutes=5)
    send.jobs.update(status=EmailStatus.SENDING, lease_token=uuid4(), lease_until=until)


@pytest.mark.parametrize(
    ("halt", "state", "then"),
    [
        (sending.pause, "paused", EmailStatus.HELD),
        (sending.stop, "cancelled", EmailStatus.CANCELLED),
    ],
)
def test_a_send_that_is_all_on_the_wire_is_halted_too(
    cast: Cast, settings: Any, halt: Any, state: str, then: str
) -> None:
    send = bulk(cast.acme, "a@x.example, b@x.example")
    _on_the_wire(send)
    assert halt(send)
    assert progress_of([send])[0].state == state
    # The server puts them off, and nobody tries them again.
    send.jobs.update(status=EmailStatus.RETRYING, lease_token=None, lease_until=None)
    with smtp(Sink()) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    assert sink.mails == []
    assert statuses(send) == [then] * 2


def test_a_paused_send_of_which_nothing_is_left_is_over(cast: Cast) -> None:
    send, other = bulk(cast.acme, "a@x.example"), bulk(cast.acme, "b@x.example")
    _on_the_wire(send)
    sending.pause(send)
    sending.pause(other)
    send.jobs.update(status=EmailStatus.FAILED, lease_token=None, lease_until=None)
    assert not acts.may_retry(send.jobs.get())
    sweep()
    send.refresh_from_db()
    assert acts.retry(send.jobs.get()).status == EmailStatus.QUEUED
    assert statuses(other) == [EmailStatus.HELD]


def test_what_has_yet_to_end_keeps_its_bar_behind_ten_that_have_ended(cast: Cast) -> None:
    paused = bulk(cast.acme, "a@x.example")
    sending.pause(paused)
    for n in range(10):
        bulk(cast.acme, f"b{n}@x.example").jobs.update(status=EmailStatus.SENT)
    assert paused.id in [one.send.id for one in current(cast.olga)]


@pytest.mark.parametrize(("begins_in_s", "pace_s"), [(0, 2), (30, 2), (3600, 60)])
def test_the_bar_of_a_send_that_is_to_begin_asks_for_itself(
    cast: Cast, begins_in_s: float, pace_s: int
) -> None:
    bulk(cast.acme, "a@x.example", run_at=timezone.now() + timedelta(seconds=begins_in_s))
    page = logged_in(cast.olga).get("/emails/").content.decode()
    assert f'hx-trigger="every {pace_s}s" hx-swap="outerHTML"' in page


def test_every_send_that_has_yet_to_end_has_a_bar(cast: Cast) -> None:
    for n in range(12):
        sending.pause(bulk(cast.acme, f"b{n}@x.example"))
    bulk(cast.acme, "over@x.example").jobs.update(status=EmailStatus.SENT)
    assert {one.state for one in current(cast.olga)} == {"paused"}
    assert len(current(cast.olga)) == 12


def test_the_bar_of_a_paused_send_waits_for_its_people(cast: Cast) -> None:
    send = bulk(cast.acme, "a@x.example")
    sending.pause(send)
    assert progress_of([send])[0].pace_s is None


def test_a_mail_of_a_paused_send_offers_no_retry_and_says_why(cast: Cast) -> None:
    send = bulk(cast.acme, "a@x.example")
    sending.pause(send)
    job = send.jobs.get()
    assert not acts.may_retry(job)
    page = logged_in(cast.olga).get(f"/emails/{job.id}/").content.decode()
    assert "Its bulk send is paused." in page
    assert f"/emails/{job.id}/retry/" not in page
    sending.resume(send)
    send.jobs.update(status=EmailStatus.FAILED)
    assert acts.may_retry(send.jobs.get())


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("See https://x.example/?e={{email}}&a=1 now.", "https://x.example/?e=a%2Bb%40x.example&amp;a=1"),
        ("Go to www.x.example/{{name|no_one}}/you", "http://www.x.example/no_one/you"),
        ("https://x.example/?e={{ email }}", "https://x.example/?e=a%2Bb%40x.example"),
        ("https://x.example/{{ name | dear friend }}/x y", "https://x.example/dear%20friend/x"),
    ],
)
def test_a_fact_in_a_link_is_filled_in(cast: Cast, written: str, address: str) -> None:
    send = bulk(cast.acme, "a+b@x.example", words=sending.words("Hello", written))
    html = messages.bodies_of(send.jobs.get())[1]
    assert f'href="{address}"' in html
    assert "%7B" not in html
