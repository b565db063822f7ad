"""How fast a server is fed, and whose turn it is on a server that many share."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from emailops import claims, delivery, servers
from emailops.models import EmailJob, EmailKind, EmailStatus
from tests.cast import Cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import smtp
from tests.emailops.test_bulk_sends import bulk


def test_no_window_sees_more_mails_than_the_rate(cast: Cast, settings: Any) -> None:
    taken: list[datetime] = []
    with smtp() as sink, time_machine.travel(timezone.now(), tick=False) as clock:
        sink.on_data = lambda _: taken.append(timezone.now())
        server = own_server(cast.acme, sink.port, settings, rate_count=3, rate_window_s=60)
        for n in range(10):
            queued(cast.acme, f"a{n}@x.example", kind=EmailKind.MANUAL)
        for _ in range(40):
            drained = delivery.drain(server)
            assert not drained.more, "who waits for the rate is rung for by the clock"
            clock.shift(timedelta(seconds=7))
    assert len(taken) == 10
    for began in taken:
        assert sum(began <= moment < began + timedelta(seconds=60) for moment in taken) <= 3
    assert set(EmailJob.objects.values_list("attempts", flat=True)) == {1}


def test_what_is_on_the_wire_counts_too(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        server = own_server(cast.acme, sink.port, settings, rate_count=2)
        for n in range(3):
            queued(cast.acme, f"a{n}@x.example")
        run = delivery._Drain(server)
        assert len(claims.Claims(server, run.token).take(10)) == 2
        assert delivery.drain(server).handled == 0
    assert EmailJob.objects.filter(status=EmailStatus.SENDING).count() == 2


def test_an_urgent_mail_overtakes_bulk_mail(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        bulk(cast.acme, ",".join(f"a{n}@x.example" for n in range(30)))
        queued(cast.bolt, "boss@x.example", kind=EmailKind.ESCALATION)
        delivery.drain(servers.built_in())
    assert sink.envelopes[0][1] == ["boss@x.example"]


def test_domains_that_share_a_server_take_turns_with_bulk_mail(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        bulk(cast.acme, ",".join(f"a{n}@acme.example" for n in range(200)))
        bulk(cast.bolt, ",".join(f"b{n}@bolt.example" for n in range(20)))
        delivery.drain(servers.built_in())
    order = [to.rpartition("@")[2] for _, (to,) in sink.envelopes]
    assert len(order) == 220
    last_of_bolt = max(n for n, host in enumerate(order) if host == "bolt.example")
    assert last_of_bolt < 150, "the small send is not behind the big one"


def test_the_last_mails_of_a_turn_are_not_forgotten(cast: Cast, settings: Any) -> None:
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        for domain in (cast.acme, cast.bolt):
            bulk(domain, "a@x.example")
        delivery.drain(servers.built_in())
    assert len(sink.mails) == 2
