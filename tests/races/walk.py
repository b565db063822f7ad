"""A walk through a talk: what the model knows of it, and what must hold after every step.

The model knows who handles the talk, the epoch, both numbers, the lifecycle and the open wishes; after every step the
rows must be what the model says. The steps of people are in test_state_machine.py.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import User
from conversations import queries
from conversations.actions import escalation, handling, visitors
from conversations.events import Written
from conversations.frames import for_visitors
from conversations.models import ControlRequest, Conversation, Escalation, Event
from conversations.refusals import Closed, Held, NotAllowed, Refusal
from conversations.repeats import Begun
from tests.cast import make_cast, vera


@dataclass
class Talk:
    """What the model knows of one conversation."""

    id: uuid.UUID
    holder: str | None = None
    epoch: int = 1
    lifecycle: str = "open"
    n: int = 0
    visitor_n: int = 0
    last_words_n: int = 0
    wish: str | None = None
    asks_for_control: str | None = None
    # The holder of each moment, one for every event: who may speak is judged by it.
    kinds: list[str] = field(default_factory=list)

    def happens(self, kind: str, *, visible: bool = True) -> None:
        """One numbered event."""
        self.kinds.append(kind)
        self.n += 1
        self.visitor_n += visible

    def passes_to(self, holder: str | None) -> None:
        """Another handler."""
        self.holder = holder
        self.epoch += 1

    def closes(self, lifecycle: str, kind: str) -> None:
        """Resolved or ended: nobody's, and nobody waits."""
        self.passes_to(None)
        self.lifecycle, self.wish, self.asks_for_control = lifecycle, None, None
        self.happens(kind)


class Walk(RuleBasedStateMachine):
    """One visitor, two operators, and the talks between them; of the steps only the clock's, and repeats."""

    @initialize()
    def begin(self) -> None:
        """A visitor who has not said anything yet."""
        cast = make_cast()
        self.staff: dict[str, User] = {"omar": cast.omar, "ona": cast.ona}
        self.seen = vera(cast.acme)
        self.talks: list[Talk] = []
        self.said: dict[str, int] = {}
        # Other acts of the visitor under their ids: how to repeat each, and what it was answered.
        self.acts: dict[str, tuple[Callable[[str], Any], Any]] = {}
        # Replies that the AI has begun: the talk, its epoch and the visitor's words as they were then.
        self.thoughts: list[tuple[Talk, int, int]] = []

    # What must hold after every step.

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        for talk in getattr(self, "talks", []):
            row = Conversation.objects.select_related("operator").get(pk=talk.id)
            holder = row.operator.name.lower() if row.operator else None
            assert (holder, row.handler) == (talk.holder, "operator" if talk.holder else "ai")
            assert (row.handling_epoch, row.lifecycle) == (talk.epoch, talk.lifecycle)
            assert (row.head, row.visitor_head) == (talk.n, talk.visitor_n)
            assert (row.requested_at is not None) == (talk.wish is not None)
            assert Escalation.objects.filter(conversation=row, state="open").count() == bool(talk.wish)
            asked = ControlRequest.objects.filter(conversation=row, state="open").count()
            assert asked == bool(talk.asks_for_control)

    @invariant()
    def the_numbers_have_no_holes_and_the_visitor_sees_no_note(self) -> None:
        for talk in getattr(self, "talks", []):
            row = Conversation.objects.select_related("domain").get(pk=talk.id)
            team = list(Event.objects.filter(conversation=row).select_related("message").order_by("n"))
            assert [event.n for event in team] == list(range(1, talk.n + 1))
            assert [event.kind for event in team] == talk.kinds
            assert [event.epoch for event in team] == sorted(event.epoch for event in team)
            shown = queries.visitor_events_after(talk.id, 0)
            assert [event.visitor_n for event in shown] == list(range(1, talk.visitor_n + 1))
            frames = [for_visitors.frame(event, row) for event in team]
            assert [frame["n"] for frame in frames if frame] == list(range(1, talk.visitor_n + 1))
            assert "Secret" not in repr(frames)

    @invariant()
    def only_the_newest_talk_is_open_or_none(self) -> None:
        assert sum(talk.lifecycle == "open" for talk in getattr(self, "talks", [])) <= 1

    # The same acts again, at any later time.

    @rule(data=st.data())
    def the_visitor_repeats_an_act(self, data: st.DataObject) -> None:
        if self.acts:
            sent = data.draw(st.sampled_from(sorted(self.acts)))
            act, done = self.acts[sent]
            again = act(sent)
            assert again.dup
            assert (again.conversation.pk, again.event) == (done.conversation.pk, done.event)

    # The clock

    @rule()
    def time_runs_out_for_a_wish_for_a_person(self) -> None:
        if self.talks and self.newest.wish:
            wish = Escalation.objects.get(conversation=self.newest.id, state="open")
            assert escalation.expire_request(wish.pk) is None
            Escalation.objects.filter(pk=wish.pk).update(due_at=timezone.now() - timedelta(seconds=1))
            expired = escalation.expire_request(wish.pk)
            assert expired is not None
            assert escalation.expire_request(wish.pk) is None
            visible = self.newest.wish != "manual"
            self.newest.wish = None
            self.newest.happens("request_expired", visible=visible)

    @rule()
    def time_runs_out_for_a_wish_for_control(self) -> None:
        if self.talks and self.newest.asks_for_control:
            wish = ControlRequest.objects.get(conversation=self.newest.id, state="open")
            assert handling.pass_unanswered(wish.pk) is None
            ControlRequest.objects.filter(pk=wish.pk).update(due_at=timezone.now() - timedelta(seconds=1))
            assert handling.pass_unanswered(wish.pk) is not None
            assert handling.pass_unanswered(wish.pk) is None
            self.newest.passes_to(self.newest.asks_for_control)
            self.newest.asks_for_control = None
            self.newest.happens("taken_over")

    # What the steps are made of.

    def ring(self) -> Written:
        return self.once(lambda sent: escalation.ring_bell(self.seen, client_id=sent, reason="Please"))

    def end(self) -> Written:
        return self.once(lambda sent: visitors.end_conversation(self.seen, client_id=sent))

    def begin_anew(self) -> Begun:
        return self.once(lambda sent: visitors.start_conversation(self.seen, client_id=sent))

    def once(self, act: Callable[[str], Any]) -> Any:
        """Do it under an id of its own, and remember it for a repeat."""
        sent = str(uuid.uuid4())
        done = act(sent)
        self.acts[sent] = (act, done)
        return done

    @property
    def newest(self) -> Talk:
        """The visitor's newest talk."""
        return self.talks[-1]

    def say(self, client_id: str) -> Written:
        return visitors.post_visitor_message(self.seen, client_id=client_id, text=f"Words of {client_id}")

    def talk_begins(self, written: Written) -> None:
        self.talks.append(Talk(written.conversation.pk))
        assert (written.event.n, written.dup) == (1, False)

    def done(self, written: Written) -> None:
        assert not written.dup

    def nothing_new(self, written: Written) -> None:
        assert written.dup

    def refused(self, kind: type[Refusal], act: Callable[[], object]) -> None:
        with pytest.raises(kind):
            act()

    def unless_held_by(self, talk: Talk, name: str) -> type[Refusal] | None:
        """Why somebody who does not hold the talk is refused."""
        if talk.lifecycle != "open":
            return Closed
        if talk.holder is None:
            return NotAllowed
        return None if talk.holder == name else Held

    def as_operator(
        self,
        name: str,
        act: Callable[[Talk, User], Written],
        then: Callable[[Talk, str], None],
        again: Callable[[Talk, str], None] | None = None,
    ) -> None:
        """An act that anybody may do unless the talk is closed or another's; `again`: also twice."""
        if not self.talks:
            return
        talk, user = self.newest, self.staff[name]
        if talk.lifecycle != "open":
            self.refused(Closed, lambda: act(talk, user))
        elif talk.holder not in (None, name):
            self.refused(Held, lambda: act(talk, user))
        elif talk.holder == name and again is None:
            self.nothing_new(act(talk, user))
        else:
            self.done(act(talk, user))
            then(talk, name)

    def took_over(self, talk: Talk, name: str) -> None:
        talk.passes_to(name)
        talk.wish = None
        talk.happens("taken_over")
