"""What a representative is: it reads a turn's context and yields events. It writes nothing itself.

Whoever runs it (turns.py) applies the events under the conversation's handling epoch, so no representative, however
slow or mistaken, can speak past a takeover.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Line:
    """One message of the transcript. Notes are never among them."""

    n: int
    by: str
    name: str
    text: str


@dataclass(frozen=True)
class DomainFacts:
    """What a representative may know about the domain it speaks for."""

    id: str
    name: str
    representative_name: str
    answer_eagerness: float = 0.0
    # What the widget says before anybody writes; empty: nothing.
    greeting: str = ""


@dataclass(frozen=True)
class PastTurn:
    """What an earlier turn of this conversation did."""

    outcome: str
    memory: Mapping[str, Any]

    @property
    def offered(self) -> bool:
        """Whether it offered a person, so that a yes accepts and a no declines."""
        return self.outcome in ("offer", "fallback") or bool(self.memory.get("offered"))


@dataclass(frozen=True)
class Passage:
    """An article, or the part of one, that fits a question."""

    article_id: str
    title: str
    text: str
    url: str
    score: float


@dataclass(frozen=True)
class Findings:
    """What the knowledge holds for a question. The band is `answer`, `suggest` or `none`."""

    band: str
    passages: tuple[Passage, ...] = ()
    # The first fits well enough to answer with, if no other did.
    sure: bool = False
    # The share of what was asked, by how telling each word is, that the first one speaks of.
    covered: float = 0.0
    # The first is asked for in these very words: they are its title or one of its own questions.
    word_for_word: bool = False

    @property
    def best_score(self) -> float:
        """How well the best one fits."""
        return self.passages[0].score if self.passages else 0.0


class Knowledge(Protocol):
    """A domain's articles, ready to be asked; in memory, so asking is quick."""

    def find(self, question: str) -> Findings:
        """What fits, best first, and how sure one may be."""

    def article(self, article_id: str) -> Passage | None:
        """One article whole."""

    def weigh(self, word: str) -> float:
        """How telling a word is in this knowledge: rare words more."""

    def knows(self, word: str) -> bool:
        """Whether any article holds this word."""


@dataclass(frozen=True)
class TurnContext:
    """All that a representative may use for one reply."""

    domain: DomainFacts
    # What the visitor said since anybody last answered: one burst, one reply.
    unanswered: tuple[Line, ...]
    # The whole talk since it was last opened, the unanswered words included.
    transcript: tuple[Line, ...]
    known: Mapping[str, str]
    # The fields that these very words told.
    learnt: tuple[str, ...]
    past: tuple[PastTurn, ...]
    # Whether anybody wishes for a person; `waiting` says whether the visitor knows.
    person_requested: bool
    knowledge: Knowledge
    locale: str = ""
    # What the widget's form and the AI have asked for in this conversation: [(number of the event, field)].
    asked: tuple[tuple[int, str], ...] = ()
    # What was said in this conversation before it was last opened.
    earlier: tuple[Line, ...] = ()
    # Whether the visitor knows that a person is asked for; an operator may have flagged the talk in silence.
    waiting: bool = False

    @property
    def question(self) -> str:
        """The burst as one text."""
        return "\n".join(line.text for line in self.unanswered)

    @property
    def question_before(self) -> str:
        """The visitor's words that anybody replied to last, as one text."""
        lines = list(self.transcript[: len(self.transcript) - len(self.unanswered)])
        while lines and lines[-1].by != "visitor":
            lines.pop()
        first = len(lines)
        while first and lines[first - 1].by == "visitor":
            first -= 1
        return "\n".join(line.text for line in lines[first:])

    @property
    def said_last(self) -> str:
        """What the AI or a person said last, if anybody did."""
        return next((line.text for line in reversed(self.transcript) if line.by != "visitor"), "")

    @property
    def said(self) -> tuple[Line, ...]:
        """All words of this conversation, those before it was last opened too."""
        return (*self.earlier, *self.transcript)

    @property
    def met(self) -> bool:
        """Whether the visitor has had a word from the AI or a person in this conversation."""
        return any(line.by != "visitor" for line in self.said)

    @property
    def last_turn(self) -> PastTurn | None:
        """The newest turn that said something, unless a person has spoken since."""
        for line in reversed(self.transcript[: len(self.transcript) - len(self.unanswered)]):
            if line.by == "operator":
                return None
            if line.by == "ai":
                break
        return self.past[-1] if self.past else None

    @property
    def unknown_running(self) -> int:
        """How many turns at the end, since a person spoke, could only offer a person."""
        spoken = 0
        for line in reversed(self.transcript):
            if line.by == "operator":
                break
            spoken += line.by == "ai"
        running = 0
        for turn in reversed(self.past[len(self.past) - min(spoken, len(self.past)) :]):
            if turn.outcome != "offer":
                break
            running += 1
        return running


@dataclass(frozen=True)
class TextDelta:
    """The next words of the reply."""

    text: str


@dataclass(frozen=True)
class TextReset:
    """All words so far are void."""


@dataclass(frozen=True)
class LeadFact:
    """Something learnt about the visitor. Dropped unless `quote` stands verbatim in message `n`."""

    field: str
    value: str
    quote: str
    n: int
    source: str = "visitor"


@dataclass(frozen=True)
class Escalate:
    """A person is needed: `outside_kb`, `frustration`, `unable`, `explicit_request` or `policy`."""

    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Resolve:
    """The visitor confirmed; `quote` are the visitor's words. Dropped when the detector contradicts."""

    quote: str


@dataclass(frozen=True)
class Suggest:
    """The reply asks which of these articles is meant."""

    articles: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """What the reply rests on."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Usage:
    """What the reply cost."""

    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    first_text_ms: int = 0
    total_ms: int = 0


@dataclass(frozen=True)
class Marked:
    """What sort of reply this is (models.Outcome) and what the next turn must know of it."""

    outcome: str
    memory: Mapping[str, Any] = field(default_factory=dict)


Event = TextDelta | TextReset | LeadFact | Escalate | Resolve | Suggest | Sources | Usage | Marked


class Representative(Protocol):
    """Speaks for a domain."""

    name: str

    def reply(self, turn: TurnContext) -> AsyncIterator[Event]:
        """The reply to the unanswered words, as events. Cancelled when a person takes over."""


def plain_text(events: Sequence[Event]) -> str:
    """The text that remains after all deltas and resets."""
    text = ""
    for event in events:
        if isinstance(event, TextReset):
            text = ""
        elif isinstance(event, TextDelta):
            text += event.text
    return text
