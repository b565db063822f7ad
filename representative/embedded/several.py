"""Several questions at once: a paragraph for each that is known, and the others by name. Pure."""

from dataclasses import dataclass
from typing import Any

from representative.base import Findings, Passage, TurnContext
from representative.embedded import questions, sayings
from representative.embedded.answering import REFERS, Reply, answer, asked, beside, finished, meant, told
from representative.models import Outcome

_MOST_ANSWERS, _MOST_NAMED = 5, 3


@dataclass(frozen=True)
class _Found:
    text: str
    passage: Passage | None = None


def several(turn: TurnContext) -> Reply | None:
    """The reply to more than one question; None when there is only one, or none of them is known."""
    parts = asked(turn)[: 2 * _MOST_ANSWERS]
    if len(parts) < 2:
        return None
    found: list[_Found] = []
    unknown: list[str] = []
    before = ""
    for question in parts:
        one = _found(turn, question, before)
        if one is not None and len(found) < _MOST_ANSWERS:
            found.append(one)
        elif questions.is_question(question):
            unknown.append(question)
        before = question
    about = "\n".join(parts)
    if len(found) == 1 and not unknown and (only := found[0].passage) is not None:
        return answer(turn, [only], about=about)
    return _reply(turn, found, unknown, about=about) if found else None


def _found(turn: TurnContext, question: str, before: str) -> _Found | None:
    if text := told(turn, question):
        return _Found(text)
    alone = turn.knowledge.find(question)
    if before and REFERS.search(question):
        together = turn.knowledge.find(f"{before}\n{question}")
        if _speaks_of_both(together, alone):
            return _Found(beside(together.passages[0], question), together.passages[0])
    passage = meant(alone)
    return None if passage is None else _Found(beside(passage, question), passage)


def _speaks_of_both(together: Findings, alone: Findings) -> bool:
    if meant(together) is None or alone.band == "none":
        return False
    return together.passages[0].article_id in {passage.article_id for passage in alone.passages}


def _reply(turn: TurnContext, found: list[_Found], unknown: list[str], *, about: str) -> Reply:
    # Two questions that one sentence answers are answered by it.
    texts = list(dict.fromkeys(one.text for one in found))
    passages = list({one.passage.article_id: one.passage for one in found if one.passage}.values())
    if not unknown:
        return finished(turn, texts, passages, about=about)
    names = [questions.named(one) for one in unknown[:_MOST_NAMED]]
    texts.append(sayings.unsure(names, offer=not turn.waiting))
    memory: dict[str, Any] = {
        "question": about[:500],
        "answered": [passage.article_id for passage in passages],
        "gap": "\n".join(unknown)[:2000],
        "offered": not turn.waiting,
    }
    return Reply("\n\n".join(texts), Outcome.ANSWER, memory, sources=tuple(passages))
