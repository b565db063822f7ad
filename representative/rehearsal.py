"""A conversation that is not written down: for evaluation and for trying the representative out.

The same rules, the same representative and the same reading of facts as in turns.py; only rows, streaming and
operators' actions are missing.
"""

from dataclasses import dataclass, field
from typing import Any

from representative import base, thinking
from representative.base import DomainFacts, Knowledge, Line, PastTurn, Representative, TurnContext
from representative.decisions import Confirmed, RequestPerson, Say, decide
from representative.embedded.lead_questions import asked_at_end
from representative.facts.extraction import Fact, facts_of, latest
from representative.models import Outcome
from representative.speaking import UNKNOWN_BEFORE

# Stands for the domain's own words when a person is asked in.
ASKED_IN = "Of course — let me bring in a team member. One moment."
_CAUSES = {"explicit_request": "words", "outside_kb": "out_of_scope", "frustration": "frustration"}


@dataclass(frozen=True)
class Rehearsed:
    """What the AI did: the words, the sort of reply, and why a person was asked in, if one was."""

    text: str
    outcome: str
    cause: str = ""
    sources: tuple[base.Passage, ...] = ()


_ACME = DomainFacts("rehearsal", "Acme", "Ava")


@dataclass
class Rehearsal:
    """A talk in memory between a visitor and a representative that knows `knowledge`."""

    representative: Representative
    knowledge: Knowledge
    domain: DomainFacts = _ACME
    locale: str = "en-US"
    lines: list[Line] = field(default_factory=list)
    past: list[PastTurn] = field(default_factory=list)
    person_requested: bool = False
    resolved: bool = False

    def heard(self, by: str, text: str, name: str = "") -> None:
        """Somebody says something, and the AI does not reply to it yet."""
        self.lines.append(Line(len(self.lines) + 1, by, name, text))

    @property
    def asked(self) -> tuple[tuple[int, str], ...]:
        """What the AI has asked for: [(number of the line, field)]."""
        return tuple(
            (line.n, field) for line in self.lines if line.by == "ai" and (field := asked_at_end(line.text))
        )

    def facts(self) -> dict[str, Fact]:
        """The newest fact of each field."""
        return latest(facts_of(self.lines, locale=self.locale, asked_by_ai=self.asked))

    def say(self, text: str) -> Rehearsed:
        """The visitor says this; what the AI does."""
        self.heard("visitor", text)
        done = self._reply(self._context())
        if done.cause:
            self.person_requested = True
            self.heard("ai", ASKED_IN, self.domain.representative_name)
        if done.outcome == Outcome.CONFIRMED:
            self.resolved = True
        if done.text:
            self.heard("ai", done.text, self.domain.representative_name)
        return done

    def _context(self) -> TurnContext:
        first = len(self.lines)
        while first and self.lines[first - 1].by == "visitor":
            first -= 1
        unanswered = tuple(self.lines[first:])
        facts = self.facts()
        said = {line.n for line in unanswered}
        return TurnContext(
            domain=self.domain,
            unanswered=unanswered,
            transcript=tuple(self.lines),
            known={name: fact.value for name, fact in facts.items()},
            learnt=tuple(name for name, fact in facts.items() if fact.n in said),
            past=tuple(self.past),
            person_requested=self.person_requested,
            knowledge=self.knowledge,
            locale=self.locale,
            asked=self.asked,
            waiting=self.person_requested,
        )

    def _reply(self, context: TurnContext) -> Rehearsed:
        decision = decide(context)
        if isinstance(decision, RequestPerson):
            self.past.append(PastTurn(Outcome.REQUESTED, {}))
            return Rehearsed("", Outcome.REQUESTED, cause=str(decision.cause))
        if isinstance(decision, Confirmed | Say):
            outcome = decision.outcome if isinstance(decision, Say) else Outcome.CONFIRMED
            self.past.append(PastTurn(outcome, {}))
            return Rehearsed(decision.text, outcome)
        return self._represented(context)

    def _represented(self, context: TurnContext) -> Rehearsed:
        events = [event for event in thinking.events(self.representative, context) if event is not None]
        outcome, memory, cause = str(Outcome.ANSWER), dict[str, Any](), ""
        sources: tuple[base.Passage, ...] = ()
        for event in events:
            if isinstance(event, base.Marked):
                outcome, memory = event.outcome, {**memory, **event.memory}
            elif isinstance(event, base.Suggest):
                outcome, memory = str(Outcome.SUGGEST), {**memory, "suggested": list(event.articles)}
            elif isinstance(event, base.Sources):
                sources = event.passages
            elif isinstance(event, base.Escalate):
                cause = _CAUSES.get(event.reason, "unable")
        unknown = outcome == Outcome.OFFER and context.unknown_running >= UNKNOWN_BEFORE
        if unknown and not context.waiting:
            cause = "out_of_scope"
        if cause:
            self.past.append(PastTurn(Outcome.REQUESTED, memory))
            return Rehearsed("", Outcome.REQUESTED, cause=cause, sources=sources)
        self.past.append(PastTurn(outcome, memory))
        return Rehearsed(base.plain_text(events).strip(), outcome, sources=sources)
