"""Which question about the visitor may be appended to an answer: at most one, and only when it is welcome. Pure."""

from representative.base import TurnContext
from representative.detectors.replies import refuses
from representative.facts.asking import asked_fields

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

    Never two turns running, never after the visitor has declined one, and never for what is known or what anybody
    has asked for in this conversation.
    """
    last = turn.last_turn
    if turn.waiting or (last is not None and last.memory.get("asked")) or declined(turn):
        return None
    asked = {field for _, field in turn.asked}
    for line in turn.said:
        if line.by == "operator":
            asked.update(asked_fields(line.text))
    wanted = [*_QUESTIONS, *(_WHEN_BUYING if "need" in turn.known else ())]
    for field, question in wanted:
        if field not in turn.known and field not in asked:
            return field, question
    return None


def asked_at_end(text: str) -> str:
    """The field that an answer of ours asks for with its last words, or an empty text."""
    return next((field for field, question in (*_QUESTIONS, *_WHEN_BUYING) if text.endswith(question)), "")


def declined(turn: TurnContext) -> bool:
    """Whether the visitor has ever declined to tell something."""
    asked: list[str] = []
    known_asks = dict(turn.asked)
    for line in turn.said:
        if line.by == "visitor":
            if asked and refuses(line.text):
                return True
            asked = []
        elif line.by == "operator":
            asked = asked_fields(line.text)
        else:
            asked = [known_asks[line.n]] if line.n in known_asks else []
    return False
