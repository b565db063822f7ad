"""Email Operations while one looks: rows and opened mails that change, and what is new."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from emailops import delivery, servers
from emailops.bulk import sending
from emailops.models import EmailJob, EmailKind, EmailStatus
from tests.cast import Cast, logged_in
from tests.emailops.conftest import queued
from tests.emailops.servers import smtp
from tests.emailops.test_bulk_sends import bulk


def _watched(client: Client, page: str) -> str:
    """What a page's watch is answered: it sends the ids that the rows on their way give it."""
    (watch,) = re.findall(r'hx-get="(/emails/moving/[^"]+)"', page)
    ids = re.findall(r'name="ids" value="([^"]+)"', page)
    return client.get("&".join([watch.replace("&amp;", "&"), *(f"ids={pk}" for pk in ids)])).content.decode()


def test_rows_change_while_one_looks(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.olga)
    job = queued(cast.acme)
    page = client.get("/emails/").content.decode()
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    queued(cast.acme, "another@acme.example")
    answer = _watched(client, page)
    assert f'id="status-{job.id}" hx-swap-oob="true"' in answer
    assert "Sent" in answer
    assert "1 new" in answer
    assert "every 10s" in answer
    assert 'name="ids"' not in answer


def test_a_row_that_was_just_tried_again_is_watched(cast: Cast) -> None:
    client, job = logged_in(cast.olga), queued(cast.acme)
    EmailJob.objects.filter(id=job.id).update(status=EmailStatus.UNKNOWN)
    page = client.get("/emails/?status=unknown").content.decode()
    assert f'name="ids" value="{job.id}"' not in page
    row = client.post(f"/emails/{job.id}/retry/", headers={"HX-Request": "true"}).content.decode()
    assert f'name="ids" value="{job.id}"' in row


def test_rows_of_a_paused_send_follow_it_when_it_goes_on(cast: Cast) -> None:
    client, send = logged_in(cast.olga), bulk(cast.acme, "a@x.example")
    sending.pause(send)
    page = client.get("/emails/").content.decode()
    assert "Held" in page
    sending.resume(send)
    assert "Queued" in _watched(client, page)


@pytest.mark.parametrize("alone", [False, True])
def test_an_opened_mail_follows_what_becomes_of_it(cast: Cast, settings: Any, alone: bool) -> None:
    client, job = logged_in(cast.olga), queued(cast.acme)
    opened = f"/emails/{job.id}/"
    page = (
        client.get(opened) if alone else client.get(f"{opened}?open=1", headers={"HX-Request": "true"})
    ).content.decode()
    (again,) = re.findall(r'hx-get="(/emails/[^/]+/attempts/[^"]+)"', page)
    again = again.replace("&amp;", "&")
    # Nothing has changed: the button stays where the finger is.
    assert f'id="bar-{job.id}"' not in client.get(again).content.decode()
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in())
    answer = client.get(again).content.decode()
    for cell in ("status", "tries", "sent", "error", "bar"):
        assert f'id="{cell}-{job.id}" hx-swap-oob="true"' in answer
    assert "The mail server has accepted it." in answer
    assert "Cancel" not in answer
    assert "every 3s" not in answer


@pytest.mark.parametrize("alone", [False, True])
def test_buttons_that_come_later_act_as_those_before(cast: Cast, alone: bool) -> None:
    job = queued(cast.acme)
    query = "?was=sending" + ("&alone" if alone else "")
    answer = logged_in(cast.olga).get(f"/emails/{job.id}/attempts/{query}").content.decode()
    assert f'action="/emails/{job.id}/cancel/"' in answer
    assert (f'hx-post="/emails/{job.id}/cancel/"' in answer) is not alone


def test_a_mail_that_was_read_half_before_and_half_after_its_try_is_read_again(cast: Cast) -> None:
    job = queued(cast.acme)
    # The row as it was read first, the try as it was read then.
    job.attempt_rows.create(n=1, outcome="sent", reply="taken", started_at=timezone.now())
    page = logged_in(cast.olga).get(f"/emails/{job.id}/").content.decode()
    assert f'hx-get="/emails/{job.id}/attempts/?was=queued' in page


def test_only_what_fits_the_filters_is_new(cast: Cast) -> None:
    client = logged_in(cast.olga)
    old = queued(cast.acme, "old@acme.example", kind=EmailKind.ESCALATION)
    EmailJob.objects.filter(id=old.id).update(status=EmailStatus.RETRYING)
    for n in range(3):
        queued(cast.acme, f"sales{n}@acme.example")
    for filters in ("", "status=retrying", "status=failed", "kind=escalation", "q=bell", "kind=nonsense"):
        assert " new</a>" not in _watched(client, client.get(f"/emails/?{filters}").content.decode()), filters
    pages = {
        filters: client.get(f"/emails/?{filters}").content.decode()
        for filters in ("", "status=retrying", "status=queued", "kind=escalation", "q=bell+acme", "q=sales")
    }
    queued(cast.acme, "bell@acme.example", kind=EmailKind.ESCALATION)
    told = {}
    for filters, page in pages.items():
        link = re.search(r'href="/emails/\?([^"]*)">.*?(\d+) new</a>', _watched(client, page), re.S)
        told[filters] = (link[1].replace("&amp;", "&").split("domain=")[0], link[2]) if link else None
    assert told == {
        "": ("", "1"),
        "status=retrying": None,
        "status=queued": ("status=queued&", "1"),
        "kind=escalation": ("kind=escalation&", "1"),
        "q=bell+acme": ("q=bell+acme&", "1"),
        "q=sales": None,
    }


def test_what_is_new_is_counted_on_the_domain_that_the_page_shows(cast: Cast) -> None:
    cast.acme.memberships.create(user=cast.mallory, role="owner")
    client = logged_in(cast.mallory)
    page = client.get(f"/emails/?domain={cast.bolt.id}").content.decode()
    # Another tab chooses another one.
    client.get(f"/emails/?domain={cast.acme.id}")
    queued(cast.acme)
    assert " new</a>" not in _watched(client, page)
    queued(cast.bolt)
    answer = _watched(client, page)
    assert "1 new</a>" in answer
    assert f'href="/emails/?domain={cast.bolt.id}"' in answer


def test_the_first_mail_of_all_is_new(cast: Cast) -> None:
    client = logged_in(cast.olga)
    page = client.get("/emails/").content.decode()
    queued(cast.acme)
    assert "1 new</a>" in _watched(client, page)


@pytest.mark.parametrize(
    "newest",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00",
        "yesterday",
        "1" * 5000,
    ],
)
def test_a_moment_that_no_page_has_named_is_never_an_error(cast: Cast, newest: str) -> None:
    client = logged_in(cast.olga)
    assert client.get("/emails/moving/", {"newest": newest}).status_code in (200, 404)
