"""The sweep goes on, whatever one row is like."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from emailops import settling
from emailops.models import EmailAttempt, EmailJob, EmailKind, EmailStatus
from tests.cast import Cast
from tests.emailops.conftest import queued


def _left_by_a_dead_worker(cast: Cast, **fields: object) -> EmailJob:
    job = queued(cast.acme, kind=EmailKind.MANUAL)
    EmailJob.objects.filter(id=job.id).update(
        status=EmailStatus.SENDING,
        attempts=1,
        lease_token=uuid.uuid4(),
        lease_until=timezone.now() - timedelta(minutes=1),
        **fields,
    )
    return job


def test_a_row_that_a_dead_worker_left_two_months_ago_is_freed(cast: Cast) -> None:
    job = _left_by_a_dead_worker(cast, dot_at=timezone.now() - timedelta(days=60))
    assert settling.recover(timezone.now()) == 1
    job.refresh_from_db()
    assert job.status == EmailStatus.UNKNOWN
    # As many milliseconds as a column can hold: 24.8 days.
    assert EmailAttempt.objects.get(job=job).ms == 2**31 - 1


def test_a_dead_worker_that_cannot_be_cleared_away_is_in_no_others_way(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [_left_by_a_dead_worker(cast) for _ in range(3)]
    bad = EmailJob.objects.get(id=jobs[1].id).lease_token
    put_back = settling.put_back

    def stumble(token: uuid.UUID) -> int:
        if token == bad:
            raise ValueError("a canary")
        return put_back(token)

    monkeypatch.setattr(settling, "put_back", stumble)
    assert settling.recover(timezone.now()) == 2
    assert "a canary" in caplog.text
    statuses = [EmailJob.objects.get(id=job.id).status for job in jobs]
    assert statuses == [EmailStatus.QUEUED, EmailStatus.SENDING, EmailStatus.QUEUED]
