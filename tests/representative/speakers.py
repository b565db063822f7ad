"""Representatives of the tests' own, named by AI_PROVIDER like any other."""

from representative.base import Escalate, LeadFact, Marked, TextDelta, TextReset
from representative.scripted import ScriptedRepresentative

TEXT = "This is a long and careful answer that takes a while to say, word by word."
WORDS = TEXT.split()


class Slow(ScriptedRepresentative):
    """About a second and a half of words."""

    def __init__(self):
        super().__init__([step for word in WORDS for step in (TextDelta(word + " "), 0.1)])


class Echo(ScriptedRepresentative):
    """Repeats the whole burst, slowly enough to be interrupted."""

    def __init__(self):
        super().__init__(
            lambda turn: [
                TextDelta("You said: "),
                0.3,
                TextDelta(" / ".join(line.text for line in turn.unanswered)),
            ]
        )


class Broken(ScriptedRepresentative):
    """Dies at once."""

    def __init__(self):
        super().__init__([RuntimeError("no model here")])


class BreaksOff(ScriptedRepresentative):
    """Dies in the middle."""

    def __init__(self):
        super().__init__([TextDelta("Half of a "), RuntimeError("the line went dead")])


class Mute(ScriptedRepresentative):
    """Says nothing."""

    def __init__(self):
        super().__init__([])


class Hangs(ScriptedRepresentative):
    """Never comes to the point."""

    def __init__(self):
        super().__init__([60.0, TextDelta("too late")])


class ChangesItsMind(ScriptedRepresentative):
    """Begins, takes it all back, and begins again."""

    def __init__(self):
        super().__init__([TextDelta("Wrong."), TextReset(), TextDelta("Right.")])


class AsksForAPerson(ScriptedRepresentative):
    """Gives up by itself."""

    def __init__(self):
        super().__init__([TextDelta("Let me see… "), Escalate("unable", "the order is not in the knowledge")])


class Parrot(ScriptedRepresentative):
    """Always the same words."""

    def __init__(self):
        super().__init__([TextDelta("The same as always.")])


class Invents(ScriptedRepresentative):
    """Learns one thing that was said and one that was not."""

    def __init__(self):
        super().__init__(
            lambda turn: [
                LeadFact("company", "Initech", "Initech", turn.unanswered[-1].n),
                LeadFact("budget", "$1,000,000", "a million dollars", turn.unanswered[-1].n),
                Marked("answer"),
                TextDelta("Noted."),
            ]
        )
