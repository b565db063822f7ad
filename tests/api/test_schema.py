"""The description: in step with the code, valid, and true of what is really answered."""

from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.core.management import call_command

from conversations.actions import handling
from domains.api_docs import description
from tests.api.caller import Caller
from tests.api.test_matrix import OPERATIONS, call, names
from tests.api.test_matrix import ids as ids
from tests.cast import Cast

KEPT = Path(settings.BASE_DIR) / "docs/api/openapi.yaml"
CALL = "./run manage spectacular --validate --fail-on-warn --file docs/api/openapi.yaml"


def test_the_kept_description_is_in_step_and_valid(tmp_path: Path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    assert made.read_text() == KEPT.read_text(), f"the API has changed; run: {CALL}"


def test_every_path_of_the_contract_that_stands_is_described():
    paths = set(description()["paths"])
    for path in (
        "me/",
        "socket-ticket/",
        "domains/",
        "domains/{domain_id}/",
        "domains/{domain_id}/members/",
        "domains/{domain_id}/alert-rules/",
        "domains/{domain_id}/articles/",
        "domains/{domain_id}/mail-server/",
        "domains/{domain_id}/mail-server/test/",
        "conversations/",
        "conversations/{conversation_id}/",
        "conversations/{conversation_id}/events/",
        "email-jobs/",
        "email-jobs/{job_id}/",
        "bulk-sends/",
        "bulk-sends/{send_id}/",
        "bulk-sends/{send_id}/cancel/",
        "domains/{domain_id}/suppressions/",
    ):
        assert f"/api/v1/{path}" in paths


def test_every_operation_says_what_it_does_and_how_it_fails():
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description", "").strip(), (method, path)
            assert operation["responses"].keys() >= {"400", "401"}, (method, path)
            assert "security" in operation, (method, path)


READS = [operation for operation in OPERATIONS if operation[1] == "GET"]
WRITES = [operation for operation in OPERATIONS if operation[1] in ("POST", "PUT", "PATCH")]


@names(READS + WRITES)
def test_what_is_answered_is_what_is_described(cast: Cast, ids: dict[str, str], name, method, path):
    talker = cast.omar if "conversation" in name or name.startswith("add_") else cast.olga
    if name == "keep_control_conversation" or name == "pass_control_conversation":
        handling.request_control(UUID(ids["conversation_id"]), operator=cast.ona)
    if name == "request_control_conversation":
        talker = cast.ona
    if name == "withdraw_control_conversation":
        talker = cast.ona
        handling.request_control(UUID(ids["conversation_id"]), operator=cast.ona)
    caller = Caller(talker)
    if name in ("reopen_conversation", "escalate_conversation"):
        caller.post(f"conversations/{ids['conversation_id']}/{'end' if name[0] == 'r' else 'hand-back'}/")
    if name == "retry_email_job":
        caller.post(f"email-jobs/{ids['job_id']}/cancel/")
    if name == "resume_bulk_send":
        caller.post(f"bulk-sends/{ids['send_id']}/pause/")
    answer = call(caller, name, method, path, ids)
    assert answer.status_code in (200, 201), answer.content
    described = description()["paths"][path][method.lower()]["responses"][str(answer.status_code)]
    shape = described["content"]["application/json"]["schema"]
    whole = {**shape, "components": description()["components"]}
    jsonschema.validate(answer.body, whole, format_checker=jsonschema.FormatChecker())
    assert not list(undescribed(answer.body, shape)), "answered, but not described"


def undescribed(value: Any, shape: dict[str, Any], where: str = "") -> Any:
    """Fields of an answer that the description does not know."""
    for several in ("allOf", "oneOf", "anyOf"):
        for one in shape.get(several, []):
            if one.get("type") != "null":
                yield from undescribed(value, one, where)
    if "$ref" in shape:
        yield from undescribed(
            value, description()["components"]["schemas"][shape["$ref"].rpartition("/")[2]], where
        )
    elif isinstance(value, list):
        for one in value:
            yield from undescribed(one, shape.get("items", {}), where)
    elif isinstance(value, dict) and "properties" in shape:
        for name, inner in value.items():
            if name not in shape["properties"]:
                yield f"{where}.{name}"
            else:
                yield from undescribed(inner, shape["properties"][name], f"{where}.{name}")


def test_errors_have_the_described_form(cast: Cast, olga: Caller):
    shape = {"$ref": "#/components/schemas/Error", "components": description()["components"]}
    for answer in (
        Caller().get("me/"),
        olga.get("domains/?limit=0"),
        olga.get("nothing/"),
        olga.post("domains/"),
        olga.delete("me/"),
    ):
        jsonschema.validate(answer.body, shape)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"detail": "x"}, shape)
