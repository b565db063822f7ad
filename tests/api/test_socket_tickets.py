"""Tickets for the console socket: from a checked POST, for one socket, for 30 s."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tickets
from accounts.models import SocketTicket, User
from tests.api.caller import Caller
from tests.cast import PASSWORD, Cast, make_cast


def test_a_ticket_opens_one_socket(cast: Cast, omar: Caller):
    made = omar.post("socket-ticket/")
    assert (made.status_code, made.body["expires_in_s"]) == (201, 30)
    redeemed = tickets.redeem(made.body["ticket"])
    assert redeemed is not None
    assert redeemed.user == cast.omar
    assert tickets.redeem(made.body["ticket"]) is None


@pytest.mark.parametrize("nonsense", ["", "x", "00000000-0000-4000-8000-000000000000", None, 7, ["a"]])
def test_nonsense_is_no_ticket(cast: Cast, nonsense):
    assert tickets.redeem(nonsense) is None


def test_a_ticket_is_late_after_30_seconds(cast: Cast):
    ticket = tickets.issue(cast.omar)
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        assert tickets.redeem(str(ticket.pk)) is None


def test_a_ticket_dies_with_its_session_and_with_a_changed_password(cast: Cast):
    browser = Client()
    browser.login(username=cast.omar.email, password=PASSWORD)
    first = browser.post("/api/v1/socket-ticket/", content_type="application/json").json()["ticket"]
    assert SocketTicket.objects.get(pk=first).session_key
    browser.logout()
    assert tickets.redeem(first) is None

    browser.login(username=cast.omar.email, password=PASSWORD)
    second = browser.post("/api/v1/socket-ticket/", content_type="application/json").json()["ticket"]
    cast.omar.set_password("quite another one")
    cast.omar.save()
    assert tickets.redeem(second) is None


def test_a_socket_that_is_open_sees_a_new_password_and_a_locked_account(cast: Cast):
    browser = Client()
    browser.login(username=cast.omar.email, password=PASSWORD)
    key = browser.session.session_key or ""
    # As the socket keeps him.
    omar = User.objects.get(pk=cast.omar.pk)
    assert tickets.session_lives(key, omar)
    assert not tickets.session_lives(key, cast.ona)
    User.objects.filter(pk=omar.pk).update(is_active=False)
    assert not tickets.session_lives(key, omar)
    User.objects.filter(pk=omar.pk).update(is_active=True)
    cast.omar.set_password("quite another one")
    cast.omar.save()
    assert not tickets.session_lives(key, omar)


def test_a_hostile_page_gets_no_ticket(cast: Cast):
    browser = Client(enforce_csrf_checks=True)
    browser.login(username=cast.omar.email, password=PASSWORD)
    assert browser.post("/api/v1/socket-ticket/").status_code == 403
    assert Caller().post("socket-ticket/").status_code == 401
    assert not SocketTicket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_sockets_at_once_one_gets_the_ticket():
    ticket = str(tickets.issue(make_cast().omar).pk)
    start, won = Barrier(8), []

    def redeem() -> None:
        start.wait(10)
        won.append(tickets.redeem(ticket) is not None)
        connection.close()

    threads = [Thread(target=redeem) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(won) == [False] * 7 + [True]
