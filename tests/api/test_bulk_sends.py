"""Bulk sends and the suppression list over REST."""

from uuid import uuid4

from emailops import delivery, servers
from emailops.models import BulkSend, EmailJob, Suppression
from emailops.queueing import queue_email
from tests.api.caller import Caller
from tests.api.test_email_jobs import LETTER
from tests.cast import Cast
from tests.emailops.servers import smtp

WORDS = {"subject": "News for {{first_name|you}}", "body": "Hello {{name|there}}"}


def test_a_send_goes_to_ticked_rows_and_further_addresses(cast: Cast, olga: Caller, settings):
    job = queue_email(cast.acme, kind="escalation", recipient="o@x.example", letter=LETTER)
    job.status = "cancelled"
    job.save()
    olga.post(f"domains/{cast.acme.pk}/suppressions/", address="no@x.example")
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        made = olga.post(
            "bulk-sends/",
            domain=str(cast.acme.pk),
            job_ids=[str(job.pk)],
            addresses="a@x.example, b@x.example a@x.example\nno@x.example;nonsense",
            **WORDS,
        )
        assert made.status_code == 201, made.content
        assert made.body == {
            **made.body,
            "state": "running",
            "total": 4,
            "queued": 3,
            "sent": 0,
            "failed": 0,
            "suppressed": 1,
            "skipped": [
                {"address": "a@x.example", "reason": "duplicate"},
                {"address": "nonsense", "reason": "invalid"},
            ],
        }
        delivery.drain(servers.built_in())
    shown = olga.get(f"bulk-sends/{made.body['id']}/").body
    assert (shown["state"], shown["sent"], shown["queued"]) == ("done", 3, 0)
    assert [one["id"] for one in olga.get("bulk-sends/").body["results"]] == [shown["id"]]
    logged = olga.get(f"email-jobs/?domain={cast.acme.pk}&kind=bulk").body["results"]
    assert {one["subject"] for one in logged} == {"News for you"}


def test_a_foreign_row_among_the_ticked_sends_nothing_at_all(cast: Cast, olga: Caller):
    own = queue_email(cast.acme, kind="escalation", recipient="o@x.example", letter=LETTER)
    foreign = queue_email(cast.bolt, kind="escalation", recipient="b@x.example", letter=LETTER)
    for other in (foreign.pk, uuid4()):
        ids = [str(own.pk), str(other)]
        answer = olga.post("bulk-sends/", domain=str(cast.acme.pk), job_ids=ids, **WORDS)
        assert (answer.status_code, answer.body["error"]["code"]) == (404, "not_found")
    assert BulkSend.objects.count() == 0
    assert EmailJob.objects.count() == 2


def test_strangers_and_operators_send_nothing(cast: Cast, omar: Caller, mallory: Caller):
    body = {"domain": str(cast.acme.pk), "addresses": ["a@x.example"], **WORDS}
    assert mallory.post("bulk-sends/", **body).status_code == 404
    assert omar.post("bulk-sends/", **body).status_code == 403
    assert BulkSend.objects.count() == 0


def test_a_dry_run_queues_nothing(cast: Cast, olga: Caller):
    answer = olga.post(
        "bulk-sends/", domain=str(cast.acme.pk), addresses=["a@x.example", "x"], dry_run=True, **WORDS
    )
    assert answer.status_code == 200
    assert (answer.body["recipients"], answer.body["skipped"]) == (1, [{"address": "x", "reason": "invalid"}])
    assert BulkSend.objects.count() == EmailJob.objects.count() == 0


def test_what_cannot_be_sent_is_refused_by_its_field(cast: Cast, olga: Caller):
    body = {"domain": str(cast.acme.pk), "addresses": ["a@x.example"], **WORDS}
    for wrong, field in (
        ({"subject": "Hi\r\nBcc: all@x.example"}, "subject"),
        ({"body": "Hi {{nobody}}"}, "body"),
        ({"addresses": ["nonsense"]}, "addresses"),
        ({"addresses": {"a": 1}}, "addresses"),
        ({"job_ids": ["x"]}, "job_ids"),
        ({"run_at": "2999-01-01T00:00:00Z"}, "run_at"),
    ):
        answer = olga.post("bulk-sends/", **{**body, **wrong})
        assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [field])
    assert EmailJob.objects.count() == 0


def test_the_same_send_posted_twice_is_one(cast: Cast, olga: Caller):
    body = {"domain": str(cast.acme.pk), "addresses": ["a@x.example"], "client_id": str(uuid4()), **WORDS}
    first, second = (olga.post("bulk-sends/", **body) for _ in range(2))
    assert first.body["id"] == second.body["id"]
    assert EmailJob.objects.count() == 1


def test_a_send_is_paused_resumed_and_cancelled(cast: Cast, olga: Caller):
    body = {"domain": str(cast.acme.pk), "addresses": ["a@x.example"], **WORDS}
    path = f"bulk-sends/{olga.post('bulk-sends/', **body).body['id']}/"
    assert olga.post(path + "resume/").status_code == 409
    assert olga.post(path + "pause/").body["state"] == "paused"
    assert olga.post(path + "resume/").body["state"] == "running"
    stopped = olga.post(path + "cancel/").body
    assert (stopped["state"], stopped["cancelled"], stopped["queued"]) == ("cancelled", 1, 0)
    assert olga.post(path + "cancel/").status_code == 409


def test_an_address_is_put_on_the_list_once_and_taken_off(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/suppressions/"
    made = olga.post(path, address="Maria@X.example")
    assert (made.status_code, made.body["address"], made.body["reason"]) == (201, "maria@x.example", "manual")
    assert olga.post(path, address="maria@x.example").status_code == 200
    assert olga.post(path, address="nonsense").status_code == 400
    assert [one["id"] for one in olga.get(path).body["results"]] == [made.body["id"]]
    assert olga.delete(f"{path}{made.body['id']}/").status_code == 204
    assert Suppression.objects.count() == 0
