"""The product's source, read once for the tests of this folder."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "privas", "widget", "reports", "notifications", "tickets", "representative", "conversations", "emailops",
    "domains", "accounts",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One file of Python."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()


def _read(path: Path) -> Source:
    text = path.read_text()
    return Source(str(path.relative_to(ROOT)), text, ast.parse(text))


@functools.cache
def product() -> tuple[Source, ...]:
    """Every file of the product, migrations left out: Django writes those."""
    return tuple(
        _read(path)
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    )


def files(*endings: str) -> list[Path]:
    """Every file with one of these endings that a person of this project writes."""
    folders = (*APPS, "templates", "static", "tests", "tools", "bench")
    return [
        path
        for folder in folders
        for ending in endings
        for path in sorted((ROOT / folder).rglob(f"*{ending}"))
        if "migrations" not in path.parts and "vendor" not in path.parts and ".venv" not in path.parts
    ]
