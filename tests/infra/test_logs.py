"""What a line of the log tells."""

import ast
import logging
from pathlib import Path
from typing import Any

import pytest

from privas import logs
from tests.stack_databases import REPOSITORY

ROOMS = (
    *("accounts", "conversations", "domains", "emailops", "notifications", "privas", "representative"),
    *("reports", "tickets", "widget"),
)


@pytest.fixture(params=["console", "json"])
def line(request: Any, capsys: Any) -> Any:
    """The formatter that lines pass, as they are set up; what it makes of a record."""
    configured: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logging.config.dictConfig", configured.update)
        logs.configure({"format": request.param})
    settings = dict(configured["formatters"]["lines"])
    return settings.pop("()")(**settings)


def test_a_fact_beside_the_words_is_told_and_masked(line: Any) -> None:
    record = logging.LogRecord("conversations.relay", logging.WARNING, __file__, 1, "relay.failed", (), None)
    record.error, record.event_id = "no answer of redis://:S3cret@broker", 17
    told = line.format(record)
    assert "relay.failed" in told
    assert "17" in told
    assert "no answer of redis://:***@broker" in told


def test_every_fact_that_the_code_tells_is_one_that_lines_show() -> None:
    told = set()
    for room in ROOMS:
        for path in Path(REPOSITORY, room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
                    told |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    assert {"error", "event_id", "turn"} <= told
    assert told <= set(logs.FACTS)
