"""What a console remembers of the cards and threads that it was sent."""

import pytest

from conversations.live import opened
from conversations.live.consumer import ConsoleConsumer
from conversations.live.opened import Cards, Thread


def test_cards_are_forgotten_when_many_others_came_after_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "CARDS", 3)
    cards = Cards()
    for c, n in (("a", 1), ("b", 1), ("c", 1), ("a", 2), ("d", 1)):
        cards.note(c, n)
    assert cards == {"c": 1, "a": 2, "d": 1}


def test_an_event_of_an_older_epoch_does_not_take_the_newer_one_back() -> None:
    thread = Thread("domain", 3, 2)
    thread.note(4, 1)
    assert (thread.sent, thread.epoch) == (4, 2)


async def test_a_console_that_stays_for_weeks_remembers_no_more_than_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opened, "CARDS", 3)
    console = ConsoleConsumer()
    console.ready = True
    for number in range(9):
        await console.frame({"t": "card", "c": f"talk {number}", "n": 1, "frame": str(number)})
    assert list(console._outbox.rest()) == [str(number) for number in range(9)]
    assert list(console.cards) == ["talk 6", "talk 7", "talk 8"]
