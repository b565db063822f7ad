"""A fresh database, and two processes that act on it at the same moments.

    with Arena("postgres") as arena:
        scene = arena.one("tests.races.acts.lay_scene", talks=100)
        told = arena.race(("tests.races.acts.press_take_over", {...}), ("tests.races.acts.press_take_over", {...}))

Each process runs with the product's own settings: what holds here holds between two web processes.
"""

import json
import secrets
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any, Self

from privas.programs import PYTHON
from privas.reaper import Reaper
from tests import services
from tests.stack_databases import REPOSITORY, PostgresDatabase, SqliteDatabase, child_environment
from tests.support.contestant import AT_THE_LINE, GO


class Arena:
    """See the head of this file."""

    def __init__(self, database: str) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="arena-", dir=services.ensure().root))
        self.database = (PostgresDatabase if database == "postgres" else SqliteDatabase)(self.data)
        self._reaper = Reaper()
        self._children: list[subprocess.Popen[str]] = []
        self._environment = child_environment(
            DATA_DIR=str(self.data),
            SECRET_KEY=secrets.token_urlsafe(48),
            FIELD_KEYS=secrets.token_urlsafe(48),
            # Every thread of a race keeps a connection of its own.
            DATABASE_POOL_SIZE="32",
            **self.database.environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._send_home()
        self._reaper.close()
        self.database.drop()
        shutil.rmtree(self.data, ignore_errors=True)

    def one(self, act: str, **arguments: Any) -> Any:
        """One process does this alone; what it answered."""
        return self.race((act, arguments))[0]

    def race(self, *acts: tuple[str, dict[str, Any]]) -> list[Any]:
        """Each act in a process of its own; all start every round together. What each answered."""
        try:
            return self._race(acts)
        except BaseException:
            # Out of step with one another: the next race begins with fresh processes.
            self._send_home()
            raise

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the database; `%s` stands for a value."""
        return self.database.query(sql, *values)

    def key(self, public_id: str) -> str:
        """An id as this database stores it: SQLite has no type for it and keeps the hexadecimal digits."""
        return uuid.UUID(public_id).hex if isinstance(self.database, SqliteDatabase) else public_id

    def _race(self, acts: tuple[tuple[str, dict[str, Any]], ...]) -> list[Any]:
        while len(self._children) < len(acts):
            self._children.append(self._start())
        seats = range(len(acts))
        for seat, (act, arguments) in enumerate(acts):
            self._say(seat, json.dumps({"act": act, "arguments": arguments}))
        while True:
            said = [self._hear(seat) for seat in seats]
            waiting = [words == AT_THE_LINE for words in said]
            if not any(waiting):
                break
            assert all(waiting), f"one has ended while the other waits to start: {said}"
            for seat in seats:
                self._say(seat, GO)
        answers = [json.loads(words) for words in said]
        assert all("result" in answer for answer in answers), [answer.get("error") for answer in answers]
        return [answer["result"] for answer in answers]

    def _send_home(self) -> None:
        while self._children:
            child = self._children.pop()
            child.kill()
            child.wait(10)
            self._reaper.drop(child.pid)

    def _start(self) -> "subprocess.Popen[str]":
        with self._log(len(self._children)).open("w") as errors:
            child = subprocess.Popen(
                [PYTHON, "-m", "tests.support.contestant"],
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self._reaper.add(child.pid)
        return child

    def _log(self, seat: int) -> Path:
        return self.data / f"contestant{seat}.log"

    def _say(self, seat: int, words: str) -> None:
        source = self._children[seat].stdin
        assert source is not None
        source.write(words + "\n")
        source.flush()

    def _hear(self, seat: int) -> str:
        sink = self._children[seat].stdout
        assert sink is not None
        words = sink.readline().strip()
        assert words, f"a process of the race ended early:\n{self._log(seat).read_text()[-4000:]}"
        return words
