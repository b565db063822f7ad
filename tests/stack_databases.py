"""Fresh, migrated databases for Stacks: migrated once a test run, then copied."""

import fcntl
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from privas.programs import PYTHON
from tests import services

REPOSITORY = Path(__file__).resolve().parent.parent


@contextmanager
def _only_one(root: Path) -> Iterator[None]:
    """Workers of xdist share the template; one of them makes it."""
    with (root / "template.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def child_environment(**values: str) -> dict[str, str]:
    """This process's environment without what belongs to the tests or the product, with these values."""
    mine = {
        name: value
        for name, value in os.environ.items()
        if name not in services.PRODUCT_NAMES and not name.startswith(("PRIVAS_", "PYTEST_", "DJANGO_"))
    }
    return mine | {"DJANGO_SETTINGS_MODULE": "privas.settings", "PYTHONUNBUFFERED": "1"} | values


def _migrate(**values: str) -> None:
    done = subprocess.run(
        [PYTHON, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"],
        cwd=REPOSITORY,
        env=child_environment(SECRET_KEY=secrets.token_hex(32), FIELD_KEYS="for-migrations-only", **values),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class SqliteDatabase:
    """A file in the Stack's own DATA_DIR, where the product finds it by itself."""

    def __init__(self, data: Path) -> None:
        self.path = data / "db.sqlite3"
        self.environment: dict[str, str] = {}
        root = Path(services.ensure().root)
        template = root / "template"
        with _only_one(root):
            if not (template / "ready").exists():
                template.mkdir(exist_ok=True)
                _migrate(DATA_DIR=str(template))
                # Everything out of the write-ahead log, so that one file is the whole database.
                with sqlite3.connect(template / "db.sqlite3") as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                (template / "ready").touch()
        shutil.copy(template / "db.sqlite3", self.path)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of this statement; `%s` stands for a value, as everywhere in Django."""
        connection = sqlite3.connect(self.path, timeout=20)
        try:
            with connection:
                return list(connection.execute(sql.replace("%s", "?"), values))
        finally:
            connection.close()

    def drop(self) -> None:
        """It goes with its folder."""


class PostgresDatabase:
    """A database of the throw-away server, copied from a template."""

    def __init__(self, data: Path) -> None:
        note = services.ensure()
        if note.postgres is None:
            raise RuntimeError("this Stack needs PostgreSQL, which is not here: mark the test `postgres`")
        self._server = note.postgres
        self.name = f"stack_{secrets.token_hex(6)}"
        self.url = f"{self._server.rpartition('/')[0]}/{self.name}"
        self.environment = {"DATABASE_URL": self.url}
        root = Path(note.root)
        with _only_one(root):
            if not (root / "template.postgres").exists():
                self._command("DROP DATABASE IF EXISTS privas_template")
                self._command("CREATE DATABASE privas_template")
                _migrate(
                    DATA_DIR=str(data), DATABASE_URL=f"{self._server.rpartition('/')[0]}/privas_template"
                )
                (root / "template.postgres").touch()
            self._command(f"CREATE DATABASE {self.name} TEMPLATE privas_template")

    def _command(self, sql: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of this statement; `%s` stands for a value."""
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        """Away with it, whoever is still connected."""
        self._command(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
