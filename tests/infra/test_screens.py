"""`./run screens` says what it could not show, and fails."""

from typing import Any

import pytest

from tools.screens import Studio, outcome


def studio(taken: int, *troubles: str) -> Studio:
    """One that has done its work; nobody looks at its product and browser any more."""
    nothing: Any = None
    return Studio(nothing, nothing, nothing, {}, set(), nothing, troubles=list(troubles), taken=taken)


def test_a_picture_that_could_not_be_taken_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(studio(80, "live-empty: Timeout 10000ms exceeded.")) == 1
    assert "not shown: live-empty: Timeout 10000ms exceeded." in capsys.readouterr().out


def test_no_picture_at_all_fails_the_run() -> None:
    assert outcome(studio(0)) == 1
    assert outcome(studio(80)) == 0
