"""One turn: may I? think, post.

Nothing slow happens inside a transaction, and every write goes through conversations.actions.representatives under
the epoch it was thought under; so a person who takes over is never talked over, whatever happens here.
"""

import logging
import time
import uuid
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from conversations import broadcast
from conversations.actions import representatives
from conversations.models import Conversation
from conversations.refusals import Stale
from conversations.states import EscalationCause
from representative import claims, keeping, registry
from representative.base import Representative, TurnContext
from representative.context import Reading, context_of, read
from representative.decisions import Confirmed, RequestPerson, Say, decide
from representative.embedded.questions import same
from representative.embedded.representative import EmbeddedRepresentative
from representative.embedded.sayings import FALLBACK, NOTHING_NEW, WAITING
from representative.learning import learn
from representative.models import Gap, Outcome, Turn, TurnState
from representative.speaking import Interrupted, Said, speak, why_not

log = logging.getLogger(__name__)

# Somebody who writes in several messages is answered once, a quarter of a second after the last of them.
_SETTLED = timedelta(milliseconds=250)
_LONGEST_BURST_S = 2.0
_MOST_ROUNDS = 8


def attend(conversation_id: uuid.UUID) -> None:
    """Answer whatever waits for the AI in this conversation, and learn from what was said.

    Looks again after each turn: words that came while it was at work found a live turn and rang for nobody else.
    """
    for round_ in range(_MOST_ROUNDS):
        turn = claims.claim(conversation_id)
        if turn is not None:
            _work(turn)
            continue
        # A person holds the talk, or it was handed back with nothing left to answer: still there is much to learn.
        reading = read(conversation_id) if round_ == 0 else None
        if reading is not None and reading.transcript:
            learn(reading)
        return
    log.warning("representative.rounds_used_up", extra={"conversation": str(conversation_id)})


def _work(turn: Turn) -> None:
    """Run a claimed turn to its end; what goes wrong on the way is tried again later by the clock."""
    if turn.attempts > claims.MOST_ATTEMPTS:
        # Whatever it is that ends every worker that reads these words, it ends no further one.
        _apologise(turn, "no worker came to an end with it")
        return
    try:
        with keeping.kept(turn):
            _answer(turn)
    except Exception as error:
        log.exception("representative.turn_failed", extra={"turn": turn.pk})
        if turn.attempts >= claims.MOST_ATTEMPTS:
            _apologise(turn, repr(error))
        else:
            claims.put_back(turn, repr(error))


def _apologise(turn: Turn, error: str) -> None:
    """Answer without reading: nobody is left without a word. A second time in a row, a person is asked in (_think)."""
    try:
        representatives.post_reply(
            turn.conversation_id,
            epoch=turn.epoch,
            answers_n=turn.answers_n,
            text=FALLBACK,
            draft=turn.draft,
        )
    except Stale:
        log.info("representative.apology_overtaken", extra={"turn": turn.pk})
    except Exception:
        log.exception("representative.not_apologised", extra={"turn": turn.pk})
        claims.put_back(turn, error)
        return
    claims.settle(turn, TurnState.FAILED, outcome=Outcome.FALLBACK, error=error)


def _answer(turn: Turn) -> None:
    """The turn in its order.

    1. Wait until the burst has settled; read it all. 2. Learn facts and score. 3. Rules first: a wished-for person,
    a confirmation. 4. The representative, streamed. 5. Post, if it is still wanted; if the visitor has said more
    meanwhile, once more from the beginning.
    """
    for _ in range(_MOST_ROUNDS):
        _await_end_of_burst(turn.conversation_id)
        reading = read(turn.conversation_id)
        if reading is None or not reading.may_speak:
            claims.settle(turn, TurnState.CANCELLED)
            return
        if not reading.unanswered:
            # Thanks to a person, or a worker that died between posting and settling has answered this already.
            _leave(reading)
            claims.settle(turn, TurnState.POSTED, outcome=turn.outcome or Outcome.NOTHING)
            return
        if not claims.move_on(turn, epoch=reading.epoch, answers_n=reading.answers_n):
            return
        context = context_of(reading, learn(reading))
        try:
            said = _think(turn, reading, context)
            _post(turn, reading, said)
            return
        except (Interrupted, Stale) as stopped:
            if not _may_go_round(turn, reading, stopped):
                return
    claims.put_back(turn, "the visitor kept writing")


def _leave(reading: Reading) -> None:
    """Nothing is left to answer; what was said is learnt all the same."""
    if reading.transcript:
        learn(reading)
    try:
        representatives.leave_unanswered(
            reading.conversation.pk, epoch=reading.epoch, answers_n=reading.answers_n
        )
    except Stale:
        log.info("representative.said_more_meanwhile", extra={"conversation": str(reading.conversation.pk)})


def _await_end_of_burst(conversation_id: uuid.UUID) -> None:
    """Return a quarter of a second after the visitor's newest message."""
    deadline = time.monotonic() + _LONGEST_BURST_S
    while time.monotonic() < deadline:
        said_at = (
            Conversation.objects.filter(pk=conversation_id)
            .values_list("last_visitor_message_at", flat=True)
            .first()
        )
        wait = (said_at + _SETTLED - timezone.now()).total_seconds() if said_at else 0.0
        if wait <= 0:
            return
        time.sleep(min(wait, _SETTLED.total_seconds()))


def _think(turn: Turn, reading: Reading, context: TurnContext) -> Said:
    """What to say: by rule, by the representative, by the embedded one if that fails, or the plain apology."""
    decision = decide(context)
    if isinstance(decision, RequestPerson):
        return Said(outcome=Outcome.REQUESTED, cause=decision.cause, reason=decision.reason)
    if isinstance(decision, Confirmed):
        return Said(decision.text, Outcome.CONFIRMED)
    if isinstance(decision, Say):
        return Said(decision.text, decision.outcome)
    if turn.attempts < claims.MOST_ATTEMPTS:
        for representative in _ladder():
            try:
                return _not_again(
                    speak(representative, context, reading.conversation, draft=turn.draft), context
                )
            except Interrupted:
                raise
            except Exception:
                log.exception("representative.failed", extra={"representative": representative.name})
                _end_draft(reading, turn.draft, "failed")
    last = context.last_turn
    if last is not None and last.outcome == Outcome.FALLBACK and not context.waiting:
        return Said(outcome=Outcome.REQUESTED, cause=EscalationCause.UNABLE, reason=context.question[:500])
    return Said(WAITING if context.waiting else FALLBACK, Outcome.FALLBACK)


def _ladder() -> list[Representative]:
    """Who is asked, one after the other: the configured one if it can be made, and the embedded one."""
    embedded = EmbeddedRepresentative()
    try:
        chosen = registry.current()
    except Exception:
        log.exception("representative.cannot_be_made")
        return [embedded]
    return [chosen] if isinstance(chosen, EmbeddedRepresentative) else [chosen, embedded]


def _not_again(said: Said, context: TurnContext) -> Said:
    """The same answer to the same question helps nobody: a person is offered. To another question it may be right."""
    polite = said.outcome in (Outcome.SMALL_TALK, Outcome.CHECK, Outcome.OFFER)
    again = said.text == context.said_last and same(context.question, context.question_before)
    if said.cause is None and not polite and not context.waiting and again:
        return replace(said, text=NOTHING_NEW, outcome=Outcome.OFFER, sources=())
    return said


def _post(turn: Turn, reading: Reading, said: Said) -> None:
    """Write it down, if it is still wanted. Raises Stale."""
    conversation = reading.conversation
    if said.facts:
        learn(reading, said.facts)
    if said.memory.get("gap"):
        Gap.objects.get_or_create(
            conversation=conversation,
            n=reading.answers_n,
            defaults={
                "domain_id": conversation.domain_id,
                "question": said.memory["gap"],
                "best_score": said.memory.get("best_score") or 0.0,
            },
        )
    if said.cause is not None:
        if said.text:
            _end_draft(reading, turn.draft, "person_requested")
        representatives.request_person(
            conversation.pk,
            epoch=reading.epoch,
            answers_n=reading.answers_n,
            cause=said.cause,
            reason=said.reason or reading.unanswered[-1].text,
        )
        claims.settle(turn, TurnState.POSTED, outcome=Outcome.REQUESTED, memory=said.memory)
        return
    sources = [
        {"article": passage.article_id, "title": passage.title, "score": passage.score}
        for passage in said.sources
    ]
    representatives.post_reply(
        conversation.pk,
        epoch=reading.epoch,
        answers_n=reading.answers_n,
        text=said.text,
        draft=turn.draft,
        sources=sources,
    )
    claims.settle(turn, TurnState.POSTED, outcome=said.outcome, memory=said.memory)
    if said.outcome == Outcome.CONFIRMED:
        try:
            representatives.resolve_confirmed(
                conversation.pk, epoch=reading.epoch, answers_n=reading.answers_n
            )
        except Stale:
            log.info("representative.confirmation_overtaken", extra={"conversation": str(conversation.pk)})


def _may_go_round(turn: Turn, reading: Reading, stopped: Exception) -> bool:
    """Clear up after words that were not wanted. True when the visitor has said more and the turn is still ours."""
    conversation = reading.conversation
    why = stopped.why if isinstance(stopped, Interrupted) else ""
    why = why or why_not(conversation.pk, epoch=reading.epoch, answers_n=reading.answers_n) or "taken_over"
    _end_draft(reading, turn.draft, why)
    representatives.record_discard(conversation.pk, draft=turn.draft, why=why)
    if why == "newer_message":
        return True
    claims.settle(turn, TurnState.DISCARDED, error=why)
    return False


def _end_draft(reading: Reading, draft: str, why: str) -> None:
    """Take the draft off the screens, under the epoch of now: an older one's frames are dropped on the way."""
    epoch = (
        Conversation.objects.filter(pk=reading.conversation.pk)
        .values_list("handling_epoch", flat=True)
        .first()
    )
    broadcast.draft_end(reading.conversation, epoch=epoch or reading.epoch, draft=draft, why=why)
