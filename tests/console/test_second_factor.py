"""Everybody with an account can add a second factor by themselves, and is then asked for it."""

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.cast import PASSWORD, Cast

PERIOD_S = 30


def code(secret: str, periods: int) -> str:
    """What a telephone shows whose clock is so many periods ahead."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD_S + periods))


def log_in(client: Client, user: Any) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


@pytest.mark.django_db
def test_a_second_factor_is_added_and_asked_for(cast: Cast) -> None:
    client = Client()
    log_in(client, cast.omar)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    secret = client.session["mfa.totp.secret"]
    added: Any = client.post("/accounts/2fa/totp/activate/", {"code": code(secret, 0)})
    assert (added.status_code, added.url) == (302, "/accounts/2fa/recovery-codes/")

    other = Client()
    assert log_in(other, cast.omar).url.startswith("/accounts/2fa/authenticate/")
    assert other.get("/live/").status_code == 302
    other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert other.get("/live/").status_code == 302
    other.post("/accounts/2fa/authenticate/", {"code": code(secret, 1)})
    assert other.get("/live/").status_code == 200
