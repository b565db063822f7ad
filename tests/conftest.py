"""What every test may ask for, and what is left out on this machine, said aloud."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import sync_playwright

from domains import listed_origins, presence
from domains.cache import memory
from privas.celery import app as celery_app
from representative import speaking
from tests import services
from tests.cast import Cast, make_cast
from tests.stack import Stack

# What a marker needs, whether it is here, and what would bring it.
NEEDS = {
    "redis": (
        lambda: bool(settings.REDIS_URL),
        "apt-get install redis-server (or any valkey-server on PATH)",
    ),
    "postgres": (
        lambda: not settings.EMBEDDED,
        "apt-get install postgresql (and do not force PRIVAS_TEST_DATABASE=sqlite)",
    ),
    "browser": (lambda: services.chromium() is not None, "apt-get install chromium"),
}
LEFT_OUT = pytest.StashKey[dict[str, int]]()
STACKS = pytest.StashKey[list[Stack]]()


def required() -> set[str]:
    """The markers that this run may not leave out."""
    return set(os.environ.get("PRIVAS_REQUIRE", "").split())


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Which servers this run has."""
    database = "SQLite" if settings.EMBEDDED else "PostgreSQL"
    broker = "Redis or Valkey" if settings.REDIS_URL else "none (in memory)"
    return [f"privas: database {database}; broker {broker}; browser {services.chromium() or 'none'}"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot do, unless it is required."""
    counted: dict[str, int] = {}
    absent = {name: advice for name, (here, advice) in NEEDS.items() if not here()}
    for item in items:
        for name in absent:
            if item.get_closest_marker(name) is None:
                continue
            counted[name] = counted.get(name, 0) + 1
            if name not in required():
                item.add_marker(pytest.mark.skip(reason=f"no {name} here; to add it: {absent[name]}"))
    config.stash[LEFT_OUT] = counted


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Count what is left out and name the command that adds it."""
    return [
        f"privas: {'REQUIRED BUT MISSING' if name in required() else 'left out'}: {count} tests need {name}; "
        f"to add it: {NEEDS[name][1]}"
        for name, count in config.stash.get(LEFT_OUT, {}).items()
    ]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A required server that is missing fails the test instead of leaving it out."""
    for name, (here, advice) in NEEDS.items():
        if item.get_closest_marker(name) and name in required() and not here():
            pytest.fail(f"{name} is required and not here; to add it: {advice}", pytrace=False)


@pytest.fixture(autouse=True)
def _clean_broker() -> None:
    """Every test begins with empty queues, limits and caches; Celery's own tables of queues stay."""
    listed_origins.entries.forget()
    presence.kept.forget()
    memory.clear()
    if not settings.REDIS_URL:
        cache.clear()
    else:
        client: Any = services.redis_client(settings.REDIS_URL)
        keys = [key for key in client.keys("*") if not key.startswith(b"_kombu")]
        if keys:
            client.delete(*keys)


@pytest.fixture(autouse=True)
def _speaks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads along: the representative does not wait for a reader."""
    monkeypatch.setattr(speaking, "WORD_S", 0.0)


@pytest.fixture
def cast(db: None) -> Cast:
    """Acme and Bolt with their people."""
    return make_cast()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Its server is thrown away whole, so nobody has to wait for the last connection to drop the database."""
    return True


@pytest.fixture(scope="module")
def worker(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A real Celery worker of both queues, in a thread of this process, over the real broker.

    It ends with its file: later tests ring for tasks that nobody is to work on while their tables are emptied.
    Mark the test `redis` and give it the transactional database, or the worker will not see its rows.
    """
    with (
        django_db_blocker.unblock(),
        start_worker(celery_app, pool="threads", concurrency=4, perform_ping_check=False, queues="mail,ai"),
    ):
        yield celery_app


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn, for a test that starts a Stack."""
    return str(request.param)


@pytest.fixture
def stack(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start a Stack with the wanted parts: `stack("sqlite", web=2, env={...})`. All end with the test."""
    started = request.node.stash[STACKS] = []

    def start(database: str = "sqlite", **wanted: Any) -> Stack:
        made = Stack(database, **wanted)
        started.append(made)
        made.start()
        return made

    yield start
    for made in reversed(started):
        made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A test that fails shows the last words of the processes it had started."""
    report = yield
    if report.failed:
        for started in item.stash.get(STACKS, []):
            report.sections.append(("processes", started.tail()))
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright's plain (not async) interface. Mark the test `browser`.

    It keeps an event loop in this thread for as long as the module runs, so a module that uses it holds no
    async test, and Django is told that database calls beside that loop are meant.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=services.chromium(), args=services.CHROMIUM_FLAGS
        )
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
