"""Every error in one form, and no surprise behind any of them."""

import json

import pytest
from django.db import OperationalError

from domains.api import Domains
from tests.api.caller import Caller

FORM = {"code", "message", "request_id", "fields"}


def problem(answer) -> dict:
    assert answer.headers["Content-Type"].startswith("application/json")
    assert set(answer.body["error"]) >= FORM
    return answer.body["error"]


def test_an_unknown_path_is_a_json_404_for_every_method(olga: Caller):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = olga.call(method, "no/such/path/")
        assert (answer.status_code, problem(answer)["code"]) == (404, "not_found"), method
    assert problem(Caller().get("domains/not-a-uuid/"))["code"] == "not_found"


def test_a_method_that_is_not_there_is_405_and_names_those_that_are(olga: Caller):
    answer = olga.delete("domains/")
    assert (answer.status_code, problem(answer)["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


BROKEN = [
    "{",
    "",
    "nul",
    "\x00",
    '{"name": NaN}',
    '{"name": "\\ud800"}',
    '{"\\ud800": "x"}',
    "[" * 100_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    b'"\xed\xa0\x80"'.decode("latin-1"),
]


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_body_is_400(olga: Caller, body: str):
    answer = olga.call("POST", "domains/", body)
    assert answer.status_code == 400, answer.content
    assert problem(answer)["code"] in {"bad_json", "invalid"}


def test_a_huge_body_is_413(olga: Caller):
    answer = olga.call("POST", "domains/", json.dumps({"name": "x" * 1_100_000}))
    assert (answer.status_code, problem(answer)["code"]) == (413, "too_large")
    answer = olga.call("POST", "domains/", json.dumps({"name": "x" * 3_100_000}))
    assert (answer.status_code, problem(answer)["code"]) == (413, "too_large")


def test_a_body_without_a_length_is_refused_and_not_taken_for_none(olga: Caller):
    answer = olga.call("POST", "socket-ticket/", **{"Transfer-Encoding": "chunked"})
    assert (answer.status_code, problem(answer)["code"]) == (411, "length_required")


def test_no_cache_keeps_an_answer(olga: Caller):
    assert olga.get("me/").headers["Cache-Control"] == "no-store"
    assert olga.get("domains/?limit=0").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["\x00", " ", "x" * 121, 7.5, None, ["x"], {"a": 1}])
def test_a_bad_name_is_a_400_that_names_the_field(olga: Caller, name):
    answer = olga.call("POST", "domains/", json.dumps({"name": name}))
    if answer.status_code == 201:  # a number is taken as its digits
        assert answer.body["name"] == str(name)
        return
    assert answer.status_code == 400
    assert list(problem(answer)["fields"]) == ["name"]


def test_a_body_that_is_no_object_is_a_400(olga: Caller):
    bodies: list = [[], "x", 7, None]
    for body in bodies:
        answer = olga.call("POST", "domains/", json.dumps(body))
        assert answer.status_code == 400, body


def test_a_failure_nobody_foresaw_says_nothing_but_an_id(olga: Caller, monkeypatch, caplog):
    def broken(self, request):
        raise RuntimeError("secret words about /srv/privas")

    monkeypatch.setattr(Domains, "get", broken)
    olga.client.raise_request_exception = False
    answer = olga.get("domains/")
    assert (answer.status_code, problem(answer)["code"]) == (500, "internal")
    assert b"secret" not in answer.content
    assert any(record.exc_info for record in caplog.records)


def test_a_database_that_is_away_is_503(olga: Caller, monkeypatch):
    def away(self, request):
        raise OperationalError("server closed the connection at 10.1.2.3")

    monkeypatch.setattr(Domains, "get", away)
    answer = olga.get("domains/")
    assert (answer.status_code, problem(answer)["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    assert b"10.1" not in answer.content


def test_the_schema_and_the_page_for_people_are_open_to_all(db):
    schema = Caller().get("schema/")
    assert (schema.status_code, schema.body["openapi"][:3]) == (200, "3.1")
    page = Caller().client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"/api/v1/domains/{domain_id}/members/" in page.content
    assert b"<script" not in page.content.replace(b"<script src=", b"").replace(b"<script defer src=", b"")
