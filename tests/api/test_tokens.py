"""Tokens: made once, kept as a hash, as far as their scopes and no further than their person."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken
from tests.api.caller import Caller
from tests.cast import PASSWORD, Cast


def command(*words: str) -> str:
    out = StringIO()
    call_command("create_api_token", *words, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_token_once_as_its_last_word(cast: Cast):
    out = command(cast.olga.email, "--name", "CI")
    secret = out.split()[-1]
    caller = Caller()
    caller.headers["Authorization"] = f"Bearer {secret}"
    me = caller.get("me/")
    assert (me.status_code, me.body["email"], me.body["scopes"]) == (200, cast.olga.email, None)
    row = ApiToken.objects.get(name="CI")
    assert secret.startswith("pvt_")
    assert secret not in str(vars(row))
    assert row.last_used_at is not None


def test_the_command_names_what_is_wrong(cast: Cast):
    with pytest.raises(CommandError, match="Nobody signs in"):
        command("nobody@acme.example", "--name", "x")
    with pytest.raises(CommandError, match=r"no scope 'everything'.*read, talk, manage"):
        command(cast.olga.email, "--name", "x", "--scope", "everything")
    assert not ApiToken.objects.exists()


def test_without_a_good_token_the_answer_is_401_and_says_how(cast: Cast, olga: Caller):
    stranger = Caller()
    for header in ("", "Bearer", "Bearer pvt_wrong", "Bearer x y z", "Basic b2xnYTp4", "Bearer \xff"):
        answer = stranger.call("GET", "me/", Authorization=header)
        assert answer.status_code == 401, header
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.body["error"]["request_id"] == answer.headers["X-Request-ID"]


def test_a_revoked_token_and_the_token_of_a_closed_account_are_nothing(cast: Cast):
    caller = Caller(cast.omar)
    tokens.revoke(ApiToken.objects.get(user=cast.omar))
    assert caller.get("me/").status_code == 401
    other = Caller(cast.ona)
    cast.ona.is_active = False
    cast.ona.save()
    assert other.get("me/").status_code == 401


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        ((), {"read", "talk", "manage"}),
        (("read",), {"read"}),
        (("talk",), {"read", "talk"}),
        (("manage",), {"read", "talk", "manage"}),
        (("read", "talk"), {"read", "talk"}),
    ],
)
def test_a_token_reaches_as_far_as_its_scopes(cast: Cast, scopes, may):
    caller = Caller(cast.olga, scopes)
    assert caller.get("domains/").status_code == 200
    assert caller.patch(f"domains/{cast.acme.pk}/", greeting="Hello").status_code == (
        200 if "manage" in may else 403
    )
    ends = caller.post(f"conversations/{cast.acme.pk}/take-over/").status_code
    assert ends == (404 if "talk" in may else 403)


def test_a_token_reaches_no_further_than_its_person(cast: Cast):
    assert Caller(cast.vic, ("manage",)).patch(f"domains/{cast.acme.pk}/", name="X").status_code == 403


def test_the_console_session_needs_the_csrf_token_for_every_change(cast: Cast):
    browser = Client(enforce_csrf_checks=True)
    assert browser.login(username=cast.olga.email, password=PASSWORD)
    path = f"/api/v1/domains/{cast.acme.pk}/"
    assert browser.get(path).status_code == 200
    blind = browser.patch(path, {"greeting": "x"}, content_type="application/json")
    assert (blind.status_code, blind.json()["error"]["code"]) == (403, "forbidden")
    browser.cookies["csrf"] = "a" * 32
    good = browser.patch(
        path, {"greeting": "x"}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert good.status_code == 200


def test_a_form_or_plain_text_body_is_refused(cast: Cast, olga: Caller):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = olga.client.post(
            "/api/v1/domains/", data='{"name":"x"}', content_type=kind, headers=olga.headers
        )
        assert answer.status_code == 415, kind
        assert answer.json()["error"]["code"] == "unsupported_media_type"
