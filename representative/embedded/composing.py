"""What the embedded representative says to a turn. Pure: the same turn gets the same reply."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from representative.base import Findings, Passage, TurnContext
from representative.detectors.confirmation import confirms, only_thanks
from representative.detectors.replies import refuses, says_no
from representative.embedded import sayings
from representative.embedded.excerpts import excerpt
from representative.embedded.lead_questions import lead_question
from representative.embedded.picking import picked, picks_none
from representative.embedded.recall import recalled
from representative.embedded.small_talk import Talk, small_talk, without_greeting
from representative.embedded.small_words import telling
from representative.models import Outcome

# What an operator said in this talk wins over an article only when it speaks of nearly all that is asked.
_CLEARLY_TOLD = 0.75
_ANSWERS_AT_ONCE = 2
# A question that goes on from the one before, with so few words of its own that it means nothing without it.
_GOES_ON = re.compile(r"^\s*(?:and|what about|how about|also|then|ok and|so)\b", re.IGNORECASE)
_MOST_TELLING = 2
# The only article that fits is taken to be meant when it speaks of at least this share of what is asked.
_SPEAKS_OF_IT = 0.7
_BARE_NUMBER = re.compile(r"^\W*\d+\W*$")


@dataclass(frozen=True)
class Reply:
    """A whole reply before it is cut into deltas. An empty text with a reason asks a person in instead."""

    text: str
    outcome: str
    memory: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Passage, ...] = ()
    suggested: tuple[str, ...] = ()
    escalate: str = ""
    # The question about the visitor at the end of the text.
    asks: str = ""

    def says_again(self, last: str) -> bool:
        """Whether these are the words of the message before, leaving aside what either asked at its end."""
        answer = self.text.removesuffix(self.asks).rstrip()
        return last == answer or last.startswith(f"{answer}\n\n")


def compose(turn: TurnContext) -> Reply:
    """The reply, in the order in which meanings are tried.

    1. A pick from what was suggested. 2. Small talk, thanks, a plain no. 3. Facts about the visitor and nothing else,
    and a number that picks nothing.
    4. What an operator said earlier in this talk. 5. The knowledge, by its three bands. Last: the same words twice
    running help nobody, so instead of repeating itself it asks a person in.
    """
    reply = _pick(turn) or _talk(turn) or _facts_only(turn) or _number(turn) or _told(turn) or _known(turn)
    last = _last_words(turn)
    # Twice running without an answer is for turns.py to see; politeness may repeat itself.
    repeats = reply.outcome in (Outcome.ANSWER, Outcome.SUGGEST) and reply.says_again(last)
    if repeats:
        if turn.waiting:
            return Reply(sayings.other_than(last, sayings.WAITING), Outcome.OFFER)
        return Reply("", Outcome.REQUESTED, escalate="unable")
    return reply


def _last_words(turn: TurnContext) -> str:
    return next((line.text for line in reversed(turn.transcript) if line.by != "visitor"), "")


def _pick(turn: TurnContext) -> Reply | None:
    last = turn.last_turn
    if last is None or last.outcome != Outcome.SUGGEST or len(turn.unanswered) > 2:
        return None
    suggested = [turn.knowledge.article(one) for one in last.memory.get("suggested", ())]
    passages = [passage for passage in suggested if passage is not None]
    if not passages:
        return None
    reply = turn.unanswered[-1].text
    position = picked(reply, [passage.title for passage in passages])
    if position is not None:
        chosen = passages[position]
        return _answer(turn, [chosen], about=f"{last.memory.get('question', '')} {chosen.title}")
    if picks_none(reply) and len(telling(reply)) <= 1:
        return _offer(turn, sayings.OFFER_AFTER_NONE)
    return None


def _talk(turn: TurnContext) -> Reply | None:
    talks = [_talk_of(line.text) for line in turn.unanswered]
    if not talks or any(talk is None for talk in talks):
        return None
    last, words = turn.last_turn, turn.unanswered[-1].text
    if turn.learnt or (last and last.memory.get("asked") and refuses(words)):
        # A bare "no" or name answers what the representative asked about the visitor.
        return None
    if last is not None and says_no(words):
        if last.outcome in (Outcome.OFFER, Outcome.FALLBACK):
            return Reply(sayings.DECLINED_OFFER, Outcome.SMALL_TALK)
        if last.memory.get("asked_if_solved"):
            return _offer(turn, sayings.OFFER_AFTER_NO)
    told = max((talk for talk in talks if talk is not None), key=_RANK.index)
    answered = last is not None and last.outcome == Outcome.ANSWER
    if told == Talk.THANKS and answered and not turn.person_requested:
        return Reply(sayings.WELCOME_SOLVED, Outcome.CHECK, {"asked_if_solved": True})
    if told == Talk.FINE and not turn.waiting:
        return Reply(sayings.ANYTHING_ELSE, Outcome.CHECK, {"asked_if_more": True})
    return Reply(sayings.small(told, turn.domain, met=turn.met, waiting=_waiting(turn)), Outcome.SMALL_TALK)


def _waiting(turn: TurnContext) -> str:
    """What to say of the person who is asked for, while the visitor waits for one."""
    return sayings.other_than(_last_words(turn), sayings.ALREADY_ASKED) if turn.waiting else ""


def _then(turn: TurnContext) -> str:
    return _waiting(turn) or sayings.HOW_CAN_I_HELP


# Of several messages of small talk, the one furthest down is answered.
_RANK = (
    Talk.FINE,
    Talk.WAIT,
    Talk.GREETING,
    Talk.THANKS,
    Talk.WELLBEING,
    Talk.FAREWELL,
    Talk.ABILITY,
    Talk.IDENTITY,
)


def _talk_of(text: str) -> Talk | None:
    """What small talk it is. A thank-you that nothing can be confirmed with is still no question."""
    return Talk.THANKS if only_thanks(text) or confirms(text, after_answer=True) else small_talk(text)


def _facts_only(turn: TurnContext) -> Reply | None:
    last = turn.last_turn
    asked = last is not None and last.memory.get("asked")
    if (
        asked
        and not turn.learnt
        and all(refuses(line.text) and len(line.text.split()) <= 12 for line in turn.unanswered)
    ):
        return Reply(f"{sayings.NO_PROBLEM} {_then(turn)}", Outcome.SMALL_TALK)
    introduces = set(turn.learnt) & {"name", "email", "phone", "company", "budget", "timing"}
    if not introduces or "?" in turn.question:
        return None
    if not asked and turn.knowledge.find(turn.question).band == "answer":
        return None
    if len(turn.question.split()) > 25 or "need" in turn.learnt:
        return None
    return Reply(sayings.noted(_name_told(turn), _then(turn)), Outcome.SMALL_TALK)


def _number(turn: TurnContext) -> Reply | None:
    """A number with no list to pick from means nothing, and is searched for nowhere."""
    if turn.learnt or not turn.unanswered or not _BARE_NUMBER.match(turn.unanswered[-1].text):
        return None
    if len(turn.unanswered) > 1:
        return None
    return Reply(sayings.WHICH_NUMBER, Outcome.SMALL_TALK)


def _name_told(turn: TurnContext) -> str:
    return turn.known.get("name", "") if "name" in turn.learnt else ""


def _told(turn: TurnContext) -> Reply | None:
    found = recalled(turn.question, turn.transcript, turn.knowledge)
    if found is None:
        return None
    known = turn.knowledge.find(turn.question)
    if known.band == "answer" and found.covered < _CLEARLY_TOLD:
        return None
    return Reply(sayings.told_earlier(found.name, found.text), Outcome.ANSWER)


def _known(turn: TurnContext) -> Reply:
    questions = [without_greeting(line.text) for line in turn.unanswered if _talk_of(line.text) is None]
    whole = "\n".join(questions) or turn.question
    if len(questions) > 1:
        singles = [turn.knowledge.find(question) for question in questions]
        firsts = {one.passages[0].article_id: one.passages[0] for one in singles if one.band == "answer"}
        if firsts:
            return _answer(turn, list(firsts.values())[:_ANSWERS_AT_ONCE], about=whole)
    findings = _in_context(turn, whole) or turn.knowledge.find(whole)
    if findings.band == "answer":
        return _answer(turn, [findings.passages[0]], about=whole)
    if findings.band == "suggest":
        if len(findings.passages) == 1 and findings.covered >= _SPEAKS_OF_IT:
            return _answer(turn, [findings.passages[0]], about=whole, supposed=True)
        return _suggest(findings, whole)
    if "need" in turn.learnt and not turn.waiting:
        # A wish to buy is no gap in the knowledge; it is for the team.
        return Reply(sayings.noted(_name_told(turn), sayings.OFFER_FOR_WISH), Outcome.OFFER)
    return _offer(
        turn, sayings.other_than(_last_words(turn), sayings.OFFERS), best_score=findings.best_score, gap=whole
    )


def _in_context(turn: TurnContext, question: str) -> Findings | None:
    """ "And how long does it take?" means what was just answered; the article for it is another one."""
    last = turn.last_turn
    if last is None or last.outcome != Outcome.ANSWER or not _GOES_ON.match(question):
        return None
    if len(telling(question)) > _MOST_TELLING:
        return None
    found = turn.knowledge.find(f"{last.memory.get('question', '')}\n{question}")
    said = last.memory.get("answered", ())
    others = tuple(passage for passage in found.passages if passage.article_id not in said)
    best = found.sure and bool(others) and others[0] == found.passages[0]
    return Findings("answer", others, sure=True) if best else None


def _answer(turn: TurnContext, passages: list[Passage], *, about: str, supposed: bool = False) -> Reply:
    texts = [sayings.linked(excerpt(one.text, about, title=one.title) or one.title, one) for one in passages]
    if supposed:
        texts[0] = f"{sayings.supposed(passages[0])}\n\n{texts[0]}"
    memory: dict[str, Any] = {
        "question": about[:500],
        "answered": [passage.article_id for passage in passages],
    }
    asked = lead_question(turn)
    if asked is not None:
        memory["asked"] = asked[0]
        texts.append(asked[1])
    asks = asked[1] if asked is not None else ""
    return Reply("\n\n".join(texts), Outcome.ANSWER, memory, sources=tuple(passages), asks=asks)


def _suggest(findings: Findings, question: str) -> Reply:
    ids = tuple(passage.article_id for passage in findings.passages)
    memory = {"suggested": list(ids), "question": question[:500]}
    return Reply(
        sayings.did_you_mean(findings.passages),
        Outcome.SUGGEST,
        memory,
        sources=findings.passages,
        suggested=ids,
    )


def _offer(turn: TurnContext, text: str, *, best_score: float | None = None, gap: str = "") -> Reply:
    memory = {"gap": gap[:2000], "best_score": best_score} if gap else {}
    if turn.waiting:
        return Reply(sayings.other_than(_last_words(turn), sayings.WAITING), Outcome.OFFER, memory)
    return Reply(text, Outcome.OFFER, memory)
