"""A representative that replays a script: for the playground and for tests of everything around it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from representative.base import Event, TurnContext

# An event, seconds to wait, or an exception to raise.
Step = Event | float | Exception


class ScriptedRepresentative:
    """Plays its steps, with their pauses, as its reply to every turn; a function may choose them by the turn."""

    name = "scripted"

    def __init__(self, script: Sequence[Step] | Callable[[TurnContext], Sequence[Step]]) -> None:
        self._script = script

    async def reply(self, turn: TurnContext) -> AsyncIterator[Event]:
        """The script, at its own pace."""
        steps = self._script(turn) if callable(self._script) else self._script
        for step in steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, int | float):
                await asyncio.sleep(step)
            else:
                yield step
