"""A visitor does not wait for ever for an operator who has gone."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import presence
from conversations import tasks
from conversations.actions import handling, operators
from conversations.actions.visitors import VisitorSeen
from conversations.models import Conversation, Event
from conversations.states import Handler
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)


def held(cast: Cast, seen: VisitorSeen) -> Conversation:
    """Omar has taken over and spoken."""
    talk = say(seen, "Hello?")
    handling.take_over(talk.pk, operator=cast.omar)
    return operators.post_operator_message(
        talk.pk, operator=cast.omar, client_id=str(uuid.uuid4()), text="Hi, what is it?"
    ).conversation


def test_the_ai_goes_on_when_the_visitor_has_waited_for_a_holder_who_is_gone(cast: Cast) -> None:
    seen, console = vera(cast.acme), uuid.uuid4()
    presence.arrive(console, cast.omar)
    talk = held(cast, seen)
    presence.leave(console)
    say(seen, "My order is late.")
    presence.arrive(uuid.uuid4(), cast.ona)
    tasks.hand_back_from_absent()
    talk.refresh_from_db()
    assert talk.operator == cast.omar, "it is too soon"
    with time_machine.travel(timezone.now() + timedelta(seconds=cast.acme.takeover_timeout_s + 1)):
        tasks.hand_back_from_absent()
        tasks.hand_back_from_absent()
    talk.refresh_from_db()
    assert talk.handler == Handler.AI
    assert talk.operator_id is None
    event = Event.objects.get(kind="handed_back")
    assert (event.actor_kind, event.data["text"]) == ("system", cast.acme.handed_back_text)
    assert talk.awaiting_since is not None, "the AI has a question to answer"


def test_a_holder_whose_console_comes_back_after_a_restart_keeps_the_talk(cast: Cast) -> None:
    seen = vera(cast.acme)
    talk = held(cast, seen)
    say(seen, "My order is late.")
    console, now = uuid.uuid4(), timezone.now()
    with time_machine.travel(now + timedelta(seconds=cast.acme.takeover_timeout_s + 1)) as clock:
        presence.arrive(console, cast.omar)
        # The web goes, and with it every console; the clock and its worker live on.
        presence.leave(console)
        clock.shift(timedelta(seconds=30))
        presence.arrive(uuid.uuid4(), cast.ona)
        tasks.hand_back_from_absent()
        assert presence.arrive(uuid.uuid4(), cast.omar), "he was not there in between"
        tasks.hand_back_from_absent()
    talk.refresh_from_db()
    assert talk.operator == cast.omar


def test_a_holder_who_is_there_keeps_the_talk_however_long_it_takes(cast: Cast) -> None:
    seen, console = vera(cast.acme), uuid.uuid4()
    talk = held(cast, seen)
    say(seen, "My order is late.")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        presence.arrive(console, cast.omar)
        tasks.hand_back_from_absent()
        assert handling.hand_back_from_absent(talk.pk) is None
    talk.refresh_from_db()
    assert talk.operator == cast.omar


def test_a_talk_in_which_nobody_waits_stays_with_who_holds_it(cast: Cast) -> None:
    talk = held(cast, vera(cast.acme))
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tasks.hand_back_from_absent()
        assert handling.hand_back_from_absent(talk.pk) is None
    talk.refresh_from_db()
    assert talk.operator == cast.omar
