"""From what is asked to what is known of it. Pure: the same turn gets the same reply."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from representative.base import Findings, Passage, TurnContext
from representative.embedded import questions, sayings
from representative.embedded.excerpts import SHORT, WHOLE, closely, excerpt, names_only, rest
from representative.embedded.introductions import INTRODUCES, without_introduction
from representative.embedded.languages import only_english
from representative.embedded.lead_questions import lead_question
from representative.embedded.recall import recalled
from representative.embedded.small_talk import small_talk_of, without_greeting
from representative.embedded.small_words import telling
from representative.embedded.words import stems
from representative.models import Outcome

# What an operator said in this talk wins over an article only when it speaks of nearly all that is asked.
_CLEARLY_TOLD = 0.75
# A question that goes on from the one before, with so few words of its own that it means nothing without it.
_GOES_ON = re.compile(r"^\s*(?:and|what about|how about|also|then|ok and|so)\b", re.IGNORECASE)
_MOST_TELLING = 2
# "How long does it take" means what was spoken of before.
REFERS = re.compile(r"\b(?:it|its|they|them|that|this|these|those|one|ones)\b", re.IGNORECASE)
# The only article that fits is taken to be meant when it speaks of at least this share of what is asked.
_SPEAKS_OF_IT = 0.7
# Beside other answers, only an article of so few words is given whole.
_BESIDE = 30


@dataclass(frozen=True)
class Reply:
    """A whole reply before it is cut into deltas."""

    text: str
    outcome: str
    memory: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[Passage, ...] = ()
    suggested: tuple[str, ...] = ()
    # The question about the visitor at the end of the text.
    asks: str = ""

    def says_again(self, last: str) -> bool:
        """Whether these are the words of the message before, leaving aside what either asked at its end."""
        return _again(self.text.removesuffix(self.asks).rstrip(), last)


def _again(answer: str, last: str) -> bool:
    return last == answer or last.startswith(f"{answer}\n\n")


def asked(turn: TurnContext) -> list[str]:
    """What the visitor asks or says beside greetings, thanks and who they are, question by question."""
    texts = [without_greeting(line.text) for line in turn.unanswered if small_talk_of(line.text) is None]
    if told := [turn.known[field] for field in turn.learnt if field in INTRODUCES and field in turn.known]:
        texts = [without_introduction(text, told, locale=turn.locale) for text in texts]
    return [part for text in texts for part in questions.split(text) if small_talk_of(part) is None]


def told(turn: TurnContext, question: str) -> str:
    """What an operator said earlier in this talk, if it answers better than an article."""
    found = recalled(question, turn.transcript, turn.knowledge)
    if found is None:
        return ""
    if found.covered < _CLEARLY_TOLD and turn.knowledge.find(question).band == "answer":
        return ""
    return sayings.told_earlier(found.name, found.text)


def known(turn: TurnContext) -> Reply:
    """What the knowledge has to say, by its three bands."""
    question = "\n".join(asked(turn)) or turn.question
    if (reply := _in_context(turn, question)) is not None:
        return reply
    findings = turn.knowledge.find(question)
    if (passage := meant(findings)) is not None:
        return answer(
            turn, [passage], about=question, short=_room(findings), supposed=findings.band != "answer"
        )
    if findings.band == "suggest" and (passage := _still_meant(turn, findings, question)) is not None:
        return answer(turn, [passage], about=question)
    if (saying := only_english(question, turn.knowledge)) and not _has_said(turn, saying):
        return offer(turn, saying, best_score=findings.best_score, gap=question)
    if findings.band == "suggest":
        return _suggest(findings, question)
    if "need" in turn.learnt and not turn.waiting:
        # A wish to buy is no gap in the knowledge; it is for the team.
        name = turn.known.get("name", "") if "name" in turn.learnt else ""
        return Reply(sayings.noted(name, sayings.OFFER_FOR_WISH), Outcome.OFFER)
    text = sayings.other_than(turn.said_last, sayings.OFFERS)
    return offer(turn, text, best_score=findings.best_score, gap=question)


def _has_said(turn: TurnContext, saying: str) -> bool:
    return any(line.by == "ai" and saying in line.text for line in turn.said)


def meant(findings: Findings) -> Passage | None:
    """The article to answer with, if one may: it fits for certain, or is the only one and speaks of nearly all."""
    only = findings.band == "suggest" and len(findings.passages) == 1 and findings.covered >= _SPEAKS_OF_IT
    return findings.passages[0] if findings.band == "answer" or only else None


def _room(findings: Findings) -> int:
    """An article that is asked for in its own words answers as a whole, which words alone need not show."""
    return WHOLE if findings.word_for_word else SHORT


def _in_context(turn: TurnContext, question: str) -> Reply | None:
    """ "And how long does it take?" means what was just answered, in the same article or in another one.

    None when the question says enough by itself, or speaks of something that the article for both knows nothing of.
    """
    last = turn.last_turn
    if last is None or last.outcome != Outcome.ANSWER or not _GOES_ON.match(question):
        return None
    own = telling(question)
    if len(own) > _MOST_TELLING:
        return None
    first_asked = last.memory.get("question", "")
    together = turn.knowledge.find(f"{first_asked}\n{question}")
    if not together.sure:
        return None
    passage, alone = together.passages[0], turn.knowledge.find(question)
    near = any(one.article_id == passage.article_id for one in alone.passages)
    if alone.word_for_word or not (near or set(own) & set(stems(f"{passage.title} {passage.text}"))):
        return None
    reply = answer(turn, [passage], about=question)
    # What goes on from here still means the question that said it all.
    return replace(reply, memory={**reply.memory, "question": first_asked})


def _still_meant(turn: TurnContext, findings: Findings, question: str) -> Passage | None:
    """Of several articles that fit alike, the one that was just told: it fits best, or "it" means it."""
    among = findings.passages if REFERS.search(question) else findings.passages[:1]
    return next((passage for passage in among if passage.article_id in _just_told(turn)), None)


def _just_told(turn: TurnContext) -> Sequence[str]:
    """The ids of the articles that the turn before answered with."""
    last = turn.last_turn
    return last.memory.get("answered", ()) if last is not None and last.outcome == Outcome.ANSWER else ()


def answer(
    turn: TurnContext, passages: Sequence[Passage], *, about: str, short: int = SHORT, supposed: bool = False
) -> Reply:
    """These articles, as far as they speak of what is asked.

    Of one that was told just before, to another question, only what answers this one.
    """
    another = not questions.same(turn.question, turn.question_before)
    texts = [
        (_more(turn, one, about) if another and one.article_id in _just_told(turn) else "")
        or part(one, about, short=short)
        for one in passages
    ]
    if supposed:
        texts[0] = f"{sayings.supposed(passages[0])}\n\n{texts[0]}"
    return finished(turn, texts, passages, about=about)


def _more(turn: TurnContext, passage: Passage, about: str) -> str:
    """What of an article that was just told answers this question, or "and …?" for short; may be empty.

    Who asks for the very matter of the article gets its answer, said before or not.
    """
    if names_only(about, passage.title):
        return ""
    # "And after 5 weeks?" is for the rule to answer, not for what else there is to say.
    measured = re.search(r"\d", about) is not None
    text = closely(passage.text, about, title=passage.title, rule=measured)
    if not text and _GOES_ON.match(about) and not measured:
        text = rest(passage.text, turn.said_last)
    return sayings.linked(text, passage) if text else ""


def part(passage: Passage, about: str, *, short: int = SHORT) -> str:
    """What of the article answers, with the way to all of it."""
    text = excerpt(passage.text, about, title=passage.title, short=short) or passage.title
    return sayings.linked(text, passage)


def beside(passage: Passage, about: str) -> str:
    """What of the article answers, kept short beside other answers."""
    whole = len(passage.text.split()) <= _BESIDE
    text = "" if whole else closely(passage.text, about, title=passage.title, rule=True)
    return sayings.linked(text, passage) if text else part(passage, about)


def finished(turn: TurnContext, texts: list[str], passages: Sequence[Passage], *, about: str) -> Reply:
    """An answer of these paragraphs, with at most one question about the visitor at its end."""
    memory: dict[str, Any] = {
        "question": about[:500],
        "answered": [passage.article_id for passage in passages],
    }
    asks = ""
    if (wanted := lead_question(turn)) is not None:
        memory["asked"], asks = wanted
        texts = [*texts, asks]
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


def offer(turn: TurnContext, text: str, *, best_score: float | None = None, gap: str = "") -> Reply:
    """The offer of a person; to who waits for one already, that they have been asked for."""
    memory = {"gap": gap[:2000], "best_score": best_score} if gap else {}
    if turn.waiting:
        told = any(line.by == "ai" and sayings.WAITING in line.text for line in turn.transcript)
        text = sayings.other_than(turn.said_last, sayings.PASSED_ON) if told else sayings.WAITING
    return Reply(text, Outcome.OFFER, memory)
