"""The cast of every API test, each with a program of their own."""

import pytest

from tests.api.caller import Caller
from tests.cast import Cast


@pytest.fixture
def olga(cast: Cast) -> Caller:
    """The owner of Acme."""
    return Caller(cast.olga)


@pytest.fixture
def omar(cast: Cast) -> Caller:
    """An operator of Acme."""
    return Caller(cast.omar)


@pytest.fixture
def ona(cast: Cast) -> Caller:
    """Another operator of Acme."""
    return Caller(cast.ona)


@pytest.fixture
def vic(cast: Cast) -> Caller:
    """A viewer of Acme."""
    return Caller(cast.vic)


@pytest.fixture
def mallory(cast: Cast) -> Caller:
    """The owner of Bolt, a stranger to Acme."""
    return Caller(cast.mallory)
