"""From a representative's events to the visitor's screen: deltas as they come, stopped the moment they may not."""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from conversations import broadcast
from conversations.models import Conversation
from conversations.states import EscalationCause, Handler, Lifecycle
from representative import base, thinking
from representative.base import Representative, TurnContext
from representative.facts.extraction import Fact
from representative.models import Outcome

log = logging.getLogger(__name__)

# A network's small words are gathered a little; a representative that speaks in pieces is passed on as it speaks.
_FLUSH_CHARACTERS = 24
_FLUSH_S = 0.04
_CHECK_S = 0.1
# A quick reader's pace: words appear one after the other, and a person can step in between them. Who thinks slower
# than that is not slowed down.
WORD_S = 0.02
_LONGEST_S = 1.5
# So many replies of a process come at that pace; a crowd's come at once, or the next visitors would wait for a thread.
_unhurried = threading.BoundedSemaphore(2)
# So many turns running may only offer a person; the next one asks one in.
UNKNOWN_BEFORE = 2

_CAUSES = {
    "explicit_request": EscalationCause.WORDS,
    "outside_kb": EscalationCause.OUT_OF_SCOPE,
    "frustration": EscalationCause.FRUSTRATION,
}


class Interrupted(Exception):
    """The words are no longer wanted. `why`: taken_over, closed or newer_message."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Said:
    """A representative's whole reply, not yet posted; or, with a cause, the wish for a person instead of one."""

    text: str = ""
    outcome: str = Outcome.ANSWER
    memory: dict[str, Any] = field(default_factory=dict)
    sources: tuple[base.Passage, ...] = ()
    facts: tuple[Fact, ...] = ()
    cause: EscalationCause | None = None
    reason: str = ""


def why_not(conversation_id: uuid.UUID, *, epoch: int, answers_n: int) -> str:
    """Why the AI may not say what it thought of under this epoch; empty when it may."""
    now = (
        Conversation.objects.filter(pk=conversation_id)
        .values_list("lifecycle", "handler", "handling_epoch", "last_visitor_message_n")
        .first()
    )
    if now is None or now[0] != Lifecycle.OPEN:
        return "closed"
    if now[1] != Handler.AI or now[2] != epoch:
        return "taken_over"
    return "newer_message" if now[3] != answers_n else ""


def speak(
    representative: Representative, turn: TurnContext, conversation: Conversation, *, draft: str
) -> Said:
    """Let the representative speak, streaming its words under `draft`.

    Raises Interrupted within a tenth of a second of a takeover, and whatever the representative raises. An empty
    reply is a failure too.
    """
    epoch, answers_n = conversation.handling_epoch, conversation.last_visitor_message_n
    watch = _Watch(conversation.pk, epoch, answers_n)
    with _pace() as word_s, closing(thinking.events(representative, turn)) as events:
        said, stream = Said(), _Stream(conversation, epoch=epoch, draft=draft, word_s=word_s)
        for event in events:
            watch.look()
            if isinstance(event, base.TextDelta):
                watch.wait(stream.early())
                stream.add(event.text)
            elif isinstance(event, base.TextReset):
                stream.reset()
            elif event is not None:
                said = _noted(said, event, turn)
            if said.cause is not None:
                break
            stream.flush_if_due()
    if said.cause is not None:
        stream.end(said.cause)
        return said
    stream.flush()
    if not stream.text.strip():
        raise ValueError(f"{representative.name} said nothing")
    return replace(said, text=stream.text.strip())


def _noted(said: Said, event: base.Event, turn: TurnContext) -> Said:
    """The reply so far with one more event that is not text."""
    if isinstance(event, base.Marked):
        said = replace(said, outcome=event.outcome, memory={**said.memory, **event.memory})
        return replace(said, cause=_stuck(said, turn))
    if isinstance(event, base.Sources):
        return replace(said, sources=event.passages)
    if isinstance(event, base.Suggest):
        return replace(
            said, outcome=Outcome.SUGGEST, memory={**said.memory, "suggested": list(event.articles)}
        )
    if isinstance(event, base.LeadFact):
        line = next((one for one in turn.transcript if one.n == event.n), None)
        if line is None or not event.quote or event.quote not in line.text or line.by != event.source:
            return said
        fact = Fact(event.field, event.value[:300], event.quote[:300], event.n, event.source)
        return replace(said, facts=(*said.facts, fact))
    if isinstance(event, base.Escalate) and not turn.waiting:
        cause = _CAUSES.get(event.reason, EscalationCause.UNABLE)
        return replace(said, cause=cause, reason=event.detail or turn.question[:500])
    if isinstance(event, base.Resolve):
        # The detector has read these words before the representative did, and heard no confirmation in them.
        log.info("representative.resolve_ignored")
    return said


def _stuck(said: Said, turn: TurnContext) -> EscalationCause | None:
    """Without an answer for the third time running, or failing for the second: a person is asked in instead.

    The two times before, the visitor was offered one and did not take the offer up.
    """
    last = turn.last_turn
    if turn.waiting or last is None:
        return None
    if said.outcome == Outcome.OFFER and turn.unknown_running >= UNKNOWN_BEFORE:
        return EscalationCause.OUT_OF_SCOPE
    if said.outcome == last.outcome == Outcome.FALLBACK:
        return EscalationCause.UNABLE
    return None


@contextmanager
def _pace() -> Iterator[float]:
    """The seconds that each word of one reply takes."""
    unhurried = _unhurried.acquire(blocking=False)
    try:
        yield WORD_S if unhurried else 0.0
    finally:
        if unhurried:
            _unhurried.release()


class _Watch:
    """Looks every tenth of a second whether the words are still wanted."""

    def __init__(self, conversation_id: uuid.UUID, epoch: int, answers_n: int) -> None:
        self._conversation_id, self._epoch, self._answers_n = conversation_id, epoch, answers_n
        self._next = time.monotonic() + _CHECK_S

    def look(self) -> None:
        """Raises Interrupted."""
        if time.monotonic() < self._next:
            return
        if why := why_not(self._conversation_id, epoch=self._epoch, answers_n=self._answers_n):
            raise Interrupted(why)
        self._next = time.monotonic() + _CHECK_S

    def wait(self, seconds: float) -> None:
        """Let so much time pass, looking up meanwhile. Raises Interrupted."""
        until = time.monotonic() + seconds
        while (left := until - (now := time.monotonic())) > 0:
            time.sleep(min(left, max(0.0, self._next - now)))
            self.look()


class _Stream:
    """The draft on the visitor's screen."""

    def __init__(self, conversation: Conversation, *, epoch: int, draft: str, word_s: float) -> None:
        self._conversation, self._epoch, self._draft = conversation, epoch, draft
        self._word_s, self._begun = word_s, time.monotonic()
        self._i = 0
        self._pending = ""
        self._flushed = 0.0
        self.text = ""

    def early(self) -> float:
        """The seconds until the words so far are read."""
        read_s = min(len(self.text.split()) * self._word_s, _LONGEST_S)
        return self._begun + read_s - time.monotonic() if self.text else 0.0

    def add(self, text: str) -> None:
        if not self.text:
            self._begun = time.monotonic()
        self.text += text
        self._pending += text

    def flush_if_due(self) -> None:
        if len(self._pending) >= _FLUSH_CHARACTERS or time.monotonic() - self._flushed >= _FLUSH_S:
            self.flush()

    def flush(self) -> None:
        if not self._pending:
            return
        broadcast.delta(
            self._conversation, epoch=self._epoch, draft=self._draft, i=self._i, text=self._pending
        )
        self._i += 1
        self._pending = ""
        self._flushed = time.monotonic()

    def reset(self) -> None:
        """The words so far are void: they leave the screen, and what follows begins anew."""
        self.end("reset")
        self.text = ""

    def end(self, why: str) -> None:
        if self._i:
            broadcast.draft_end(self._conversation, epoch=self._epoch, draft=self._draft, why=why)
        self._pending = ""
        self._i = 0
