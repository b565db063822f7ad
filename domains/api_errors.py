"""Every error of the API in one form: {"error": {"code", "message", "request_id", "fields"}}."""

import logging
import math
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from rest_framework import exceptions, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from domains.access import Forbidden, NotFound

logger = logging.getLogger(__name__)

# One sentence for what is foreign and for what is not there: nobody learns from it what exists.
_NOT_FOUND = "There is nothing here."

_WORDS = {
    "permission_denied": "forbidden",
    "parse_error": "bad_json",
    "throttled": "rate_limited",
    "authentication_failed": "not_authenticated",
}


@runtime_checkable
class Refused(Protocol):
    """What an action raises instead of doing it, as far as this storey needs to know it."""

    http_status: int
    code: str

    def details(self) -> dict[str, object]:
        """More for the caller, as plain data."""


@dataclass(frozen=True)
class Problem:
    """One error on its way out."""

    status: int
    code: str
    message: str
    fields: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def answer(exc: Exception, context: dict[str, Any]) -> Response:
    """The answer to anything raised in a view of the API; the settings name it as the exception handler.

    What nobody foresaw is logged, reported and answered with a request id alone: no words of the exception
    leave the house.
    """
    request = context["request"]
    problem = _problem(exc)
    if problem is None:
        logger.error("the API failed", exc_info=exc)
        got_request_exception.send(sender=type(context["view"]), request=request)
        problem = Problem(500, "internal", "Something went wrong here. The log has it under the request id.")
    set_rollback()
    return Response(body_of(problem, request), status=problem.status, headers=problem.headers)


def body_of(problem: Problem, request: Request | HttpRequest) -> dict[str, Any]:
    """The body of an error."""
    return {
        "error": {
            "code": problem.code,
            "message": problem.message,
            "request_id": request_id(request),
            "fields": problem.fields,
            **problem.more,
        }
    }


def request_id(request: Request | HttpRequest) -> str:
    """The id under which the log knows this request; the outermost middleware gave it."""
    return str(getattr(request, "request_id", "") or uuid.uuid4().hex)


class Conflict(exceptions.APIException):
    """What is asked for does not fit the state that things are in."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = "This cannot be done now."


class NoSuchPath(APIView):
    """The end of the API's URL list: whatever no endpoint took is a JSON 404, for every method."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise before a method is looked for."""
        raise NotFound


def _problem(exc: Exception) -> Problem | None:
    match exc:
        case NotFound() | Http404() | exceptions.NotFound():
            return Problem(404, "not_found", _NOT_FOUND)
        case Forbidden():
            return Problem(403, "forbidden", str(exc))
        case DjangoPermissionDenied():
            return Problem(403, "forbidden", "This is not allowed.")
        case RequestDataTooBig():
            return Problem(413, "too_large", "The body is too large.")
        case SuspiciousOperation():
            return Problem(400, "invalid", "This request cannot be taken.")
        case exceptions.ValidationError():
            return Problem(400, "invalid", "Some of this cannot be taken.", fields=_by_field(exc.detail))
        case DjangoValidationError():
            fields = exc.message_dict if hasattr(exc, "error_dict") else {"body": list(exc.messages)}
            return Problem(400, "invalid", "Some of this cannot be taken.", fields=fields)
        case exceptions.APIException():
            return _of_framework(exc)
        case OperationalError() | InterfaceError():
            logger.error("the database is away: %s", type(exc).__name__)
            return Problem(503, "unavailable", "Privas is busy. Try again.", headers={"Retry-After": "2"})
        case Refused():
            return _of_refusal(exc)
    return None


def _by_field(detail: Any) -> dict[str, Any]:
    """Complaints by field; those about the body as a whole stand under `body`."""
    if not isinstance(detail, dict):
        return {"body": list(detail)}
    return {("body" if key == "non_field_errors" else str(key)): value for key, value in detail.items()}


def _of_framework(exc: exceptions.APIException) -> Problem:
    code = exc.get_codes()
    code = code if isinstance(code, str) else "invalid"
    headers = {}
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    more: dict[str, Any] = {}
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
        more["retry_ms"] = math.ceil(wait * 1000)
    return Problem(exc.status_code, _WORDS.get(code, code), str(exc.detail), more=more, headers=headers)


def _of_refusal(exc: Refused) -> Problem:
    more = dict(exc.details())
    headers = {}
    retry_ms = more.get("retry_ms")
    if isinstance(retry_ms, int):
        headers["Retry-After"] = str(max(1, math.ceil(retry_ms / 1000)))
    return Problem(exc.http_status, exc.code, str(exc), more=more, headers=headers)
