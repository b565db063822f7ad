"""What is decided by rules before any representative is asked: a person is wanted, or all is solved. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from conversations.states import EscalationCause
from representative.base import Line, TurnContext
from representative.detectors.confirmation import confirms
from representative.detectors.frustration import is_frustrated
from representative.detectors.person_wanted import asks_for_person
from representative.detectors.replies import says_yes
from representative.embedded.sayings import ALREADY_ASKED, GLAD, other_than
from representative.models import Outcome


@dataclass(frozen=True)
class RequestPerson:
    """A person is to be asked in."""

    cause: EscalationCause
    reason: str


@dataclass(frozen=True)
class Say:
    """Fixed words, with what the next turn must know of them."""

    text: str
    outcome: str


@dataclass(frozen=True)
class Confirmed:
    """The visitor said that all is solved, in these words."""

    quote: str
    text: str = GLAD


def decide(turn: TurnContext) -> RequestPerson | Confirmed | Say | None:
    """The rule that settles this turn, or None: then the representative is asked.

    While the visitor waits for a person already, asking again gets a word, not a second request.
    """
    last = turn.last_turn
    wish = _first(turn, asks_for_person)
    if wish is None and last is not None and last.offered and says_yes(turn.question):
        wish = turn.unanswered[-1]
    if wish is not None:
        return _person(turn, EscalationCause.WORDS, wish)
    if (anger := _first(turn, is_frustrated)) is not None:
        return _person(turn, EscalationCause.FRUSTRATION, anger)
    if turn.person_requested or not turn.unanswered:
        return None
    words = turn.unanswered[-1].text
    memory = last.memory if last is not None else {}
    solved = confirms(
        words,
        after_answer=_was_answered(turn),
        asked_if_solved=bool(memory.get("asked_if_solved")),
        asked_if_more=bool(memory.get("asked_if_more")),
    )
    others = turn.unanswered[:-1]
    if solved and not any("?" in line.text for line in others):
        return Confirmed(words)
    return None


def _first(turn: TurnContext, hears: Callable[[str], bool]) -> Line | None:
    return next((line for line in turn.unanswered if hears(line.text)), None)


def _person(turn: TurnContext, cause: EscalationCause, line: Line) -> RequestPerson | Say:
    if not turn.waiting:
        return RequestPerson(cause, line.text[:500])
    said = next((one.text for one in reversed(turn.transcript) if one.by == "ai"), "")
    return Say(other_than(said, ALREADY_ASKED), Outcome.SMALL_TALK)


def _was_answered(turn: TurnContext) -> bool:
    """Whether something that could be confirmed came before: an answer, or a person's words."""
    before = turn.transcript[: len(turn.transcript) - len(turn.unanswered)]
    newest = next((line for line in reversed(before) if line.by != "visitor"), None)
    if newest is None:
        return False
    if newest.by == "operator":
        return True
    if turn.last_turn is None:
        return False
    # A name that was asked for, or a greeting, takes nothing away from the answer before it.
    outcomes = (past.outcome for past in reversed(turn.past) if past.outcome != Outcome.SMALL_TALK)
    return next(outcomes, "") in (Outcome.ANSWER, Outcome.CHECK)
