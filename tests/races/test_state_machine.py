"""Any mix of acts, step by step against a model of a talk that fits on one page (walk.py).

Every act must do what the model says, or refuse with the model's refusal.
"""

import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from accounts.models import User
from conversations.actions import closing, escalation, handling, operators, representatives
from conversations.events import Written
from conversations.refusals import Closed, NotAllowed, Stale
from tests.races.walk import Talk, Walk
from tests.support.repeating import FACTOR, patience, times

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(patience(600))]

EXAMPLES = times(60)
STAFF = st.sampled_from(["omar", "ona"])
# A closed talk is soon a dull one.
RARELY = st.integers(0, 4).map(lambda number: number == 4)


class TalkMachine(Walk):
    """What the visitor, the operators and the AI may do."""

    # The visitor

    @rule()
    def the_visitor_says_something(self) -> None:
        client_id = str(uuid.uuid4())
        if not self.talks:
            self.talk_begins(self.say(client_id))
        elif self.newest.lifecycle != "open":
            return self.refused(Closed, lambda: self.say(client_id))
        else:
            self.done(self.say(client_id))
        self.newest.happens("message")
        self.newest.last_words_n = self.newest.n
        self.said[client_id] = self.newest.visitor_n
        return None

    @rule(data=st.data())
    def the_visitor_sends_the_same_again(self, data: st.DataObject) -> None:
        if self.said:
            client_id = data.draw(st.sampled_from(sorted(self.said)))
            again = self.say(client_id)
            assert again.dup
            assert again.event.visitor_n == self.said[client_id]

    @rule()
    def the_visitor_rings(self) -> None:
        if not self.talks:
            self.talk_begins(self.ring())
        elif self.newest.lifecycle != "open":
            return self.refused(Closed, self.ring)
        elif self.newest.holder:
            return self.refused(NotAllowed, self.ring)
        elif self.newest.wish in ("bell", "words"):
            return self.nothing_new(self.ring())
        else:
            self.done(self.ring())
        self.newest.wish = "bell"
        self.newest.happens("human_requested")
        return None

    @rule(really=RARELY)
    def the_visitor_ends_the_talk(self, really: bool) -> None:
        if not really:
            return None
        if not self.talks:
            return self.refused(Closed, self.end)
        ended = self.end()
        if self.newest.lifecycle != "open":
            return self.nothing_new(ended)
        self.done(ended)
        self.newest.closes("ended", "ended")
        return None

    @rule(really=RARELY)
    def the_visitor_begins_anew(self, really: bool) -> None:
        if not really and self.talks and self.newest.lifecycle == "open":
            return
        begun = self.begin_anew()
        if self.talks and self.newest.lifecycle == "open" and self.newest.n == 0:
            assert begun.conversation.pk == self.newest.id
            return
        if self.talks and self.newest.lifecycle == "open":
            self.newest.closes("ended", "ended")
        self.talks.append(Talk(begun.conversation.pk))

    # The AI

    @rule()
    def the_ai_begins_a_reply(self) -> None:
        if self.talks and self.newest.last_words_n:
            self.thoughts.append((self.newest, self.newest.epoch, self.newest.last_words_n))

    @rule(data=st.data())
    def the_ai_posts_a_reply_that_it_began(self, data: st.DataObject) -> None:
        if not self.thoughts:
            return
        thought = data.draw(st.sampled_from(self.thoughts))
        self.thoughts.remove(thought)
        talk, epoch, answers_n = thought

        def post() -> Written:
            return representatives.post_reply(
                talk.id, epoch=epoch, answers_n=answers_n, text="An answer.", draft=uuid.uuid4().hex
            )

        if (
            talk.lifecycle == "open"
            and not talk.holder
            and (talk.epoch, talk.last_words_n) == (epoch, answers_n)
        ):
            self.done(post())
            talk.happens("message")
        else:
            self.refused(Stale, post)

    @rule()
    def the_ai_brings_in_a_person(self) -> None:
        if not self.talks:
            return
        talk = self.newest

        def bring_in() -> Written:
            return representatives.request_person(
                talk.id, epoch=talk.epoch, answers_n=talk.last_words_n, cause="words", reason="Please"
            )

        if talk.lifecycle != "open" or talk.holder:
            self.refused(Stale, bring_in)
        elif talk.wish in ("bell", "words"):
            self.nothing_new(bring_in())
        else:
            self.done(bring_in())
            talk.wish = "words"
            talk.happens("human_requested")

    # The operators

    @rule(name=STAFF)
    def an_operator_takes_over(self, name: str) -> None:
        self.as_operator(name, lambda talk, user: handling.take_over(talk.id, operator=user), self.took_over)

    @rule(name=STAFF)
    def an_operator_speaks(self, name: str) -> None:
        def speak(talk: Talk, user: User) -> Written:
            return operators.post_operator_message(
                talk.id, operator=user, client_id=str(uuid.uuid4()), text="Here."
            )

        def spoke(talk: Talk, who: str) -> None:
            if talk.holder is None:
                self.took_over(talk, who)
            talk.happens("message")

        self.as_operator(name, speak, spoke, again=spoke)

    @rule(name=STAFF)
    def an_operator_notes_something(self, name: str) -> None:
        if self.talks:
            client_id = str(uuid.uuid4())
            user = self.staff[name]
            self.done(operators.add_note(self.newest.id, operator=user, client_id=client_id, text="Secret"))
            self.newest.happens("note", visible=False)

    @rule(name=STAFF)
    def an_operator_flags_the_talk(self, name: str) -> None:
        if not self.talks:
            return
        talk, user = self.newest, self.staff[name]

        def flag() -> Written:
            return escalation.escalate(talk.id, operator=user, reason="Look")

        if talk.lifecycle != "open" or talk.holder:
            self.refused(Closed if talk.lifecycle != "open" else NotAllowed, flag)
        elif talk.wish:
            self.nothing_new(flag())
        else:
            self.done(flag())
            talk.wish = "manual"
            talk.happens("human_requested", visible=False)

    @rule(name=STAFF)
    def an_operator_hands_back(self, name: str) -> None:
        if not self.talks:
            return None
        talk, user = self.newest, self.staff[name]
        refusal = self.unless_held_by(talk, name)
        if refusal:
            return self.refused(refusal, lambda: handling.hand_back(talk.id, operator=user))
        self.done(handling.hand_back(talk.id, operator=user))
        talk.passes_to(None)
        talk.asks_for_control = None
        talk.happens("handed_back")
        return None

    @rule(name=STAFF)
    def an_operator_asks_for_control(self, name: str) -> None:
        if not self.talks:
            return
        talk, user = self.newest, self.staff[name]
        if talk.lifecycle != "open":
            self.refused(Closed, lambda: handling.request_control(talk.id, operator=user))
        elif talk.holder in (None, name) or talk.asks_for_control not in (None, name):
            self.refused(NotAllowed, lambda: handling.request_control(talk.id, operator=user))
        elif talk.asks_for_control == name:
            self.nothing_new(handling.request_control(talk.id, operator=user))
        else:
            self.done(handling.request_control(talk.id, operator=user))
            talk.asks_for_control = name
            talk.happens("control_requested", visible=False)

    @rule(name=STAFF, passes=st.booleans())
    def an_operator_answers_the_wish_for_control(self, name: str, passes: bool) -> None:
        if not self.talks:
            return
        talk, user = self.newest, self.staff[name]
        act = handling.pass_control if passes else handling.keep_control
        refusal = self.unless_held_by(talk, name) or (NotAllowed if not talk.asks_for_control else None)
        if refusal:
            self.refused(refusal, lambda: act(talk.id, operator=user))
            return
        self.done(act(talk.id, operator=user))
        if passes:
            talk.passes_to(talk.asks_for_control)
        talk.asks_for_control = None
        talk.happens("taken_over" if passes else "control_kept", visible=passes)

    @rule(name=STAFF)
    def an_operator_withdraws_the_wish_for_control(self, name: str) -> None:
        if not self.talks:
            return
        talk, user = self.newest, self.staff[name]
        if talk.lifecycle != "open" or talk.asks_for_control != name:
            refusal = Closed if talk.lifecycle != "open" else NotAllowed
            self.refused(refusal, lambda: handling.withdraw_control(talk.id, operator=user))
        else:
            self.done(handling.withdraw_control(talk.id, operator=user))
            talk.asks_for_control = None
            talk.happens("control_withdrawn", visible=False)

    @rule(name=STAFF, resolves=st.booleans(), really=RARELY)
    def an_operator_closes_the_talk(self, name: str, resolves: bool, really: bool) -> None:
        if not really:
            return
        act, word = (closing.resolve, "resolved") if resolves else (closing.end, "ended")

        def closed(talk: Talk, who: str) -> None:
            talk.closes(word, word)

        self.as_operator(name, lambda talk, user: act(talk.id, operator=user), closed, again=closed)

    @rule(name=STAFF, data=st.data())
    def an_operator_reopens_a_talk(self, name: str, data: st.DataObject) -> None:
        if not self.talks:
            return
        talk = data.draw(st.sampled_from(self.talks))
        if any(other.lifecycle == "open" for other in self.talks):
            self.refused(NotAllowed, lambda: closing.reopen(talk.id, operator=self.staff[name]))
            return
        self.done(closing.reopen(talk.id, operator=self.staff[name]))
        talk.lifecycle = "open"
        talk.epoch += 1
        talk.happens("reopened")


def test_any_mix_of_acts_leaves_what_the_model_says() -> None:
    run_state_machine_as_test(
        TalkMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            # The same walks in every run; other ones when somebody asks for more.
            derandomize=FACTOR == 1,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
