"""A mail that waits for its server says so in its row: which server, why, until when, and what to do."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from emailops import servers
from emailops.models import EmailJob, EmailStatus, MailServer
from emailops.rows import _LOOKS
from tests.cast import Cast, logged_in
from tests.emailops.conftest import queued


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def cell(user: User, job: EmailJob) -> str:
    """What the row says in the column of errors."""
    page = logged_in(user).get("/emails/").content.decode()
    found = re.search(rf'<span id="error-{job.pk}">(.*?)</td>', page, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def refused(cast: Cast) -> MailServer:
    server = MailServer.objects.create(
        domain=cast.acme, host="smtp.acme.example", port=587, from_address="hi@acme.example"
    )
    servers.note_fault(server, "auth", "535 5.7.8 Bad credentials", refuses=True)
    server.refresh_from_db()
    return server


def test_the_row_tells_the_owner_what_to_do(cast: Cast, refused: MailServer) -> None:
    job = queued(cast.acme)
    told = cell(cast.olga, job)
    assert words(told).startswith("Waiting: smtp.acme.example:587 refused the log-in. Next try at")
    assert 'title="535 5.7.8 Bad credentials"' in told
    assert refused.paused_until is not None
    assert f'datetime="{refused.paused_until.isoformat(timespec="microseconds")}"' in told
    assert f'<a href="/domains/{cast.acme.pk}/settings/email/#smtp">Check its settings</a>' in told


def test_who_may_not_change_it_reads_who_may(cast: Cast, refused: MailServer) -> None:
    told = cell(cast.omar, queued(cast.acme))
    assert "Owners and admins of Acme can check its settings." in told
    assert "/settings/" not in told


def test_mail_of_the_built_in_system_names_the_setting(cast: Cast) -> None:
    servers.note_fault(servers.built_in(), "connect", "Connection refused", refuses=False)
    told = words(cell(cast.olga, queued(cast.acme)))
    assert told.startswith("Waiting: Built-in mail system takes no mail. Next try at")
    assert told.endswith("Whoever runs Privas sets it with EMAIL_URL.")


@pytest.mark.parametrize("own", [True, False])
def test_the_settings_name_a_next_try_only_while_it_is_to_come(cast: Cast, own: bool) -> None:
    server = servers.built_in()
    if own:
        server = MailServer.objects.create(
            domain=cast.acme, host="smtp.acme.example", from_address="a@acme.example"
        )
    servers.note_fault(server, "connect", "Connection refused", refuses=False)
    client = logged_in(cast.olga)
    settings_page = f"/domains/{cast.acme.pk}/settings/email/"
    told = words(client.get(settings_page).content.decode())
    assert f"{server} takes no mail (Connection refused)" in told
    assert "Next try at" in told
    MailServer.objects.update(paused_until=timezone.now() - timedelta(days=2))
    told = words(client.get(settings_page).content.decode())
    assert (
        f"{server} took no mail at the last try (Connection refused). The next mail tries it again." in told
    )
    assert "Next try at" not in told
    assert "takes no mail" not in told


def test_a_mail_that_does_not_wait_for_a_server_says_nothing_of_it(cast: Cast, refused: MailServer) -> None:
    job = queued(cast.acme)
    EmailJob.objects.filter(pk=job.pk).update(status=EmailStatus.FAILED, last_error="550 no", last_code=550)
    assert words(cell(cast.olga, job)) == "550 550 no"
    MailServer.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    EmailJob.objects.filter(pk=job.pk).update(status=EmailStatus.QUEUED, last_error="")
    assert words(cell(cast.olga, job)) == "—"


def test_every_status_can_be_chosen_and_means_itself(cast: Cast) -> None:
    jobs = {}
    for status in EmailStatus.values:
        if status != EmailStatus.SENDING:
            jobs[status] = queued(cast.acme, f"{status}@acme.example")
            EmailJob.objects.filter(pk=jobs[status].pk).update(status=status)
    client = logged_in(cast.olga)
    page = client.get("/emails/").content.decode()
    select = re.search(r'<select id="f-status".*?</select>', page, re.DOTALL)
    assert select
    assert re.findall(r'value="(\w+)"', select[0]) == EmailStatus.values
    assert "Retrying (1)" in select[0]
    for status in jobs:
        shown = client.get(f"/emails/?status={status}").content.decode()
        assert re.findall(r">(\w+)@acme\.example</span>", shown) == [status]


def test_a_mail_for_later_says_from_when(cast: Cast) -> None:
    job = queued(cast.acme)
    client = logged_in(cast.olga)
    assert "not before" not in client.get("/emails/").content.decode()
    EmailJob.objects.filter(pk=job.pk).update(run_after=timezone.now() + timedelta(hours=1))
    assert "not before" in client.get("/emails/").content.decode()


def test_an_opened_mail_says_what_its_status_means(cast: Cast) -> None:
    job = queued(cast.acme)
    client = logged_in(cast.olga)
    for status in EmailStatus.values:
        if status != EmailStatus.SENDING:
            EmailJob.objects.filter(pk=job.pk).update(status=status)
            assert _LOOKS[EmailStatus(status)][2] in client.get(f"/emails/{job.pk}/").content.decode()
