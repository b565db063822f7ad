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


def test_every_row_of_faults_names_a_test_that_exists():
    page = (ROOT / "docs" / "mail.md").read_text()
    rows = dict(re.findall(r"^\| (F\d+) \|.*\| ([^|]+) \|$", page, re.M))
    assert list(rows) == [f"F{n}" for n in range(1, 37)]
    assert not [row for row, shown_by in rows.items() if not re.search("`test_|the same", shown_by)]
    named = set(re.findall(r"`(test_\w+)`", "".join(rows.values())))
    defined = re.compile(r"^(?:async )?def (test_\w+)\(", re.M)
    there = {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in defined.findall(path.read_text())
    }
    assert named
    assert named <= there, f"not in tests/: {named - there}"
