"""What an operator said earlier in this very talk, when it answers the question better than an article. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from representative.base import Knowledge, Line
from representative.embedded.small_words import telling
from representative.embedded.words import sentences, stems

# The share of the question's telling words that the sentence must hold.
_COVERED = 0.6
_QUESTION = re.compile(r"\?\s*$")


@dataclass(frozen=True)
class Recalled:
    """A sentence, who said it, and how much of the question it covers."""

    text: str
    name: str
    covered: float


def recalled(question: str, transcript: Sequence[Line], knowledge: Knowledge) -> Recalled | None:
    """The operator's sentence that speaks of what is asked, the newest of equals."""
    wanted = {word: knowledge.weigh(word) for word in telling(question)}
    total = sum(wanted.values())
    if total <= 0:
        return None
    best: Recalled | None = None
    for line in transcript:
        if line.by != "operator":
            continue
        said = sentences(line.text)
        for position, sentence in enumerate(said):
            if _QUESTION.search(sentence):
                continue
            own = set(stems(sentence))
            covered = sum(weight for word, weight in wanted.items() if word in own) / total
            if covered >= _COVERED and (best is None or covered >= best.covered):
                text = sentence
                # "The code is in your mail. It is SPRING20." belongs together.
                if position + 1 < len(said) and len(said[position + 1].split()) <= 12:
                    following = said[position + 1]
                    text = sentence if _QUESTION.search(following) else f"{sentence} {following}"
                best = Recalled(text, line.name, covered)
    return best
