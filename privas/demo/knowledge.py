"""The demo's articles, as they are written down in knowledge.md and knowledge_rentals.md."""

from dataclasses import dataclass
from pathlib import Path

_ASKED = "Asked as:"


@dataclass(frozen=True)
class Entry:
    """One article."""

    title: str
    text: str
    phrasings: tuple[str, ...]


def entries(name: str) -> list[Entry]:
    """The articles of one file: `## Title`, the text, `Asked as:` and a list of phrasings."""
    whole = (Path(__file__).parent / f"{name}.md").read_text("utf-8")
    return [_entry(section) for section in whole.split("\n## ")[1:]]


def _entry(section: str) -> Entry:
    title, _, rest = section.partition("\n")
    text, _, asked = rest.partition(_ASKED)
    phrasings = (line.removeprefix("- ").strip() for line in asked.splitlines())
    return Entry(title.strip(), text.strip(), tuple(line for line in phrasings if line))
