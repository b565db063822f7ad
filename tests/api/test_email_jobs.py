"""The log of mails and the mail server over REST."""

import json

import pytest
from django.utils import timezone

from domains.models import Domain
from emailops.models import EmailAttempt, EmailJob, EmailStatus, MailServer
from emailops.queueing import Letter, queue_email
from tests.api.caller import Caller
from tests.cast import Cast, person

LETTER = Letter(
    "A question from Vera", "Vera asks: what does it cost?", "<p>Vera asks: what does it cost?</p>"
)
SECRET = "canary-smtp-password"
SERVER = {
    "host": "smtp.example.com",
    "port": 587,
    "security": "starttls",
    "username": "desk",
    "password": SECRET,
    "from_address": "desk@acme.example",
    "from_name": "Acme",
}


def mail(domain: Domain, to: str = "olga@acme.example", kind: str = "escalation") -> EmailJob:
    return queue_email(domain, kind=kind, recipient=to, letter=LETTER)


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.body["results"]]


def test_the_log_has_every_field_of_a_mail(cast: Cast, olga: Caller):
    job = mail(cast.acme)
    shown = olga.get("email-jobs/").body["results"][0]
    assert shown == {
        **shown,
        "id": str(job.pk),
        "kind": "escalation",
        "domain": str(cast.acme.pk),
        "recipient": "olga@acme.example",
        "subject": LETTER.subject,
        "status": "queued",
        "attempts": 0,
        "sent_at": None,
        "error": "",
        "conversation": None,
        "body_text": LETTER.text,
        "body_html": LETTER.html,
    }
    assert olga.get(f"email-jobs/{job.pk}/").body["attempt_log"] == []


def test_bodies_are_for_owners_and_admins(cast: Cast, omar: Caller, vic: Caller):
    job = mail(cast.acme)
    for caller in (omar, vic):
        assert caller.get("email-jobs/").body["results"][0]["body_text"] is None
        one = caller.get(f"email-jobs/{job.pk}/")
        assert (one.status_code, one.body["body_html"], one.body["subject"]) == (200, None, LETTER.subject)


def test_a_body_that_lets_its_bearer_in_is_for_nobody(cast: Cast, olga: Caller):
    job = mail(cast.acme, kind="invitation")
    for shown in (olga.get("email-jobs/").body["results"][0], olga.get(f"email-jobs/{job.pk}/").body):
        assert (shown["subject"], shown["body_text"], shown["body_html"]) == (LETTER.subject, None, None)


def test_filters_find_exactly_their_mails(cast: Cast, olga: Caller):
    first = mail(cast.acme)
    second = mail(cast.acme, "sales@acme.example", "new_conversation")
    EmailJob.objects.filter(pk=second.pk).update(status=EmailStatus.FAILED, last_error="550 no such user")
    assert ids(olga.get("email-jobs/")) == [str(second.pk), str(first.pk)]
    assert ids(olga.get("email-jobs/?kind=escalation")) == [str(first.pk)]
    assert ids(olga.get("email-jobs/?status=failed")) == [str(second.pk)]
    assert ids(olga.get("email-jobs/?q=sales")) == [str(second.pk)]
    assert ids(olga.get(f"email-jobs/?domain={cast.acme.pk}&limit=1")) == [str(second.pk)]
    for wrong in ("status=lost", "kind=spam", "domain=x", "q=%00", "recipient=x"):
        assert olga.get(f"email-jobs/?{wrong}").status_code == 400, wrong


def test_pages_hold_every_mail_once(cast: Cast, olga: Caller):
    wanted = [str(mail(cast.acme).pk) for _ in range(7)][::-1]
    first = olga.get("email-jobs/?limit=4").body
    second = olga.get(f"email-jobs/?limit=4&cursor={first['next']}").body
    assert [one["id"] for one in first["results"] + second["results"]] == wanted
    assert second["next"] is None


def test_a_stranger_finds_no_mail(cast: Cast, mallory: Caller):
    job = mail(cast.acme)
    assert ids(mallory.get("email-jobs/")) == []
    assert mallory.get(f"email-jobs/?domain={cast.acme.pk}").status_code == 404
    for call in (
        mallory.get(f"email-jobs/{job.pk}/"),
        mallory.post(f"email-jobs/{job.pk}/cancel/"),
        mallory.post(f"email-jobs/{job.pk}/retry/"),
    ):
        assert call.status_code == 404
    assert EmailJob.objects.get().status == "queued"


def test_a_mail_is_cancelled_and_tried_again(cast: Cast, olga: Caller, omar: Caller):
    job = mail(cast.acme)
    assert omar.post(f"email-jobs/{job.pk}/cancel/").status_code == 403
    cancelled = olga.post(f"email-jobs/{job.pk}/cancel/")
    assert (cancelled.status_code, cancelled.body["status"]) == (200, "cancelled")
    again = olga.post(f"email-jobs/{job.pk}/cancel/")
    assert (again.status_code, again.body["error"]["code"]) == (409, "conflict")
    assert omar.post(f"email-jobs/{job.pk}/retry/").status_code == 403
    assert olga.post(f"email-jobs/{job.pk}/retry/").body["status"] == "queued"


def test_a_sent_mail_is_neither_cancelled_nor_sent_again(cast: Cast, olga: Caller):
    job = mail(cast.acme)
    EmailJob.objects.filter(pk=job.pk).update(status=EmailStatus.SENT)
    for act in ("cancel", "retry"):
        assert olga.post(f"email-jobs/{job.pk}/{act}/").status_code == 409
    assert EmailJob.objects.get().status == "sent"


def test_the_mail_server_is_set_read_and_removed_and_never_tells_its_password(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/mail-server/"
    assert olga.get(path).status_code == 404
    answers = [olga.put(path, **SERVER), olga.get(path)]
    for answer in answers:
        assert answer.status_code == 200
        assert SECRET not in json.dumps(answer.body)
        assert (answer.body["has_password"], answer.body["state"]) == (True, "unverified")
        assert answer.body["host"] == "smtp.example.com"
    assert MailServer.objects.get(domain=cast.acme).password == SECRET
    kept = olga.put(path, **{**SERVER, "password": None, "from_name": "Acme Desk"})
    assert (kept.status_code, kept.body["has_password"]) == (200, True)
    assert olga.delete(path).status_code == 204
    assert olga.delete(path).status_code == 404


def test_a_stored_password_does_not_follow_to_another_host(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/mail-server/"
    olga.put(path, **SERVER)
    without = {name: value for name, value in SERVER.items() if name != "password"}
    moved = olga.put(path, **{**without, "host": "evil.example.com"})
    assert (moved.status_code, list(moved.body["error"]["fields"])) == (400, ["password"])
    assert MailServer.objects.get(domain=cast.acme).host == "smtp.example.com"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "smtp example"),
        ("host", ""),
        ("port", 6379),
        ("port", 0),
        ("security", "none"),
        ("security", "ssl3"),
        ("username", "a\r\nRCPT TO:<x>"),
        ("from_address", "x\nBcc: y@z.example"),
        ("from_name", "A\r\nB"),
        ("state", "active"),
        ("domain", "x"),
    ],
)
def test_wrong_settings_are_a_400_that_names_the_field(cast: Cast, olga: Caller, field: str, value):
    answer = olga.put(f"domains/{cast.acme.pk}/mail-server/", **{**SERVER, field: value})
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [field])
    assert not MailServer.objects.filter(domain=cast.acme).exists()


def test_the_mail_server_is_for_owners_and_admins(cast: Cast, omar: Caller, vic: Caller, mallory: Caller):
    Caller(cast.olga).put(f"domains/{cast.acme.pk}/mail-server/", **SERVER)
    path = f"domains/{cast.acme.pk}/mail-server/"
    for caller, code in ((omar, 403), (vic, 403), (mallory, 404)):
        assert caller.get(path).status_code == code
        assert caller.put(path, **SERVER).status_code == code
        assert caller.delete(path).status_code == code
        assert caller.post(f"{path}test/").status_code == code
    assert MailServer.objects.get(domain=cast.acme).host == "smtp.example.com"


def test_a_test_mail_is_a_job_to_watch(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/mail-server/test/"
    made = olga.post(path)
    assert (made.status_code, made.body["kind"], made.body["recipient"]) == (
        201,
        "smtp_test",
        cast.olga.email,
    )
    assert olga.get(f"email-jobs/{made.body['id']}/").status_code == 200
    again = olga.post(path)
    assert (again.status_code, again.body["error"]["code"]) == (429, "rate_limited")
    assert "A test is on its way. Wait for its result." in again.body["error"]["message"]
    EmailJob.objects.update(status=EmailStatus.FAILED)
    assert list(olga.post(path, recipient="no address").body["error"]["fields"]) == ["recipient"]
    codes = []
    for _ in range(8):
        codes.append(olga.post(path, recipient="a@acme.example").status_code)
        EmailJob.objects.update(status=EmailStatus.FAILED)
    # A handful a minute: no tool to probe other machines with.
    assert codes == [201] * 4 + [429] * 4
    late = olga.post(path)
    assert (late.body["error"]["code"], late.headers["Retry-After"]) == ("rate_limited", "60")


def test_mail_of_an_account_belongs_to_no_domain_and_is_shown_to_nobody_here(cast: Cast, olga: Caller):
    job = queue_email(None, kind="account", recipient=cast.olga.email, letter=LETTER)
    assert ids(olga.get("email-jobs/")) == []
    assert olga.get(f"email-jobs/{job.pk}/").status_code == 404
    assert Caller(person("Nobody")).get("email-jobs/").body == {"results": [], "next": None}


def test_the_record_of_tries_is_for_those_who_talk(cast: Cast, olga: Caller, omar: Caller, vic: Caller):
    job = mail(cast.acme)
    EmailAttempt.objects.create(job=job, n=1, reply="words", outcome="temporary", started_at=timezone.now())
    shown = {who: who.get(f"email-jobs/{job.pk}/").body["attempt_log"] for who in (olga, omar, vic)}
    assert [row["reply"] for row in shown[olga]] == [row["reply"] for row in shown[omar]] == ["words"]
    assert shown[vic] == []
