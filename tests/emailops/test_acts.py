"""Retry and Cancel."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emailops import acts, delivery, servers
from emailops.models import EmailJob, EmailStatus
from tests.cast import Cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, smtp


def test_a_mail_that_is_tried_again_takes_the_domains_present_way_out(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_rcpt=lambda address: "550 5.7.1 relaying denied")) as built_in, smtp() as own:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{built_in.port}"
        job = queued(cast.acme)
        delivery.drain(servers.built_in())
        server = own_server(cast.acme, own.port, settings)
        assert acts.retry(job).server == server
        delivery.drain(server)
        assert EmailJob.objects.get().status == EmailStatus.SENT
        assert len(own.mails) == 1
        EmailJob.objects.update(status=EmailStatus.FAILED)
        server.delete()
        assert acts.retry(job).server is None


@pytest.mark.parametrize("status", sorted(set(EmailStatus) - {EmailStatus.SENDING}))
@pytest.mark.parametrize(("act", "possible"), [(acts.retry, acts.may_retry), (acts.cancel, acts.may_cancel)])
def test_an_act_is_done_or_refused_with_its_reason(
    cast: Cast,
    act: Callable[[EmailJob], EmailJob],
    possible: Callable[[EmailJob], bool],
    status: EmailStatus,
) -> None:
    job = queued(cast.acme)
    EmailJob.objects.update(status=status)
    job.refresh_from_db()
    if possible(job):
        assert act(job).status in {EmailStatus.QUEUED, EmailStatus.CANCELLED}
    else:
        with pytest.raises(acts.Impossible) as why:
            act(job)
        assert "cannot be" not in str(why.value), "it says why"


def test_a_mail_that_was_kept_as_a_file_is_sent_once_there_is_a_server(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_URL, settings.DATA_DIR = "", tmp_path
    job = queued(cast.acme)
    delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.filed, acts.may_retry(job)) == (True, True)
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        acts.retry(job)
        delivery.drain(servers.built_in())
    job.refresh_from_db()
    assert (job.status, job.filed, acts.may_retry(job)) == (EmailStatus.SENT, False, False)
    assert sink.message_ids == [job.message_id]


def test_a_mail_that_is_held_is_let_go_by_a_retry(cast: Cast) -> None:
    job = queued(cast.acme)
    EmailJob.objects.update(status=EmailStatus.HELD)
    assert acts.retry(job).status == EmailStatus.QUEUED
