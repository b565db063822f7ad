"""The strip of the last days, and the suppression list as a page."""

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from emailops import suppressions
from emailops.models import FILED, EmailJob, EmailStatus, Suppression, SuppressionReason
from emailops.strip import strip_of
from tests.cast import Cast, logged_in
from tests.emailops.conftest import queued


def _settled(domain: Any, status: str, days: int = 0) -> None:
    at = timezone.now() - timedelta(days=days)
    EmailJob.objects.filter(id=queued(domain).id).update(status=status, created_at=at)


def test_each_day_shows_what_was_taken_and_what_was_lost(cast: Cast) -> None:
    cache.clear()
    for _ in range(3):
        _settled(cast.acme, EmailStatus.SENT)
    _settled(cast.acme, EmailStatus.FAILED, days=2)
    _settled(cast.acme, EmailStatus.SENT, days=20)
    _settled(cast.acme, EmailStatus.QUEUED)
    _settled(cast.bolt, EmailStatus.FAILED)
    strip = strip_of([cast.acme])
    assert (len(strip.days), strip.sent, strip.lost, strip.percent) == (14, 3, 1, "75 %")
    assert (strip.days[-1].sent, strip.days[-1].sent_height, strip.days[-3].lost) == (3, 100, 1)
    page = logged_in(cast.vic).get("/emails/strip/").content.decode()
    assert "75 %" in page
    assert "3 taken by a mail server, 1 not" in page


def test_what_was_kept_as_a_file_was_taken_by_no_server(cast: Cast) -> None:
    cache.clear()
    _settled(cast.acme, EmailStatus.SENT)
    EmailJob.objects.update(last_stage=FILED)
    _settled(cast.acme, EmailStatus.FAILED)
    assert (strip_of([cast.acme]).sent, strip_of([cast.acme]).lost) == (0, 1)


def test_nearly_all_is_not_rounded_up_to_all(cast: Cast) -> None:
    cache.clear()
    EmailJob.objects.bulk_create(
        [
            EmailJob(
                domain=cast.acme,
                content=queued(cast.acme).content,
                kind="manual",
                status=EmailStatus.SENT if n else EmailStatus.FAILED,
                recipient="a@x.example",
                run_after=timezone.now(),
                created_at=timezone.now(),
                message_id=f"<{n}@x>",
            )
            for n in range(3_000)
        ]
    )
    assert strip_of([cast.acme]).percent == "99.9 %"


def test_where_nothing_was_sent_nothing_is_drawn(cast: Cast) -> None:
    cache.clear()
    assert b"<svg" not in logged_in(cast.olga).get("/emails/strip/").content


def _path(cast: Cast) -> str:
    return f"/domains/{cast.acme.pk}/settings/email/suppressions/"


def test_owners_add_and_remove_addresses(cast: Cast) -> None:
    olga, path = logged_in(cast.olga), _path(cast)
    assert b"Nobody is on it" in olga.get(path).content
    olga.post(path, {"address": "Maria@X.example"})
    row = Suppression.objects.get()
    assert (row.address, row.reason, row.created_by) == ("maria@x.example", "manual", cast.olga)
    page = olga.get(path).content.decode()
    assert "maria@x.example" in page
    assert "by Olga" in page
    wrong = olga.post(path, {"address": "no address"})
    assert wrong.status_code == 400
    assert b'value="no address"' in wrong.content
    olga.post(path, {"address": "maria@x.example", "remove": "1"})
    assert Suppression.objects.count() == 0


def test_the_list_is_a_file_that_no_spreadsheet_calculates(cast: Cast) -> None:
    suppressions.suppress(cast.acme, "=cmd@x.example", SuppressionReason.UNSUBSCRIBED)
    suppressions.suppress(cast.bolt, "secret@bolt.example", SuppressionReason.MANUAL)
    answer = logged_in(cast.olga).get(_path(cast) + "list.csv")
    lines = b"".join(answer).decode().splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="suppressions.csv"'
    assert lines[0] == "address,reason,since"
    assert lines[1].startswith("'=cmd@x.example,unsubscribed,")
    assert len(lines) == 2


def test_strangers_and_operators_see_no_list(cast: Cast) -> None:
    for path in (_path(cast), _path(cast) + "list.csv"):
        assert logged_in(cast.omar).get(path).status_code == 403
        assert logged_in(cast.mallory).get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert logged_in(cast.mallory).post(_path(cast), {"address": "a@x.example"}).status_code == 404
    assert Suppression.objects.count() == 0
