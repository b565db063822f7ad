"""A domain that knows its articles, and the cast."""

import pytest

from tests.cast import make_cast
from tests.representative.knowledge import teach


@pytest.fixture
def cast(db):
    """The cast, with Acme's knowledge."""
    made = make_cast()
    teach(made.acme)
    return made


@pytest.fixture
def rep(settings):
    """Let a representative of the test's own speak: `rep(SomeClass)`."""

    def use(made):
        settings.AI_PROVIDER = f"{made.__module__}.{made.__qualname__}"

    return use
