"""The link of a bulk mail: one press, without a log-in and without a cookie (RFC 8058)."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from emailops import suppressions, unsubscribing
from emailops.models import EmailJob, EmailKind, Suppression, SuppressionReason
from tests.cast import Cast
from tests.emailops.test_bulk_sends import bulk


def _path(cast: Cast) -> tuple[str, EmailJob]:
    send = bulk(cast.acme, "Maria@x.example")
    job = send.jobs.get()
    return urlsplit(unsubscribing.link(job)).path, job


def test_a_program_unsubscribes_with_one_post_and_no_cookie(cast: Cast) -> None:
    path, job = _path(cast)
    program = Client(enforce_csrf_checks=True)
    answer = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert unsubscribing.is_unsubscribed(job)
    assert Suppression.objects.get().address == "maria@x.example"
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200, "twice is once"
    assert Suppression.objects.count() == 1


def test_opening_the_link_changes_nothing(cast: Cast) -> None:
    path, job = _path(cast)
    for method in ("get", "head"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 200
        assert not answer.cookies
    assert not unsubscribing.is_unsubscribed(job)
    assert b"Maria@x.example" in Client().get(path).content


def test_who_pressed_by_mistake_subscribes_again(cast: Cast) -> None:
    path, job = _path(cast)
    Client().post(path)
    assert b"Subscribe again" in Client().get(path).content
    assert b"subscribed again" in Client().post(path, {"again": "1"}).content
    assert not unsubscribing.is_unsubscribed(job)


def test_a_link_that_was_changed_is_refused(cast: Cast) -> None:
    path, job = _path(cast)
    other = EmailJob.objects.create(
        domain=cast.bolt,
        content=job.content,
        kind=EmailKind.BULK,
        recipient="b@x.example",
        run_after=job.run_after,
        created_at=job.created_at,
        message_id="<other@x.example>",
    )
    for wrong in (path[:-3] + "/", path.replace(job.id.hex, other.id.hex), "/unsubscribe/nonsense/"):
        assert Client().post(wrong).status_code == 404
    assert Suppression.objects.count() == 0


@pytest.mark.parametrize("unsubscribed_first", [False, True])
def test_what_the_team_has_put_on_the_list_stays_there(cast: Cast, unsubscribed_first: bool) -> None:
    path, job = _path(cast)
    if unsubscribed_first:
        Client().post(path)
    suppressions.suppress(cast.acme, job.recipient, SuppressionReason.MANUAL)
    Client().post(path, {"again": "1"})
    assert unsubscribing.is_unsubscribed(job)
