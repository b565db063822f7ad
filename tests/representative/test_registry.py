"""Which representative speaks, and what a wrong setting says."""

import pytest

from representative.embedded.representative import EmbeddedRepresentative
from representative.registry import check_provider, current
from tests.representative.speakers import Parrot


def test_the_default_needs_nothing(settings):
    settings.AI_PROVIDER = "embedded"
    assert isinstance(current(), EmbeddedRepresentative)
    assert check_provider() == []


def test_a_dotted_path_names_any_class(settings):
    settings.AI_PROVIDER = "tests.representative.speakers.Parrot"
    assert isinstance(current(), Parrot)
    assert check_provider() == []


@pytest.mark.parametrize(
    ("provider", "says"),
    [
        ("openai", "not in this version"),
        ("anthropic", "not in this version"),
        ("no.such.module.Class", "can not be made"),
        ("tests.cast.Cast", "can not be made"),
        ("builtins.dict", "has no reply"),
    ],
)
def test_a_wrong_one_is_refused_at_the_start_with_what_is_allowed(settings, provider, says):
    settings.AI_PROVIDER = provider
    (error,) = check_provider()
    assert error.id == "representative.E001"
    assert says in error.msg
    assert "embedded" in error.hint
