"""Bulk Send on the page: what the dialog says, what it keeps, and who may not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from emailops import suppressions
from emailops.models import BulkSend, EmailJob, EmailKind, EmailStatus, SuppressionReason
from tests.cast import Cast, logged_in
from tests.emailops.conftest import queued
from tests.emailops.test_bulk_sends import bulk

SCRIPT = "<script>alert(1)</script>"


def _form(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "domain": str(cast.acme.pk),
        "send_id": str(uuid4()),
        "subject": "News for {{first_name|you}}",
        "body": "Hello {{name|there}}",
        **more,
    }


@pytest.fixture
def olga(cast: Cast) -> Client:
    return logged_in(cast.olga)


def test_the_dialog_names_the_domain_and_counts_the_ticked_rows(cast: Cast, olga: Client) -> None:
    jobs = [queued(cast.acme, f"a{n}@x.example") for n in range(2)]
    page = olga.post("/emails/bulk/compose/", _form(cast, job=[str(job.id) for job in jobs])).content.decode()
    assert "Acme" in page
    assert "2 ticked rows" in page
    assert "Queue 2 Emails" in page


def test_what_is_typed_is_checked_as_it_would_be_queued(cast: Cast, olga: Client) -> None:
    suppressions.suppress(cast.acme, "no@x.example", SuppressionReason.UNSUBSCRIBED)
    typed = "a@x.example b@x.example, a@x.example; no@x.example nonsense"
    page = olga.post("/emails/bulk/check/", _form(cast, addresses=typed)).content.decode()
    for words in ("<b>2 mails</b>", "1 given twice", "1 opted out", "1 not an address", "Queue 2 Emails"):
        assert words in page
    assert EmailJob.objects.count() == 0


def test_queueing_leads_to_its_mails_and_twice_is_once(cast: Cast, olga: Client) -> None:
    form = _form(cast, addresses="a@x.example, b@x.example")
    first, second = (olga.post("/emails/bulk/", form) for _ in range(2))
    assert first.status_code == second.status_code == 204
    assert first.headers["HX-Redirect"] == f"/emails/?domain={cast.acme.pk}&kind=bulk"
    send = BulkSend.objects.get()
    assert (str(send.id), send.created_by) == (form["send_id"], cast.olga)
    page = olga.get(first.headers["HX-Redirect"]).content.decode()
    assert "0 / 2" in page
    assert "News for you" in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"subject": ""}, "Write a subject."),
        ({"subject": "Hi\r\nBcc: all@x.example"}, "Line breaks"),
        ({"body": "Hello {{nmae}}"}, "is no placeholder"),
        ({"addresses": "nonsense"}, "Nobody is left"),
        ({"run_at": "yesterday"}, "Enter a day and a time."),
        ({"run_at": "2999-01-01T10:00", "zone": "Europe/Rome"}, "90 days"),
        ({"run_at": "2026-12-01T10:00", "zone": "../../etc/passwd"}, "Enter a day and a time."),
    ],
)
def test_a_form_that_comes_back_keeps_what_was_typed(
    cast: Cast, olga: Client, wrong: dict[str, str], told: str
) -> None:
    form = _form(cast, **{"addresses": "a@x.example", "subject": "Dear all", "body": "Long words.", **wrong})
    page = olga.post("/emails/bulk/", form).content.decode()
    assert told in page
    assert 'aria-invalid="true"' in page
    for name in {"subject", "body", "addresses"} - set(wrong):
        assert form[name] in page
    assert EmailJob.objects.count() == 0


def test_a_test_goes_to_oneself_and_the_form_stays(cast: Cast, olga: Client) -> None:
    page = olga.post("/emails/bulk/", _form(cast, addresses="a@x.example", test="1")).content.decode()
    assert f"A test is on its way to {cast.olga.email}" in page
    assert EmailJob.objects.get().kind == EmailKind.MANUAL
    assert "Hello {{name|there}}" in page


def test_the_preview_runs_nothing(cast: Cast, olga: Client) -> None:
    form = _form(cast, addresses=f"{SCRIPT} <a@x.example>", body=SCRIPT + " {{name|there}}")
    answer = olga.post("/emails/bulk/preview/", form)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert SCRIPT.encode() not in answer.content
    assert b"is no placeholder" in olga.post("/emails/bulk/preview/", _form(cast, body="{{x}}")).content


@pytest.mark.parametrize("path", ["", "compose/", "check/", "preview/"])
def test_strangers_and_operators_reach_none_of_it(cast: Cast, path: str) -> None:
    form = _form(cast, addresses="a@x.example")
    assert logged_in(cast.omar).post(f"/emails/bulk/{path}", form).status_code == 403
    assert logged_in(cast.mallory).post(f"/emails/bulk/{path}", form).status_code == 404
    assert Client().post(f"/emails/bulk/{path}", form).status_code == 302
    foreign = _form(cast, domain=str(cast.bolt.pk), job=[str(queued(cast.acme).id)])
    assert logged_in(cast.mallory).post(f"/emails/bulk/{path}", foreign).status_code == 404
    assert BulkSend.objects.count() == 0


def test_a_send_is_paused_resumed_and_stopped_from_its_bar(cast: Cast, olga: Client) -> None:
    send = bulk(cast.acme, "a@x.example, b@x.example")
    path = f"/emails/bulk/{send.id}/"
    assert "bulk from:body" in olga.get("/emails/").content.decode()
    for do, state in (("pause", "Paused"), ("resume", "Running"), ("stop", "Cancelled")):
        answer = olga.post(path, {"do": do}, headers={"HX-Request": "true"})
        assert state in answer.content.decode()
        assert answer.headers["HX-Trigger"] == "bulk"
    assert set(send.jobs.values_list("status", flat=True)) == {EmailStatus.CANCELLED}
    assert olga.post(path, {"do": "explode"}).status_code == 404
    assert logged_in(cast.omar).post(path, {"do": "stop"}).status_code == 403
    assert logged_in(cast.mallory).post(path, {"do": "stop"}).status_code == 404


def test_ticked_rows_are_cancelled_and_tried_again_together(cast: Cast, olga: Client) -> None:
    jobs = [queued(cast.acme, f"a{n}@x.example") for n in range(3)]
    EmailJob.objects.filter(id=jobs[2].id).update(status=EmailStatus.SENT)
    ids = [str(job.id) for job in jobs]
    for do, status in (("cancel", EmailStatus.CANCELLED), ("retry", EmailStatus.QUEUED)):
        assert olga.post("/emails/act/", {"do": do, "job": ids}).headers["HX-Refresh"] == "true"
        found = dict(EmailJob.objects.values_list("id", "status"))
        assert [found[job.id] for job in jobs] == [status, status, EmailStatus.SENT]
        assert b"1 left as it was" in olga.get("/emails/").content


def test_a_foreign_row_among_the_ticked_changes_none(cast: Cast, olga: Client) -> None:
    own, foreign = queued(cast.acme), queued(cast.bolt)
    answer = olga.post("/emails/act/", {"do": "cancel", "job": [str(own.id), str(foreign.id)]})
    assert answer.status_code == 404
    assert (
        logged_in(cast.omar).post("/emails/act/", {"do": "cancel", "job": [str(own.id)]}).status_code == 404
    )
    assert set(EmailJob.objects.values_list("status", flat=True)) == {EmailStatus.QUEUED}


def test_mails_are_filtered_by_time(cast: Cast, olga: Client) -> None:

    queued(cast.acme, "new@x.example")
    old = queued(cast.acme, "old@x.example")
    EmailJob.objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(days=8))
    for days, shown in (("", True), ("30", True), ("7", False), ("1", False)):
        page = olga.get(f"/emails/?days={days}").content
        assert b"new@x.example" in page
        assert (b"old@x.example" in page) == shown
    assert b"new@x.example" not in olga.get("/emails/?days=nonsense").content


def test_viewers_and_operators_see_no_ticks(cast: Cast, olga: Client) -> None:
    queued(cast.acme)
    assert b'name="job"' in olga.get("/emails/").content
    for user in (cast.omar, cast.vic):
        page = logged_in(user).get("/emails/").content
        assert b'name="job"' not in page
        assert b"Bulk Send" not in page
