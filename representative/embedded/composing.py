"""What the embedded representative says to a turn. Pure: the same turn gets the same reply."""

import re

from representative.base import TurnContext
from representative.detectors.replies import refuses, says_no
from representative.embedded import answering, questions, sayings
from representative.embedded.answering import Reply, answer, known, offer, told
from representative.embedded.introductions import INTRODUCES
from representative.embedded.picking import picked, picks_none
from representative.embedded.several import several
from representative.embedded.small_talk import Talk, small_talk_of
from representative.embedded.small_words import telling
from representative.models import Outcome

_BARE_NUMBER = re.compile(r"^\W*\d+\W*$")


def compose(turn: TurnContext) -> Reply:
    """The reply, in the order in which meanings are tried.

    1. A pick from what was suggested. 2. Small talk, thanks, a plain no. 3. Facts about the visitor and nothing else,
    and a number that picks nothing. 4. Several questions. 5. What an operator said earlier in this talk. 6. The
    knowledge, by its three bands. Last: who asks the same again and would read the same again is offered a person.
    """
    reply = (
        _pick(turn)
        or _talk(turn)
        or _facts_only(turn)
        or _number(turn)
        or several(turn)
        or _told(turn)
        or known(turn)
    )
    # Twice running without an answer is for speaking.py to see; politeness may repeat itself.
    if (
        reply.outcome in (Outcome.ANSWER, Outcome.SUGGEST)
        and reply.says_again(turn.said_last)
        and questions.same(turn.question, turn.question_before)
    ):
        if turn.waiting:
            return Reply(sayings.other_than(turn.said_last, sayings.ALREADY_ASKED), Outcome.OFFER)
        return Reply(sayings.NOTHING_NEW, Outcome.OFFER)
    return reply


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
        return answer(turn, [chosen], about=f"{last.memory.get('question', '')} {chosen.title}")
    if picks_none(reply) and len(telling(reply)) <= 1:
        return offer(turn, sayings.OFFER_AFTER_NONE)
    return None


def _talk(turn: TurnContext) -> Reply | None:
    talks = [small_talk_of(line.text) for line in turn.unanswered]
    if not talks or any(talk is None for talk in talks):
        return None
    last, words = turn.last_turn, turn.unanswered[-1].text
    if turn.learnt or (last and last.memory.get("asked") and refuses(words)):
        # A bare "no" or name answers what the representative asked about the visitor.
        return None
    if last is not None and says_no(words):
        if last.offered:
            return Reply(sayings.DECLINED_OFFER, Outcome.SMALL_TALK)
        if last.memory.get("asked_if_solved"):
            return offer(turn, sayings.OFFER_AFTER_NO)
    told = max((talk for talk in talks if talk is not None), key=_RANK.index)
    answered = last is not None and last.outcome == Outcome.ANSWER
    if told == Talk.THANKS and answered and not turn.person_requested:
        return Reply(sayings.WELCOME_SOLVED, Outcome.CHECK, {"asked_if_solved": True})
    if told == Talk.FINE and not turn.waiting:
        return Reply(sayings.ANYTHING_ELSE, Outcome.CHECK, {"asked_if_more": True})
    return Reply(sayings.small(told, turn.domain, met=turn.met, waiting=_waiting(turn)), Outcome.SMALL_TALK)


def _waiting(turn: TurnContext) -> str:
    """What to say of the person who is asked for, while the visitor waits for one."""
    return sayings.other_than(turn.said_last, sayings.ALREADY_ASKED) if turn.waiting else ""


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


def _facts_only(turn: TurnContext) -> Reply | None:
    last = turn.last_turn
    asked = last is not None and last.memory.get("asked")
    if (
        asked
        and not turn.learnt
        and all(refuses(line.text) and len(line.text.split()) <= 12 for line in turn.unanswered)
    ):
        return Reply(f"{sayings.NO_PROBLEM} {_then(turn)}", Outcome.SMALL_TALK)
    introduces = set(turn.learnt) & {*INTRODUCES, "budget", "timing"}
    if not introduces or "?" in turn.question:
        return None
    others = answering.asked(turn)
    if any(questions.is_question(other) for other in others):
        return None
    said = "\n".join(others)
    if said and (not asked or said != turn.question) and turn.knowledge.find(said).band == "answer":
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
    text = told(turn, turn.question)
    return Reply(text, Outcome.ANSWER) if text else None
