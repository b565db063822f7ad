"""The representative of the embedded default: rules and retrieval, no network, no model."""

import time
from collections.abc import AsyncIterator

from representative.base import Escalate, Event, Marked, Sources, Suggest, TextDelta, TurnContext, Usage
from representative.embedded.composing import compose

_FEWEST_CHUNKS, _MOST_CHUNKS = 3, 6
_CHUNK_WORDS = 8


class EmbeddedRepresentative:
    """Answers from the domain's articles, verbatim, and says so when it does not know."""

    name = "embedded"

    async def reply(self, turn: TurnContext) -> AsyncIterator[Event]:
        """The whole reply is known at once; it comes in a few pieces, without pretending to type."""
        begun = time.monotonic()
        reply = compose(turn)
        yield Marked(reply.outcome, reply.memory)
        if reply.escalate:
            yield Escalate(reply.escalate)
            return
        if reply.sources:
            yield Sources(reply.sources)
        if reply.suggested:
            yield Suggest(reply.suggested)
        took_ms = round((time.monotonic() - begun) * 1000)
        for chunk in chunks(reply.text):
            yield TextDelta(chunk)
        yield Usage(self.name, first_text_ms=took_ms, total_ms=took_ms)


def chunks(text: str) -> list[str]:
    """The text in three to six pieces between words; fewer when it has fewer words."""
    words = text.split(" ")
    wanted = max(_FEWEST_CHUNKS, min(_MOST_CHUNKS, -(-len(words) // _CHUNK_WORDS)))
    size = -(-len(words) // min(wanted, len(words)))
    pieces = [" ".join(words[i : i + size]) for i in range(0, len(words), size)]
    return [piece + (" " if i + 1 < len(pieces) else "") for i, piece in enumerate(pieces)]
