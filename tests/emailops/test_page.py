"""Email Operations: who sees which mail, and what they may do with it."""

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from emailops import delivery, servers
from emailops.models import WHY_NO_BODY, EmailJob, EmailKind, EmailStatus
from emailops.queueing import Letter
from tests.cast import Cast, logged_in
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, smtp

PAYLOADS = [
    "<script>window.__x=1</script>",
    "<img src=x onerror=window.__x=1>",
    '"><svg onload=window.__x=1>',
    "javascript:window.__x=1",
    "</iframe><script>window.__x=1</script>",
    "{{7*7}}{% load x %}",
    "'-alert(1)-'",
    "<a href='javascript:alert(1)'>x</a>",
]


def test_every_column_is_there(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_rcpt=lambda to: "550 5.1.1 no such user" if "gone" in to else None)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        sent = queued(cast.acme, "sales@acme.example", letter=Letter("New: prices?", "t", "h"))
        failed = queued(cast.acme, "gone@acme.example")
        delivery.drain(servers.built_in())
    page = logged_in(cast.olga).get("/emails/").content.decode()
    for head in ("Created", "Domain", "Recipient", "Subject", "Status", "Attempts", "Sent at", "Error"):
        assert f">{head}</th>" in page
    for word in ("Acme", "sales@acme.example", "New: prices?", "Sent", "Failed", "550 5.1.1 no such user"):
        assert word in page
    sent.refresh_from_db()
    assert sent.sent_at is not None
    assert re.search(rf'id="tries-{failed.id}">1<', page)


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    job = queued(cast.acme)
    page = logged_in(cast.mallory).get("/emails/")
    assert "sales@acme.example" not in page.content.decode()
    for path in ("", "body/", "attempts/"):
        assert logged_in(cast.mallory).get(f"/emails/{job.id}/{path}").status_code == 404
    for path in ("retry/", "cancel/"):
        assert logged_in(cast.mallory).post(f"/emails/{job.id}/{path}").status_code == 404
    watch = {"ids": str(job.id), "newest": job.created_at.isoformat()}
    moving = logged_in(cast.mallory).get("/emails/moving/", watch)
    assert moving.status_code == 200
    assert str(job.id) not in moving.content.decode()
    assert logged_in(cast.olga).get(f"/emails/{uuid.uuid4()}/").status_code == 404
    assert Client().get("/emails/").status_code == 302
    job.refresh_from_db()
    assert job.status == EmailStatus.QUEUED


def test_mail_to_an_account_belongs_to_no_domain(cast: Cast) -> None:
    job = queued(None, "olga@acme.example", kind=EmailKind.ACCOUNT)  # type: ignore[arg-type]
    assert "olga@acme.example" not in logged_in(cast.olga).get("/emails/").content.decode()
    assert logged_in(cast.olga).get(f"/emails/{job.id}/").status_code == 404


def test_each_role_sees_its_part(cast: Cast) -> None:
    job = queued(cast.acme, letter=Letter("Subject", "secret text", "<p>secret html</p>"))
    expected = {cast.vic: (403, 403, False), cast.omar: (200, 403, False), cast.olga: (200, 200, True)}
    for user, (opens, reads, acts) in expected.items():
        client = logged_in(user)
        assert "sales@acme.example" in client.get("/emails/").content.decode()
        assert client.get(f"/emails/{job.id}/").status_code == opens
        assert client.get(f"/emails/{job.id}/body/").status_code == reads
        text = client.get(f"/emails/{job.id}/?part=text", headers={"HX-Request": "true"})
        assert text.status_code == reads
        assert ("secret text" in text.content.decode()) is acts
        assert (client.post(f"/emails/{job.id}/cancel/").status_code == 302) is acts
    assert "Message-ID" in logged_in(cast.omar).get(f"/emails/{job.id}/").content.decode()


@pytest.mark.parametrize("kind", [EmailKind.ACCOUNT, EmailKind.INVITATION])
def test_a_link_that_lets_its_bearer_in_is_shown_to_nobody(cast: Cast, kind: EmailKind) -> None:
    job = queued(cast.acme, letter=Letter("S", "canary in text", "<p>canary in html</p>"), kind=kind)
    client = logged_in(cast.olga)
    htmx = {"HX-Request": "true"}
    answers = [
        client.get(f"/emails/{job.id}/body/"),
        *(client.get(f"/emails/{job.id}/?part={part}", headers=htmx) for part in ("html", "text")),
        client.get(f"/emails/{job.id}/"),
        client.get(f"/emails/{job.id}/?open=1", headers=htmx),
        client.post(f"/emails/{job.id}/cancel/", headers=htmx),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 200, 200, 200]
    assert not [answer for answer in answers if "canary" in answer.content.decode()]
    for answer in (answers[0], *answers[3:]):
        assert WHY_NO_BODY in answer.content.decode()
    for answer in answers[3:]:
        assert "<iframe" not in answer.content.decode()
        assert "Message-ID" in answer.content.decode()


def test_the_body_is_served_in_a_sandbox(cast: Cast) -> None:
    job = queued(cast.acme, letter=Letter("S", "t", "<script>x</script><img src=https://evil.example/p.png>"))
    answer = logged_in(cast.olga).get(f"/emails/{job.id}/body/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
    row = (
        logged_in(cast.olga).get(f"/emails/{job.id}/?open=1", headers={"HX-Request": "true"}).content.decode()
    )
    assert f'sandbox src="/emails/{job.id}/body/"' in row


@pytest.mark.parametrize("payload", PAYLOADS)
def test_foreign_words_stay_words(cast: Cast, payload: str) -> None:
    letter = Letter(f"New: {payload}", payload, f"<p>{payload}</p>")
    job = queued(cast.acme, letter=letter, recipient_name=payload[:60])
    EmailJob.objects.filter(id=job.id).update(last_error=payload)
    client = logged_in(cast.olga)
    whole = "".join(
        client.get(path, headers={"HX-Request": "true"} if "?" in path else {}).content.decode()
        for path in (
            "/emails/",
            f"/emails/{job.id}/",
            f"/emails/{job.id}/?part=text",
            f"/emails/{job.id}/?part=headers",
        )
    )
    for sign in ("<script>window", "<img src=x", "<svg onload", "<a href='javascript"):
        assert sign not in whole
    assert "49" not in re.findall(r"New: (.{0,4})", whole)


def test_filters_and_search_narrow_the_list(cast: Cast) -> None:
    queued(cast.acme, "anna@one.example", recipient_name="Nadia Haddad", letter=Letter("Prices", "t", "h"))
    queued(cast.acme, "ben@two.example", kind=EmailKind.ESCALATION, letter=Letter("Bell", "t", "h"))
    failed = queued(cast.acme, "carl@three.example", letter=Letter("Other", "t", "h"))
    EmailJob.objects.filter(id=failed.id).update(status=EmailStatus.FAILED)
    client = logged_in(cast.olga)

    def found(query: str) -> list[str]:
        return re.findall(
            r"(anna|ben|carl)@\w+\.example</span>", client.get(f"/emails/?{query}").content.decode()
        )

    assert found("") == ["carl", "ben", "anna"]
    assert found("q=ANNA") == ["anna"]
    assert found("q=prices") == ["anna"]
    assert found("q=nadia+haddad") == ["anna"]
    assert found("q=100%25") == []
    assert found("kind=escalation") == ["ben"]
    assert found("status=failed") == ["carl"]
    assert found("status=queued") == ["ben", "anna"]
    assert found("status=nonsense&kind=nonsense") == []
    assert found(f"domain={cast.acme.id}") == ["carl", "ben", "anna"]
    # Somebody else's domain is nothing that one can choose.
    assert "mallory" not in client.get(f"/emails/?domain={cast.bolt.id}").content.decode()


def test_pages_follow_one_another_without_gap_or_double(cast: Cast) -> None:
    now = timezone.now()
    for n in range(120):
        job = queued(cast.acme, f"to{n}@acme.example")
        # Several share one moment: the id decides.
        EmailJob.objects.filter(id=job.id).update(created_at=now - timedelta(seconds=n // 7))
    client, url, seen = logged_in(cast.olga), "/emails/", []
    while url:
        answer = client.get(url).content.decode()
        seen += re.findall(r"(to\d+)@acme\.example</span>", answer)
        queued(cast.acme, "newer@acme.example")
        more = re.search(r'<a href="(/emails/\?[^"]+)">Older', answer)
        url = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 120
    assert client.get("/emails/?cursor=nonsense").status_code == 404


def test_a_mail_that_was_kept_as_a_file_does_not_claim_a_server(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        sent = queued(cast.acme)
        delivery.drain(servers.built_in())
    settings.EMAIL_URL, settings.DATA_DIR = "", tmp_path
    kept = queued(cast.acme)
    delivery.drain(servers.built_in())
    page = logged_in(cast.olga).get("/emails/").content.decode()
    assert re.search(rf'id="status-{kept.id}" title="Delivered to the file store[^"]*"', page)
    assert re.search(rf'id="status-{sent.id}" title="The mail server has accepted it."', page)
    assert page.count(">as a file<") == 1
    kept.refresh_from_db()
    assert kept.status == EmailStatus.SENT


def test_that_no_mail_server_is_set_is_said_on_top(cast: Cast, settings: Any) -> None:
    def told(user: Any, query: str = "") -> bool:
        return "No mail server is set" in logged_in(user).get(f"/emails/{query}").content.decode()

    settings.EMAIL_URL = ""
    page = logged_in(cast.olga).get("/emails/").content.decode()
    assert "are kept as files and reach nobody." in page
    assert f'href="/domains/{cast.acme.id}/settings/email/#smtp"' in page
    # Operators and viewers can do nothing about it.
    assert [told(user) for user in (cast.omar, cast.vic)] == [False, False]
    settings.EMAIL_URL = "smtp://127.0.0.1:25"
    assert not told(cast.olga)
    settings.EMAIL_URL = "what is this"
    assert not told(cast.olga)
    settings.EMAIL_URL = ""
    own_server(cast.acme, 25, settings)
    assert not told(cast.olga)
    cast.bolt.memberships.create(user=cast.olga, role="owner")
    page = logged_in(cast.olga).get("/emails/").content.decode()
    assert "mails of Bolt are kept as files" in page
    assert [told(cast.olga, f"?domain={one.id}") for one in (cast.acme, cast.bolt)] == [False, True]


def test_a_failed_mail_is_tried_again_by_hand(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_rcpt=lambda _: "550 5.1.1 not yet")) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        job = queued(cast.acme)
        delivery.drain(servers.built_in())
        sink.on_rcpt = lambda _: None
        answer = (
            logged_in(cast.olga)
            .post(f"/emails/{job.id}/retry/", headers={"HX-Request": "true"})
            .content.decode()
        )
        assert "in the queue again" in answer
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.status, job.attempts) == (EmailStatus.SENT, 2)
    assert sink.message_ids == [job.message_id]
    again = (
        logged_in(cast.olga).post(f"/emails/{job.id}/retry/", headers={"HX-Request": "true"}).content.decode()
    )
    assert "It was sent: the server has accepted it." in again


def test_a_waiting_mail_is_cancelled_and_a_sending_one_is_not(cast: Cast) -> None:
    waiting, sending = queued(cast.acme), queued(cast.acme, "two@acme.example")
    EmailJob.objects.filter(id=sending.id).update(
        status=EmailStatus.SENDING,
        lease_token=uuid.uuid4(),
        lease_until=timezone.now() + timedelta(minutes=1),
    )
    client = logged_in(cast.olga)
    assert client.post(f"/emails/{waiting.id}/cancel/").status_code == 302
    refusal = client.post(f"/emails/{sending.id}/cancel/", headers={"HX-Request": "true"}).content.decode()
    assert "being sent right now" in refusal
    waiting.refresh_from_db()
    sending.refresh_from_db()
    assert (waiting.status, sending.status) == (EmailStatus.CANCELLED, EmailStatus.SENDING)
    assert delivery.drain(servers.built_in()).handled == 0


def test_a_resting_server_is_said_on_top(cast: Cast, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://nowhere.invalid:25"
    queued(cast.acme)
    delivery.drain(servers.built_in())
    page = logged_in(cast.olga).get("/emails/").content.decode()
    assert "Built-in mail system" in page
    assert "nowhere.invalid" in page
    assert "1 mail waits" in page
    assert "Built-in mail system" not in logged_in(cast.mallory).get("/emails/").content.decode()
