"""Representatives that take their time, named by AI_PROVIDER like any other."""

import asyncio
import random
from collections.abc import AsyncIterator

from representative.base import Event, TextDelta, TurnContext
from representative.embedded.representative import EmbeddedRepresentative
from representative.scripted import ScriptedRepresentative, Step

TEXT = "Our workshop opens at nine, and a full service of a bicycle takes about two days from then on."


def _words_over(seconds: float) -> list[Step]:
    words = TEXT.split()
    pause = seconds / len(words)
    return [step for word in words for step in (TextDelta(word + " "), pause)]


class SomeTime(ScriptedRepresentative):
    """Each reply comes word by word over nothing to two seconds."""

    def __init__(self) -> None:
        super().__init__(lambda turn: _words_over(random.uniform(0, 2)))


class LongTime(ScriptedRepresentative):
    """Each reply comes word by word over three seconds."""

    def __init__(self) -> None:
        super().__init__(_words_over(3.0))


class Deliberate:
    """The embedded representative; asked to explain something in detail, it takes its time over every word."""

    name = "deliberate"
    pause_s = 0.4

    def __init__(self) -> None:
        self._embedded = EmbeddedRepresentative()

    async def reply(self, turn: TurnContext) -> AsyncIterator[Event]:
        """The embedded reply, now and then slower."""
        async for event in self._embedded.reply(turn):
            if not isinstance(event, TextDelta) or "in detail" not in turn.question:
                yield event
                continue
            for word in event.text.split(" "):
                yield TextDelta(word + " ")
                await asyncio.sleep(self.pause_s)
