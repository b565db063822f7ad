"""The representative of the embedded default: rules and retrieval, no network, no model."""

import time
from collections.abc import AsyncIterator

from representative.base import Event, Marked, Sources, Suggest, TextDelta, TurnContext, Usage
from representative.embedded.composing import compose

_CHUNK_WORDS, _MOST_CHUNKS = 3, 25


class EmbeddedRepresentative:
    """Answers from the domain's articles, verbatim, and says so when it does not know."""

    name = "embedded"

    async def reply(self, turn: TurnContext) -> AsyncIterator[Event]:
        """The whole reply is known at once; it comes in small pieces, which speaking.py shows at a reader's pace."""
        begun = time.monotonic()
        reply = compose(turn)
        yield Marked(reply.outcome, reply.memory)
        if reply.sources:
            yield Sources(reply.sources)
        if reply.suggested:
            yield Suggest(reply.suggested)
        took_ms = round((time.monotonic() - begun) * 1000)
        for chunk in chunks(reply.text):
            yield TextDelta(chunk)
        yield Usage(self.name, first_text_ms=took_ms, total_ms=took_ms)


def chunks(text: str) -> list[str]:
    """The text in pieces of three words, of more when they would be too many."""
    words = text.split(" ")
    size = max(_CHUNK_WORDS, -(-len(words) // _MOST_CHUNKS))
    pieces = [" ".join(words[i : i + size]) for i in range(0, len(words), size)]
    return [piece + (" " if i + 1 < len(pieces) else "") for i, piece in enumerate(pieces)]
