"""A setting, an event kind or a reaction without a line in the docs does not exist."""

import re

from conversations.relay import FIRST_MESSAGE
from conversations.states import Kind
from privas.reactions import REACTIONS
from tests.house.source import ROOT

READS = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)\"""")


def settings_read() -> set[str]:
    """Every name that settings.py takes from the environment."""
    return set(READS.findall((ROOT / "privas" / "settings.py").read_text()))


def test_every_setting_has_its_line():
    page = (ROOT / "docs" / "settings.md").read_text()
    named = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page, re.M))
    assert settings_read() <= named, f"not in docs/settings.md: {settings_read() - named}"


def test_every_setting_stands_in_the_example():
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, re.M))
    assert settings_read() <= named, f"not in .env.example: {settings_read() - named}"


def test_every_kind_of_event_has_its_line():
    page = (ROOT / "docs" / "events.md").read_text()
    assert not [kind.value for kind in Kind if f"`{kind.value}`" not in page]


def test_every_reaction_has_its_line():
    page = (ROOT / "docs" / "events.md").read_text()
    assert set(REACTIONS) <= {kind.value for kind in Kind} | {FIRST_MESSAGE}
    assert not [task for tasks in REACTIONS.values() for task in tasks if f"`{task}`" not in page]
