"""Representatives that take their time, named by AI_PROVIDER like any other."""

import random

from representative.base import TextDelta
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
