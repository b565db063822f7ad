"""Forwarded headers are believed from named proxies and from nobody else."""

import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.stack import Stack

pytestmark = [pytest.mark.redis, pytest.mark.slow]
TLS = {"BASE_URL": "https://127.0.0.1"}


class Stay(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_: Any) -> None:
        """Nowhere."""


def status(stack: Stack, **headers: str) -> int:
    """What the log-in page answers to these headers."""
    request = urllib.request.Request(stack.url + "/accounts/login/", headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_a_named_proxy_says_that_the_line_was_encrypted(stack) -> None:
    trusting = stack("sqlite", workers=0, env=TLS | {"TRUSTED_PROXIES": "127.0.0.1"})
    assert status(trusting) == 301
    assert status(trusting, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}) == 200


def test_nobody_else_can_say_so(stack) -> None:
    wary = stack("sqlite", workers=0, env=TLS | {"TRUSTED_PROXIES": "203.0.113.7"})
    assert status(wary, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}) == 301
