"""When mail is tried again, and whose fault a failure is."""

import random
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from emailops import retrying
from emailops.built_in import built_in_target
from emailops.models import EmailKind
from emailops.retrying import Verdict, classify, hinted_wait, next_try, policy, server_pause

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", EmailKind.values)
def test_every_kind_has_a_ladder_that_grows_and_ends(kind: str) -> None:
    rules = policy(kind)
    dice = random.Random(3)
    waits = []
    for attempt in range(1, rules.max_attempts):
        again = next_try(kind, attempt, NOW, dice=dice)
        assert again is not None
        wait = (again - NOW).total_seconds()
        assert rules.ladder[attempt - 1] * 0.8 <= wait <= rules.ladder[attempt - 1] * 1.2
        waits.append(wait)
    assert waits == sorted(waits)
    assert next_try(kind, rules.max_attempts, NOW) is None


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        ("4.7.1 Greylisted, please try again in 300 seconds", 300),
        ("Try again in 5 minutes.", 300),
        ("retry after 2 hours", 7200),
        ("Please wait 10 s", 60),
        ("try again in 99999 seconds", 14_400),
        ("You may retry in 00:05", None),
        ("mailbox full", None),
        ("error 451 in 3 ways", None),
    ],
)
def test_the_servers_wish_is_understood_and_bounded(reply: str, wait: int | None) -> None:
    assert hinted_wait(reply) == wait


def test_a_receiver_that_puts_off_is_given_minutes_but_alerts_come_early() -> None:
    dice = random.Random(1)
    for tries in (1, 2):
        waits = [next_try(EmailKind.MANUAL, tries, NOW, slow=True, dice=dice) for _ in range(200)]
        seconds = [(moment - NOW).total_seconds() for moment in waits if moment is not None]
        assert len(seconds) == 200
        assert 300 <= min(seconds) < 310
        assert 350 < max(seconds) <= 360
    urgent = next_try(EmailKind.ESCALATION, 1, NOW, slow=True, dice=dice)
    assert urgent is not None
    assert (urgent - NOW).total_seconds() <= 18


@pytest.mark.parametrize(
    ("stage", "code", "enhanced", "sent_before", "verdict"),
    [
        ("resolve", None, "", False, Verdict.SERVER_DOWN),
        ("guard", None, "", False, Verdict.SERVER_REFUSES),
        ("connect", None, "", False, Verdict.SERVER_DOWN),
        ("tls", None, "", False, Verdict.SERVER_DOWN),
        ("tls", 454, "", False, Verdict.SERVER_DOWN),
        ("banner", 421, "", False, Verdict.SERVER_DOWN),
        ("banner", 554, "", False, Verdict.SERVER_REFUSES),
        ("banner", None, "", False, Verdict.SERVER_DOWN),
        ("auth", 535, "5.7.8", False, Verdict.SERVER_REFUSES),
        ("auth", 454, "4.7.0", False, Verdict.SERVER_DOWN),
        ("mail", 421, "", False, Verdict.SERVER_DOWN),
        ("mail", 421, "", True, Verdict.RECONNECT),
        ("mail", None, "", True, Verdict.RECONNECT),
        ("mail", 450, "", False, Verdict.TEMPORARY),
        ("mail", 550, "5.7.1", False, Verdict.SERVER_REFUSES),
        ("mail", 553, "", False, Verdict.SERVER_REFUSES),
        ("mail", 552, "", False, Verdict.PERMANENT),
        ("mail", 554, "5.3.4", False, Verdict.PERMANENT),
        ("rcpt", 450, "", False, Verdict.TEMPORARY),
        ("rcpt", 550, "5.1.1", False, Verdict.PERMANENT),
        ("rcpt", 550, "4.2.1", False, Verdict.TEMPORARY),
        ("rcpt", 450, "5.1.1", False, Verdict.PERMANENT),
        ("data", 451, "", False, Verdict.TEMPORARY),
        ("data", 554, "", False, Verdict.PERMANENT),
        ("body", None, "", True, Verdict.RECONNECT),
        ("dot", 421, "", True, Verdict.TEMPORARY),
        ("dot", 451, "", False, Verdict.TEMPORARY),
        ("dot", 554, "5.7.1", False, Verdict.PERMANENT),
        ("dot", None, "", True, Verdict.IN_DOUBT),
        ("build", None, "", False, Verdict.PERMANENT),
    ],
)
def test_the_right_one_is_blamed(
    stage: str, code: int | None, enhanced: str, sent_before: bool, verdict: Verdict
) -> None:
    assert classify(stage, code, enhanced, sent_before=sent_before) is verdict


def test_a_server_rests_longer_each_time_but_not_for_ever() -> None:
    dice = random.Random(5)
    hour = spent = 0
    while spent < 3600:
        hour += 1
        spent += int(server_pause(hour, refuses=False, dice=dice).total_seconds())
    assert hour <= 12
    assert server_pause(99, refuses=True, dice=dice).total_seconds() <= 6 * 3600 * 1.2
    assert retrying.enhanced_code("5.1.1 no such user") == "5.1.1"
    assert retrying.enhanced_code("10.5.1.1 odd") == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "none", "", "")),
        ("smtp://relay", ("relay", 25, "none", "", "")),
        ("smtp://us%40er:p%3Ass@relay:25", ("relay", 25, "none", "us@er", "p:ss")),
        ("smtp+tls://relay", ("relay", 587, "starttls", "", "")),
        ("smtps://relay:587", ("relay", 587, "starttls", "", "")),
        ("smtps://relay:465", ("relay", 465, "tls", "", "")),
        ("smtp+ssl://relay", ("relay", 465, "tls", "", "")),
    ],
)
def test_the_administrators_address_is_read_as_it_stands(
    settings: Any, url: str, expected: tuple[Any, ...]
) -> None:
    settings.EMAIL_URL = url
    target = built_in_target()
    assert (target.host, target.port, target.security, target.username, target.password) == expected
    assert not target.guarded
    assert target.password not in repr(target) or not target.password


@pytest.mark.parametrize(
    "url",
    [
        *("consolemail://", "http://x", "smtp://", "relay:25"),
        *("smtp+tls://user:S3cr/et@relay:587", "smtp://user:S3cr#et@relay", "smtp://user:123?S3cret@relay"),
        *("smtp://relay:65536", "smtp://[S3cret"),
    ],
)
def test_an_address_that_says_nothing_is_refused(settings: Any, url: str) -> None:
    settings.EMAIL_URL = url
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like") as refused:
        built_in_target()
    assert "S3cr" not in "".join(traceback.format_exception(refused.value))
