"""Answers of the database that serve all who ask for a few seconds."""

import threading
from typing import Any

import pytest

from domains.short_memory import ShortMemory


def in_another_thread(act: Any) -> None:
    """As the event loop does it, while a query takes its time here."""
    teller = threading.Thread(target=act, daemon=True)
    teller.start()
    teller.join(5)
    assert not teller.is_alive(), "who tells has to wait for the query"


def test_an_answer_is_read_once_for_each_key_until_it_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    asked: list[str] = []
    monkeypatch.setattr("domains.short_memory.time.monotonic", lambda: now)
    memory: ShortMemory[str, bool] = ShortMemory(2.0)

    def ask(key: str) -> bool:
        def read() -> bool:
            asked.append(key)
            return True

        return memory.get(key, read)

    assert all(ask("acme") for _ in range(50))
    assert ask("bolt")
    assert asked == ["acme", "bolt"]
    memory.note("acme", False)
    assert not ask("acme")
    now += 2.0
    assert ask("acme")
    assert asked == ["acme", "bolt", "acme"]


def test_what_is_told_during_a_reading_waits_for_nothing_and_is_the_newer_answer() -> None:
    memory: ShortMemory[str, bool] = ShortMemory(60)

    def read() -> bool:
        in_another_thread(lambda: memory.note("acme", True))
        return False

    assert memory.get("acme", read)
    assert memory.get("acme", read)


def test_what_is_forgotten_during_a_reading_is_read_again() -> None:
    memory: ShortMemory[str, str] = ShortMemory(60)

    def read() -> str:
        in_another_thread(memory.forget)
        return "old"

    assert memory.get("acme", read) == "old"
    assert memory.get("acme", lambda: "new") == "new"
    assert memory.get("acme", lambda: "newer") == "new"


def test_what_could_not_be_read_is_asked_for_again() -> None:
    memory: ShortMemory[str, str] = ShortMemory(60)
    with pytest.raises(ZeroDivisionError):
        memory.get("acme", lambda: str(1 / 0))
    assert memory.get("acme", lambda: "read") == "read"
