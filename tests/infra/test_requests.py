"""Every request has a number; no line of the log lets its reader in."""

import json
import logging
import uuid
from collections.abc import Iterator

import pytest
import structlog
from django.test import Client

from accounts import tokens
from privas import logs
from tests.cast import person
from widget import sessions


@pytest.fixture
def json_lines(settings, capsys) -> Iterator[object]:
    """The log as machines get it: call it for the lines written so far."""
    logs.configure({"format": "json"})
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    logs.configure(settings.LOGGING)


def test_the_configuration_is_in_force() -> None:
    assert any(isinstance(handler, logs.StandardError) for handler in logging.getLogger().handlers)


def test_an_answer_carries_its_request_id(client: Client) -> None:
    first, second = client.get("/healthz"), client.get("/healthz")
    assert first.status_code == 200
    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_a_proxys_id_is_kept_and_anything_else_replaced(client: Client) -> None:
    kept = client.get("/healthz", headers={"X-Request-ID": "0af7651916cd43dd8448eb211c80319c"})
    assert kept["X-Request-ID"] == "0af7651916cd43dd8448eb211c80319c"
    for bad in ("short", "a" * 65, "line\tbreak12", "<script>alert(1)</script>"):
        assert client.get("/healthz", headers={"X-Request-ID": bad})["X-Request-ID"] != bad


def test_the_access_log_has_one_line_with_the_id_and_no_query(client: Client, json_lines) -> None:
    answer = client.get("/accounts/login/?next=/secret-search", headers={"X-Request-ID": "abcdef0123456789"})
    lines = [line for line in json_lines() if line.get("logger") == "privas.access"]
    assert len(lines) == 1
    assert lines[0]["path"] == "/accounts/login/"
    assert lines[0]["status"] == answer.status_code
    assert lines[0]["request_id"] == "abcdef0123456789"
    assert "secret-search" not in json.dumps(lines)


@pytest.mark.parametrize(
    "text",
    [
        "token vt_SuperSecretValue.signature",
        "redis://:SuperSecretValue@127.0.0.1:6379/0",
        "smtp+tls://privas:SuperSecretValue@mail.example.com:587",
        "GET /invitations/SuperSecretValue/",
        "/accounts/password/reset/key/SuperSecretValue/",
        "/unsubscribe/SuperSecretValue",
    ],
)
def test_secrets_are_masked_wherever_they_stand(text: str, json_lines) -> None:
    structlog.get_logger("somewhere").warning("happened", where=text, note=f"seen {text} here")
    logging.getLogger("elsewhere").warning("happened at %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("elsewhere").exception("it broke")
    written = json.dumps(json_lines())
    assert "happened" in written
    assert "it broke" in written
    assert "SuperSecretValue" not in written


@pytest.mark.django_db
def test_minted_tokens_are_masked_to_their_last_sign(json_lines) -> None:
    _, api = tokens.mint(person("Olga"), name="Screen")
    visitor = sessions.begin(uuid.uuid4()).fresh
    assert visitor is not None
    for secret in (api, visitor):
        logging.getLogger("elsewhere").warning("Bearer %s, asked=%s.", secret, secret)
        structlog.get_logger("somewhere").warning("happened", where=f"GET /x?t={secret}&n=1")
        written = json.dumps(json_lines())
        assert "***" in written
        parts = secret.removeprefix("pvt_").removeprefix("vt_").split(":")
        assert not [part for part in parts if part in written]


def test_a_value_with_a_secret_name_is_never_written(json_lines) -> None:
    structlog.get_logger("somewhere").warning(
        "kept", smtp_password="hunter2", api_key="k", ticket="t", count=3
    )
    written = json_lines()[0]
    assert written["smtp_password"] == written["api_key"] == written["ticket"] == "***"
    assert written["count"] == 3


@pytest.mark.django_db
def test_readiness_names_each_part(client: Client) -> None:
    said = client.get("/readyz").json()
    assert said["database"] == said["migrations"] == "ok"
    assert set(said["workers"]) == {"mail", "ai"}
