"""Which representative speaks, and what a wrong setting says."""

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.exceptions import ImproperlyConfigured

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
        ("no.such.module.Class", "can not be made"),
        ("tests.cast.Cast", "can not be made"),
        ("builtins.dict", "has no reply"),
    ],
)
def test_a_class_that_cannot_speak_is_refused_with_what_is_allowed(settings, provider, says):
    settings.AI_PROVIDER = provider
    (error,) = refusals()
    assert error.id == "representative.E001"
    assert says in error.msg
    assert "embedded" in error.hint


@pytest.mark.parametrize("provider", ["openai", "anthropic", "parrot"])
def test_a_name_that_means_none_is_refused_once(settings, provider):
    settings.AI_PROVIDER = provider
    (error,) = refusals()
    assert error.id == "privas.E014"
    assert "embedded" in error.hint
    with pytest.raises(ImproperlyConfigured, match="not in this version"):
        current()


def refusals() -> list[CheckMessage]:
    """What all checks together say of the representative."""
    return [message for message in run_checks() if "AI_PROVIDER" in message.msg]
