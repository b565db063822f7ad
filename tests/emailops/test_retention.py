"""What old mails say goes; that they were sent stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from emailops import acts, retention
from emailops.models import EmailContent, EmailJob, EmailStatus
from tests.cast import Cast, logged_in
from tests.emailops.conftest import queued


def _aged(job: EmailJob, days: int, status: str) -> EmailJob:
    EmailContent.objects.filter(id=job.content_id).update(created_at=timezone.now() - timedelta(days=days))
    EmailJob.objects.filter(id=job.id).update(status=status)
    return job


def test_bodies_go_after_their_time_and_rows_stay(cast: Cast) -> None:
    old = _aged(queued(cast.acme, "old@x.example"), 91, EmailStatus.SENT)
    new = _aged(queued(cast.acme, "new@x.example"), 89, EmailStatus.SENT)
    waits = _aged(queued(cast.acme, "waits@x.example"), 91, EmailStatus.HELD)
    assert retention.wipe(timezone.now()) == 1
    assert retention.wipe(timezone.now()) == 0
    for job, text in ((old, ""), (new, "A text.\n"), (waits, "A text.\n")):
        job.content.refresh_from_db()
        assert job.content.text == text
    assert (old.content.subject, old.content.html) == ("Hello", "")


def test_they_are_kept_for_ever_where_the_setting_says_so(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BODY_DAYS = 0
    _aged(queued(cast.acme), 4_000, EmailStatus.SENT)
    assert retention.wipe(timezone.now()) == 0


def test_the_page_says_so_and_offers_no_other_try(cast: Cast) -> None:
    job = _aged(queued(cast.acme), 91, EmailStatus.FAILED)
    retention.wipe(timezone.now())
    olga = logged_in(cast.olga)
    page = olga.get(f"/emails/{job.id}/").content.decode()
    assert "kept for a limited time" in page
    assert "<iframe" not in page
    assert f"/emails/{job.id}/retry/" not in page
    assert olga.get(f"/emails/{job.id}/body/").status_code == 410
    with pytest.raises(acts.Impossible, match="text was removed"):
        acts.retry(EmailJob.objects.select_related("content").get(id=job.id))
