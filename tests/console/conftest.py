"""What tests of the console's pages share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.desk import Desk
from tests.stack import Stack


@pytest.fixture
def at(client: Any) -> Any:
    """`at(user).get(path)`: the page as this person sees it."""

    def as_(user: Any) -> Any:
        client.force_login(user)
        return client

    return as_


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """The product at work, for all browser tests of a module. No page of it may complain in the console."""
    stack = Stack("sqlite", web=1, workers=0)
    try:
        stack.start()
        made = Desk(stack)
        yield made
        made.close()
        assert made.complaints == []
    finally:
        stack.stop()
