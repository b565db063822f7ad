"""The API described: as OpenAPI for programs, and as a page for people."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI description, made once a process: it depends on nothing but the code."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


class Schema(APIView):
    """`/api/v1/schema/`: what the API is, which is no secret."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2)
    schema = None

    def get(self, request: Request) -> Response:
        """As JSON, or as YAML for who asks for that."""
        return Response(description())


@dataclass(frozen=True)
class Value:
    """A parameter, or a field of a body."""

    name: str
    kind: str
    about: SafeString
    required: bool


@dataclass(frozen=True)
class Operation:
    """One method of one path, ready to be shown."""

    id: str
    title: str
    method: str
    path: str
    summary: SafeString
    parameters: list[Value]
    body: list[Value]
    answers: list[tuple[str, str, SafeString]]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """`/api/v1/docs/`: the same for people, rendered here, without anybody's script."""
    made = description()
    groups: dict[str, list[Operation]] = {}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(made, path, method, operation))
    shapes = {
        name: _fields(made, shape)
        for name, shape in sorted(made["components"]["schemas"].items())
        if shape.get("type") == "object" and not name.endswith(("Page", "Request"))
    }
    return render(request, "api/docs.html", {"groups": groups, "shapes": shapes})


def _operation(made: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    bodies = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        id=operation["operationId"],
        title=operation["operationId"].replace("_", " "),
        method=method.upper(),
        path=path,
        summary=_said(operation.get("description", "")),
        parameters=[
            Value(
                one["name"],
                _kind(one["schema"]),
                _said(one.get("description", "")),
                one.get("required", False),
            )
            for one in operation.get("parameters", [])
        ],
        body=_fields(made, bodies.get("schema", {})),
        answers=[
            (status, _shape_of(answer), _said(answer.get("description", "")))
            for status, answer in sorted(operation["responses"].items())
        ],
    )


def _fields(made: dict[str, Any], shape: dict[str, Any]) -> list[Value]:
    if "$ref" in shape:
        shape = made["components"]["schemas"][_named(shape)]
    required = shape.get("required", [])
    return [
        Value(name, _kind(field), _said(field.get("description", "")), name in required)
        for name, field in shape.get("properties", {}).items()
    ]


def _shape_of(answer: dict[str, Any]) -> str:
    for content in answer.get("content", {}).values():
        return _kind(content.get("schema", {}))
    return ""


def _said(words: str) -> SafeString:
    """Words with what stands in backticks as code."""
    parts = str(escape(" ".join(words.split()))).split("`")
    marked = [f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)]
    return mark_safe("".join(marked))  # noqa: S308 - escaped above


def _kind(schema: dict[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        return _named(schema)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    choices: Iterable[Any] = schema.get("enum", ())
    if choices:
        return " | ".join(json.dumps(choice) for choice in choices)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return " | ".join(_kind(one) for one in schema[several])
    kinds = schema.get("type", "anything")
    kind = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    form = schema.get("format")
    return f"{kind} ({form})" if form else kind


def _named(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]
