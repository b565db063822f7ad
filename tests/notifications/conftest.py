"""What the tests of alerts share."""

import pytest

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """Acme, Bolt and their people."""
    return make_cast()
