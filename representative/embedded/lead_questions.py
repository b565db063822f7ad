"""Which question about the visitor may be appended to an answer: at most one, and only when it is welcome. Pure."""

from collections import Counter

from representative.base import TurnContext
from representative.detectors.replies import refuses
from representative.facts.asking import asked_fields

_MOST_PER_FIELD = 2
_QUESTIONS: tuple[tuple[str, str], ...] = (
    ("name", "By the way, may I have your name?"),
    ("email", "In case we get disconnected, which e-mail address can we reach you at?"),
)
_WHEN_BUYING: tuple[tuple[str, str], ...] = (
    ("company", "May I ask which company you are with?"),
    ("timing", "And when would you like to start?"),
)


def lead_question(turn: TurnContext) -> tuple[str, str] | None:
    """(field, question), or None.

    Never two turns running, never after the visitor has declined one, at most twice for a field, and never for
    what is known or what an operator has asked already.
    """
    last = turn.last_turn
    if turn.person_requested or (last is not None and last.memory.get("asked")) or declined(turn):
        return None
    asked = Counter(str(past.memory["asked"]) for past in turn.past if past.memory.get("asked"))
    for line in turn.transcript:
        if line.by == "operator":
            asked.update(dict.fromkeys(asked_fields(line.text), _MOST_PER_FIELD))
    wanted = [*_QUESTIONS, *(_WHEN_BUYING if "need" in turn.known else ())]
    for field, question in wanted:
        if field not in turn.known and asked[field] < _MOST_PER_FIELD:
            return field, question
    return None


def declined(turn: TurnContext) -> bool:
    """Whether the visitor has ever declined to tell something."""
    if any(past.memory.get("declined") for past in turn.past):
        return True
    asked: list[str] = []
    known_asks = dict(turn.asked)
    for line in turn.transcript:
        if line.by == "visitor":
            if asked and refuses(line.text):
                return True
            asked = []
        elif line.by == "operator":
            asked = asked_fields(line.text)
        else:
            asked = [known_asks[line.n]] if line.n in known_asks else []
    return False
