"""Who logs in, or has forgotten the password, needs no broker; and guessing stays limited."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from domains import broker as silence
from tests.cast import PASSWORD, Cast
from tests.support.broker import Broker, own_broker

pytestmark = pytest.mark.redis

LOG_IN, FORGOTTEN = "/accounts/login/", "/accounts/password/reset/"


@pytest.fixture
def broker(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A broker for the cache alone."""
    monkeypatch.setattr(silence, "_silent_until", 0.0)
    with own_broker(tmp_path) as own:
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": own.url}}
        # So few, because each try behind a frozen broker may wait.
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/5m/key"}
        yield own


def log_in(who: Any, password: str) -> Any:
    """A try by somebody who is not logged in."""
    return Client(raise_request_exception=False).post(LOG_IN, {"login": who.email, "password": password})


@pytest.mark.parametrize("fault", [Broker.kill, Broker.freeze])
def test_people_log_in_and_guessing_stays_limited(cast: Cast, broker: Broker, fault: Any) -> None:
    fault(broker)
    assert log_in(cast.olga, PASSWORD).status_code == 302
    forgotten = Client(raise_request_exception=False).post(FORGOTTEN, {"email": cast.olga.email})
    assert forgotten.status_code == 302
    for _ in range(2):
        assert "are not correct" in log_in(cast.omar, "a wrong password").content.decode()
    refused = log_in(cast.omar, PASSWORD)
    assert refused.status_code == 200
    assert "Too many failed login attempts" in refused.content.decode()


def test_limits_are_shared_again_once_the_broker_answers(cast: Cast, broker: Broker) -> None:
    cache.set("before", 1)
    broker.freeze()
    assert cache.get("before") is None
    assert cache.add("meanwhile", 1)
    assert not cache.add("meanwhile", 1)
    assert cache.incr("meanwhile") == 2
    assert cache.delete("meanwhile")
    broker.thaw()
    silence._silent_until = 0.0
    assert cache.get("before") == 1
