"""/healthz: this process answers. /readyz: it can do its work, and who else is missing."""

import threading
from collections.abc import Callable
from typing import Any

import redis
import structlog
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privas import heartbeat

QUEUES = ("mail", "ai")
_in_step = threading.Event()
log = structlog.get_logger("privas.health")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive. It asks nobody, so a slow database does not get a healthy process killed."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, migrations, broker; and how long ago each queue's worker and the clock were heard.

    503 where this process can do nothing useful. A silent worker is told but leaves it ready: visitors can
    still write, and their rows wait.
    """
    return _readiness()


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


@sync_and_async_middleware
def probes(get_response: Any) -> Callable[[HttpRequest], Any]:
    """Answer both before anything judges the host: a container asks itself by an address that is nobody else's."""

    async def later(request: HttpRequest) -> HttpResponseBase:
        if request.path == "/readyz":
            return await sync_to_async(readyz)(request)
        answer: HttpResponseBase = (
            healthz(request) if request.path == "/healthz" else await get_response(request)
        )
        return answer

    def at_once(request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = PROBES.get(request.path, get_response)(request)
        return answer

    return later if iscoroutinefunction(get_response) else at_once


def _readiness() -> JsonResponse:
    database = _database()
    migrations = _migrations() if database == "ok" else "unknown"
    broker, workers, clock = _broker()
    ready = database == migrations == "ok" and broker != "away"
    silent = broker == "ok" and None in (clock, *workers.values())
    return JsonResponse(
        {
            "state": "unavailable" if not ready else "degraded" if silent else "ready",
            "database": database,
            "migrations": migrations,
            "broker": broker,
            "workers": workers,
            "clock": clock,
        },
        status=200 if ready else 503,
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except (DatabaseError, InterfaceError) as trouble:
        # The words may hold the address; they are for the log (which masks), not for whoever asks.
        log.warning("database away", error=str(trouble))
        return "away"
    return "ok"


def _migrations() -> str:
    # Reading all migrations takes half a second; once in step, this process' code and the database stay so.
    if _in_step.is_set():
        return "ok"
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown"
    if missing:
        return f"{len(missing)} missing"
    _in_step.set()
    return "ok"


def _broker() -> tuple[str, dict[str, float | None], float | None]:
    silent: dict[str, float | None] = dict.fromkeys(QUEUES)
    if settings.REDIS_URL is None:
        return "in memory", silent, None
    try:
        ages = heartbeat.ages()
    except redis.RedisError as trouble:
        log.warning("broker away", error=str(trouble))
        return "away", silent, None
    return "ok", {queue: ages.get(queue) for queue in QUEUES}, ages.get("clock")
