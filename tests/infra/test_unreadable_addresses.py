"""PostgreSQL knows no text with NUL: who puts one into an address or a cookie is told so, and nothing fails."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/w/pk%00x.js",
        "/w/pk%00x/frame",
        "/live/?c=%00",
        "/live/?domain=%00",
        "/conversations/?q=a%00b",
        "/emails/?q=a%00b",
        "/emails/?kind=%00",
        "/emails/?status=%00",
        "/emails/moving/?newest=%00",
        "/admin/emailops/emailjob/?status__exact=%00",
        "/accounts/login/?next=%00",
    ],
)
def test_an_address_with_a_nul_is_a_bad_request(client: Client, cast: Cast, address: str) -> None:
    cast.olga.is_staff = cast.olga.is_superuser = True
    cast.olga.save(update_fields=["is_staff", "is_superuser"])
    client.force_login(cast.olga)
    answer = client.get(address)
    assert answer.status_code == 400
    assert b"Bad request" in answer.content
    assert "default-src" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["q", "status", "domain", "cursor", "no_such_thing"])
def test_the_api_says_in_its_own_form_which_parameter_it_was(client: Client, cast: Cast, query: str) -> None:
    client.force_login(cast.omar)
    answer: Any = client.get(f"/api/v1/conversations/?{query}=%00")
    assert answer.status_code == 400
    assert query in answer.json()["error"]["fields"]


def test_a_cookie_with_a_nul_is_no_cookie(client: Client) -> None:
    # Quoted, as a browser may send it, it says NUL in plain signs.
    forged = {"cookie": r'session="abcdefgh\000ijklmnop"'}
    assert client.get("/live/", headers=forged)["Location"].startswith("/accounts/login/")
    assert client.get("/api/v1/conversations/", headers=forged).status_code == 401
