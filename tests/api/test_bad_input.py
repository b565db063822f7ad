"""Every field and parameter of every operation, given what nobody should send: a clear answer, never a failure."""

import json
import re
from typing import Any
from urllib.parse import quote

from domains.api_docs import description
from tests.api.test_matrix import BODIES, OPERATIONS, UNSAFE, names
from tests.api.test_matrix import ids as ids

NASTY: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "a\x00b",
    "\ud800",
    "\r\nX-Injected: 1",
    "x" * 70_000,
    "' OR 1=1; -- {{ 7 * 7 }}<script>alert(1)</script>",
    "../2026-13-45T99:99:99",
    [],
    ["\x00", None, ["x"]],
    ["x"] * 5_000,
    {"$ne": {"b": []}},
]


def fields(operation: dict[str, Any]) -> list[str]:
    """The fields of a body, from the description."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    shape = content.get("schema", {})
    if "$ref" in shape:
        shape = description()["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return list(shape.get("properties", {}))


def fair(answer: Any, sent: Any) -> None:
    """An answer that a person can work with."""
    assert answer.status_code < 500, sent
    if answer.status_code >= 400:
        assert set(answer.body["error"]) >= {"code", "message", "request_id", "fields"}, sent
        assert "Traceback" not in answer.content.decode()


@names([operation for operation in UNSAFE if operation[1] != "DELETE"])
def test_a_body_of_anything_gets_a_clear_answer(ids, olga, name, method, path):
    where = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path).removeprefix("/api/v1/")
    operation = description()["paths"][path][method.lower()]
    for nasty in NASTY:
        fair(olga.call(method, where, json.dumps(nasty)), nasty)
        for field in fields(operation):
            fair(olga.call(method, where, {**BODIES.get(name, {}), field: nasty}), (field, nasty))
    for unknown in ("", "no_such_field", "\x00", "x" * 70_000):
        fair(olga.call(method, where, {**BODIES.get(name, {}), unknown: 1}), unknown)


@names([operation for operation in OPERATIONS if operation[1] == "GET"])
def test_a_parameter_of_anything_gets_a_clear_answer(ids, olga, name, method, path):
    where = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path).removeprefix("/api/v1/")
    operation = description()["paths"][path][method.lower()]
    known = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
    for field in [*known, "no_such_parameter"]:
        for nasty in NASTY:
            sent = quote(str(nasty)[:5_000].encode("utf-8", "surrogatepass"))
            fair(olga.get(f"{where}?{field}={sent}"), (field, nasty))
        fair(olga.get(f"{where}?{field}[]=1&{field}=1&{field}=2"), field)


def test_an_id_of_anything_is_not_found(ids, olga):
    for nasty in NASTY:
        sent = quote(str(nasty)[:500].encode("utf-8", "surrogatepass"), safe="")
        for path in ("domains/{}/", "conversations/{}/", "conversations/{}/events/", "email-jobs/{}/"):
            answer = olga.get(path.format(sent))
            fair(answer, nasty)
            assert answer.status_code in (200, 404), nasty
