"""What the embedded default does for its owner: a checked and copied SQLite file, the demo."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections

BACKUPS_KEPT = 3


class DamagedDatabase(Exception):
    """The SQLite file fails its check."""


def care_for_sqlite() -> None:
    """Check the file, then copy it by SQLite's own backup, which sees one moment even while others write."""
    if connections["default"].vendor != "sqlite":
        return
    path = Path(settings.DATABASES["default"]["NAME"])
    if not path.exists() or path.stat().st_size == 0:
        return
    folder = settings.DATA_DIR / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    source = sqlite3.connect(path, timeout=20)
    try:
        try:
            answer = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as trouble:
            answer = str(trouble)
        if answer != "ok":
            raise DamagedDatabase(
                f"{path} is damaged ({' '.join(answer.split())}). Copies of earlier starts are in {folder}; "
                "put the newest good one in its place (docs/operations.md, Backups)."
            )
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        half, whole = folder / "half", folder / f"db-{stamp}.sqlite3"
        copy = sqlite3.connect(half)
        try:
            source.backup(copy)
        finally:
            copy.close()
        half.chmod(0o600)
        half.replace(whole)
    finally:
        source.close()
    for old in sorted(folder.glob("db-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()


def migrate() -> None:
    """Bring the database into step."""
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


def demo_is_wanted() -> bool:
    """Whether this is the first start of a demo."""
    try:
        return settings.DEMO and not get_user_model().objects.exists()
    finally:
        connections.close_all()
