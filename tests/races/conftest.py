"""The arenas of the races, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.support.arena import Arena

# What a walk finds wrong is told with its values, as in a test's own file.
pytest.register_assert_rewrite("tests.races.walk")


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def arena(request: pytest.FixtureRequest) -> Iterator[Arena]:
    """The product as it is. Every test lays a scene of its own, so one arena serves them all."""
    with Arena(request.param) as made:
        yield made


@pytest.fixture
def unguarded(database: str) -> Iterator[Arena]:
    """An arena of one test, in whose processes a guard will be taken away."""
    with Arena(database) as made:
        yield made
