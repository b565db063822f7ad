"""JSON bodies of bounded size and depth."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

# A knowledge article is the largest thing anybody sends.
MAX_BODY = 1_048_576
_MAX_DEPTH = 16


class TooLarge(APIException):
    """The body is larger than any endpoint takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = f"The body is larger than {MAX_BODY} bytes."


class LengthRequired(APIException):
    """A body that does not say how long it is; the framework would take it for none."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = "Send the body with a Content-Length."


class BoundedJSON(JSONParser):
    """JSON of bounded size and depth: a body can neither fill memory nor exhaust the stack."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises TooLarge and ParseError."""
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise TooLarge
        try:
            parsed = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as broken:
            raise ParseError(f"The body is not JSON: {broken}") from None
        if not _is_text(parsed):
            raise ParseError("The body holds half a character (a lone surrogate).")
        if _deeper_than(_MAX_DEPTH, parsed):
            raise ParseError("The body is nested too deeply.")
        return parsed


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _is_text(parsed: Any) -> bool:
    """Whether all of it can be written down again; half a character can neither be stored nor answered."""
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _deeper_than(limit: int, value: Any) -> bool:
    layer: list[Any] = [value]
    for _ in range(limit):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not layer:
            return False
    return True
