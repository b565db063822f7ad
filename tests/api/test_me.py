"""What a person changes about themselves, over REST and on the account's page."""

import pytest
from django.test import Client

from tests.api.caller import Caller
from tests.cast import Cast

TORN = ["A\nB", "A\r\nBcc: x@y.example", "A\x00B", "A\x7fB", "A\u2028B", "A\u202eB", "A\tB"]


@pytest.mark.parametrize("name", TORN)
def test_a_name_is_one_line(cast: Cast, olga: Caller, name: str):
    answer = olga.patch("me/", name=name)
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, ["name"])
    assert "A name is one line" in str(answer.body["error"]["fields"]["name"])
    cast.olga.refresh_from_db()
    assert cast.olga.name == "Olga"


def test_any_other_name_is_taken(olga: Caller):
    for name in ("Ольга Ω", "O’Hara-Müller, Jr.", "山田 太郎", ""):
        assert olga.patch("me/", name=name).body["name"] == name


def test_the_accounts_page_refuses_a_torn_name_too(cast: Cast):
    client = Client()
    client.force_login(cast.olga)
    page = client.post("/accounts/profile/", {"name": "A\u2028B", "theme": "auto"})
    assert "A name is one line" in page.content.decode()
    cast.olga.refresh_from_db()
    assert cast.olga.name == "Olga"
