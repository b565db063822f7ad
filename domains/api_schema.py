"""What the OpenAPI description says that no single endpoint can: who may ask, and how errors look."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

_ERROR = {
    "type": "object",
    "description": "The form of every error; `held` adds `by`, `rate_limited` adds `retry_ms`.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id", "fields"],
            "properties": {
                "code": {"type": "string", "examples": ["not_found", "invalid", "held"]},
                "message": {"type": "string", "description": "A sentence for people."},
                "request_id": {"type": "string", "description": "Under which the log knows the request."},
                "fields": {
                    "type": "object",
                    "description": "What is wrong, by field.",
                    "additionalProperties": True,
                },
                "by": {"type": "object", "properties": {"name": {"type": "string"}}},
                "retry_ms": {"type": "integer"},
            },
        }
    },
}
_DATABASES_OWN = {sign * 2**bits - (sign > 0) for bits in (15, 31, 63) for sign in (1, -1)}
_ANSWER = {
    "description": "",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_ALWAYS = {
    "400": "A field or parameter is unknown, protected or wrong; `fields` names it.",
    "401": "Nobody is signed in, or the token is not good.",
}
_ON_ONE = {"404": "It does not exist, or belongs to a domain that one is not on."}
_ON_CHANGE = {"403": "The role, or the token's scopes, do not reach that far."}
_ON_COMMAND = {
    "409": "It does not fit the state things are in: `held` (with `by.name`), `stale`, `ended` and so on.",
    "429": "Too early (`rate_limited`, with `retry_ms`).",
}


_VERBS = {"POST": "create", "PUT": "set", "PATCH": "change", "DELETE": "delete"}


class Operations(AutoSchema):
    """Names every operation after what it does: `list_members`, `read_member`, `take_over_conversation`."""

    def get_operation_id(self) -> str:
        """Unique, and readable in a client made from the description."""
        words, on_one = self._words(), self.path.rstrip("/").endswith("}")
        if self.method == "POST" and len(words) > 1 and words[-2] == "conversations":
            return f"{words[-1]}_conversation" if words[-1] not in _ADDED else f"add_{_one(words[-1])}"
        if (
            self.method == "POST"
            and len(words) > 1
            and words[-2] in ("email_jobs", "mail_server", "bulk_sends")
        ):
            return f"{words[-1]}_{_one(words[-2])}"
        listed = self.method == "GET" and not on_one and words[-1].endswith("s")
        verb = "list" if listed else _VERBS.get(self.method, "read")
        return f"{verb}_{words[-1] if listed else _one(words[-1])}"

    def get_description(self) -> str:  # type: ignore[override]  # as the class between us declares it
        """What the method's docstring says, or the view where many views share a method."""
        return getattr(self.view, "about", "") or super().get_description()

    def get_tags(self) -> list[str]:
        """One group for each kind of thing."""
        words = self._words()
        return [(words[1] if words[0] == "domains" and len(words) > 1 else words[0]).replace("_", " ")]

    def _words(self) -> list[str]:
        parts = self.path.removeprefix("/api/v1/").strip("/").split("/")
        return [part.replace("-", "_") for part in parts if "{" not in part]


# What is put into a conversation, where the rest are commands to it.
_ADDED = ("messages", "notes", "transcript")


def _one(word: str) -> str:
    return word.removesuffix("s")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Programs."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """As OpenAPI writes it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token (`manage.py create_api_token`). Scopes: `read`, `talk`, `manage`, "
            "each including the one before; none means all that its person may do.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The console."""

    target_class = "accounts.authentication.ConsoleSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """As OpenAPI writes it."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "The console's session; unsafe methods also send the `X-CSRFToken` header.",
        }


def finished(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The description as it is given out. The settings name this hook.

    Each operation gets the errors that it may answer, and what depends on the database in use is left out.
    """
    _settle(result)
    result["components"]["schemas"]["Error"] = _ERROR
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status, words in _errors_of(path, method).items():
                operation["responses"].setdefault(status, {**_ANSWER, "description": words})
    return result


def _settle(node: Any) -> None:
    """Without the bounds of the database's own integers, which differ, and the generator's marks."""
    if isinstance(node, list):
        for one in node:
            _settle(one)
    if isinstance(node, dict):
        node.pop("x-spec-enum-id", None)
        if "integer" in (node.get("type") or ()):
            node.pop("format", None)
            for bound in ("maximum", "minimum"):
                if node.get(bound) in _DATABASES_OWN:
                    del node[bound]
        for one in node.values():
            _settle(one)


def _errors_of(path: str, method: str) -> dict[str, str]:
    errors = dict(_ALWAYS)
    if "{" in path:
        errors |= _ON_ONE
    if method != "get":
        errors |= _ON_CHANGE
        if "{" in path:
            errors |= _ON_COMMAND
    return errors
