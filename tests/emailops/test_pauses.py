"""A mail server rests after a fault of its own: what waits for it, for how long, and what ends it at once."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from domains.models import Domain
from emailops import custom_email, delivery, servers, slots, trials
from emailops.models import EmailJob, EmailKind, EmailStatus, MailServer, ServerState
from tests.cast import Cast
from tests.emailops.conftest import own_server, queued
from tests.emailops.servers import Sink, smtp

REFUSAL = "550 5.7.1 sender not owned by user"
FULL = "421 4.7.0 too many connections"


def _save(domain: Domain, port: int, sender: str = "right@acme.example") -> MailServer:
    return custom_email.save_server(domain, host="127.0.0.1", port=port, security="none", from_address=sender)


def _pass_a_test(cast: Cast) -> None:
    test = custom_email.queue_test(cast.acme, recipient="me@acme.example", user=cast.olga)
    trials.run_trial(test.id)
    test.refresh_from_db()
    assert test.status == EmailStatus.SENT


@pytest.mark.parametrize("reply", [REFUSAL, FULL])
def test_saving_the_right_settings_sends_at_once_what_waited(cast: Cast, settings: Any, reply: str) -> None:
    with smtp(Sink(on_mail=lambda sender: None if "right" in sender else reply)) as sink:
        server = own_server(cast.acme, sink.port, settings, from_address="wrong@acme.example")
        alert = queued(cast.acme, kind=EmailKind.ESCALATION)
        delivery.drain(server)
        alert.refresh_from_db()
        assert (alert.status, alert.attempts) == (EmailStatus.QUEUED, 0)
        assert delivery.drain(_save(cast.acme, sink.port)).handled == 1
    alert.refresh_from_db()
    assert (alert.status, alert.attempts) == (EmailStatus.SENT, 1)


def test_a_server_of_ones_own_sends_at_once_what_waited_for_the_built_in_one(
    cast: Cast, settings: Any
) -> None:
    with smtp(Sink(on_mail=lambda _: FULL)) as built_in, smtp() as own:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{built_in.port}"
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{own.port}"]
        queued(cast.acme)
        delivery.drain(servers.built_in())
        assert delivery.drain(_save(cast.acme, own.port)).handled == 1
    assert len(own.mails) == 1


def test_removing_a_server_that_rests_sends_at_once_what_waited(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_mail=lambda _: FULL)) as own, smtp() as built_in:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{built_in.port}"
        server = own_server(cast.acme, own.port, settings)
        queued(cast.acme)
        delivery.drain(server)
        custom_email.remove_server(cast.acme)
        assert delivery.drain(servers.built_in()).handled == 1
    assert len(built_in.mails) == 1


@pytest.mark.parametrize("built_in", [True, False])
def test_a_test_that_passes_sends_at_once_what_waited(cast: Cast, settings: Any, built_in: bool) -> None:
    with smtp(Sink(on_mail=lambda _: FULL)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        server = servers.built_in() if built_in else own_server(cast.acme, sink.port, settings)
        queued(cast.acme)
        delivery.drain(server)
        sink.on_mail = lambda _: None
        _pass_a_test(cast)
        server.refresh_from_db()
        assert server.state == ServerState.ACTIVE
        assert delivery.drain(server).handled == 1


def test_a_mail_that_is_to_come_later_comes_no_earlier_for_a_saved_server(cast: Cast, settings: Any) -> None:
    with smtp(Sink(on_rcpt=lambda _: "450 4.7.1 Greylisted, try again in 3600 seconds")) as sink:
        server = own_server(cast.acme, sink.port, settings)
        queued(cast.acme)
        delivery.drain(server)
        servers.note_fault(server, "connect", "refused", refuses=False)
        assert delivery.drain(_save(cast.acme, sink.port)).handled == 0


def test_what_its_receiver_put_off_comes_no_earlier_although_the_server_rests_longer(
    cast: Cast, settings: Any
) -> None:
    with smtp(Sink(on_rcpt=lambda _: "450 4.7.1 Greylisted, try again in 60 seconds")) as sink:
        server = own_server(cast.acme, sink.port, settings)
        queued(cast.acme)
        delivery.drain(server)
        servers.note_fault(server, "auth", "5.7.8 who are you", refuses=True)
        assert delivery.drain(_save(cast.acme, sink.port)).handled == 0


def test_a_fault_of_settings_that_are_replaced_already_makes_no_mail_wait(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp(Sink(on_mail=lambda sender: None if "right" in sender else FULL)) as sink:
        server = own_server(cast.acme, sink.port, settings, from_address="wrong@acme.example")
        queued(cast.acme)
        prepare: Callable[..., delivery.Mail] = delivery.prepare

        def while_it_is_sent(job: EmailJob, server: MailServer) -> delivery.Mail:
            mail = prepare(job, server)
            _save(cast.acme, sink.port)
            return mail

        with monkeypatch.context() as patched:
            patched.setattr(delivery, "prepare", while_it_is_sent)
            assert delivery.drain(server).more
        assert delivery.drain(MailServer.objects.get(id=server.id)).handled == 1


def _pause_s(server: MailServer) -> float:
    server.refresh_from_db()
    assert server.paused_until is not None
    return (server.paused_until - timezone.now()).total_seconds()


def test_after_a_success_the_next_fault_counts_as_the_first(cast: Cast, settings: Any) -> None:
    sink = Sink()
    with smtp(sink):
        server = own_server(cast.acme, sink.port, settings, failures=7)
        queued(cast.acme)
        delivery.drain(server)
        assert MailServer.objects.get(id=server.id).failures == 0
        sink.on_mail = lambda _: FULL
        queued(cast.acme)
        delivery.drain(server)
    assert _pause_s(server) < 15
    assert server.failures == 1


def test_one_outage_counts_once_however_many_connections_it_breaks(cast: Cast) -> None:
    servers.built_in()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for outage in (1, 2):
            connections = [servers.built_in() for _ in range(4)]
            until = {servers.note_fault(each, "dot", "broke off", refuses=False) for each in connections}
            assert len(until) == 1
            server = servers.built_in()
            assert server.failures == outage
            pause = _pause_s(server)
            assert 8 * outage <= pause <= 12 * outage
            clock.shift(timedelta(seconds=pause + 1))


def test_what_is_said_of_a_server_that_rests_is_the_newest(cast: Cast) -> None:
    servers.note_fault(servers.built_in(), "connect", "refused", refuses=False)
    servers.note_fault(servers.built_in(), "auth", "5.7.8 who are you", refuses=True)
    server = servers.built_in()
    assert (server.state, server.last_error) == (ServerState.AUTH_FAILED, "5.7.8 who are you")


def test_nobody_else_is_called_to_a_server_that_takes_nothing(cast: Cast, settings: Any) -> None:
    called: list[int] = []
    with smtp(Sink(on_mail=lambda _: FULL)) as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        settings.EMAIL_CONNECTIONS = 4
        for n in range(25):
            queued(cast.acme, f"to{n}@acme.example")
        delivery.drain(servers.built_in(), call_another=lambda: called.append(len(sink.mails)))
        assert called == []
        sink.on_mail = lambda _: None
        MailServer.objects.update(paused_until=timezone.now())
        delivery.drain(servers.built_in(), call_another=lambda: called.append(len(sink.mails)))
    (taken,) = called
    assert 0 < taken < 25


def test_others_are_called_to_a_server_whose_first_connection_had_failed(cast: Cast, settings: Any) -> None:
    called: list[int] = []
    settings.EMAIL_CONNECTIONS = 4
    for n in range(25):
        queued(cast.acme, f"to{n}@acme.example")
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    assert delivery.drain(servers.built_in()).handled == 0
    MailServer.objects.update(paused_until=timezone.now())
    with smtp() as sink:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
        delivery.drain(servers.built_in(), call_another=lambda: called.append(len(sink.mails)))
    assert len(called) == 1


def test_a_server_that_has_failed_is_tried_by_one_connection(cast: Cast, settings: Any) -> None:
    settings.EMAIL_CONNECTIONS = 4
    until = timezone.now() + timedelta(minutes=3)
    servers.note_fault(servers.built_in(), "connect", "refused", refuses=False)
    tokens = [uuid.uuid4() for _ in range(5)]
    assert [slots.take(servers.built_in(), token, until) for token in tokens[:2]] == [True, False]
    servers.note_success(servers.built_in())
    taken = [slots.take(servers.built_in(), token, until) for token in tokens[1:]]
    assert taken == [True, True, True, False]
