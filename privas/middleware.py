"""What every request passes: a number and a line in the access log, and whether its address can be read."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from privas.logs import mask

HEADER = "X-Request-ID"
# What a proxy in front may have chosen already. Anything else is replaced: it would end up in our logs.
ACCEPTABLE = re.compile(r"[A-Za-z0-9\-]{8,64}")
QUIET = ("/healthz", "/readyz", "/metrics", "/static/")

log = structlog.get_logger("privas.access")

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class RequestId:
    """Give each request an id: on the request, in log lines, in the answer's header and in API errors."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response
        self.asynchronous = iscoroutinefunction(get_response)
        if self.asynchronous:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self.asynchronous:
            return self._later(request)
        began = self._begin(request)
        response = self.get_response(request)
        assert not isinstance(response, Awaitable)  # noqa: S101  (a sync chain answers at once)
        return self._finish(request, response, began)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        began = self._begin(request)
        response = self.get_response(request)
        assert isinstance(response, Awaitable)  # noqa: S101  (an async chain answers later)
        return self._finish(request, await response, began)

    @staticmethod
    def _begin(request: HttpRequest) -> float:
        given = request.headers.get(HEADER, "")
        request.request_id = given if ACCEPTABLE.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        return time.monotonic()

    @staticmethod
    def _finish(request: HttpRequest, response: HttpResponseBase, began: float) -> HttpResponseBase:
        response[HEADER] = request.request_id  # type: ignore[attr-defined]
        if not request.path.startswith(QUIET):
            # The path without its query: searches and one-time links carry what is nobody's business.
            log.info(
                "request",
                method=request.method,
                path=mask(request.path),
                status=response.status_code,
                ms=round((time.monotonic() - began) * 1000, 1),
            )
        structlog.contextvars.clear_contextvars()
        return response


class Readable(MiddlewareMixin):
    """PostgreSQL knows no text with NUL, and would fail at it wherever an address or a cookie is looked up.

    An address with one is a bad request; the API says so in its own form. A cookie with one is none of ours.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Raises BadRequest."""
        for name in [name for name, value in request.COOKIES.items() if "\x00" in value]:
            del request.COOKIES[name]
        if request.path.startswith("/api/"):
            return
        if "\x00" in request.path or "%00" in request.META["QUERY_STRING"]:
            raise BadRequest
