"""Who may no longer talk on a domain holds none of its conversations, and asks for none."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conversations import tasks
from conversations.actions import handling
from conversations.models import ControlRequest, Conversation, Event
from conversations.states import Handler
from domains.models import Membership, Role
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)


def leaves(cast: Cast) -> None:
    Membership.objects.filter(user=cast.omar).delete()


def becomes_a_viewer(cast: Cast) -> None:
    Membership.objects.filter(user=cast.omar).update(role=Role.VIEWER)


def is_deactivated(cast: Cast) -> None:
    cast.omar.is_active = False
    cast.omar.save(update_fields=["is_active"])


def moves_to_another_domain(cast: Cast) -> None:
    Membership.objects.filter(user=cast.omar).update(domain=cast.bolt)


def held_by_omar(cast: Cast) -> Conversation:
    conversation = say(vera(cast.acme), "Hello?")
    return handling.take_over(conversation.pk, operator=cast.omar).conversation


@pytest.mark.parametrize("parts", [leaves, becomes_a_viewer, is_deactivated, moves_to_another_domain])
def test_the_ai_goes_on_where_the_holder_may_no_longer_talk(
    cast: Cast, parts: Callable[[Cast], None]
) -> None:
    held = held_by_omar(cast)
    handling.request_control(held.pk, operator=cast.ona)
    others = handling.take_over(say(vera(cast.acme), "Hi").pk, operator=cast.ona).conversation
    parts(cast)
    tasks.hand_back_from_departed()
    tasks.hand_back_from_departed()
    event = Event.objects.get(kind="handed_back")
    assert (event.conversation_id, event.actor_kind, event.actor_name) == (held.pk, "system", "Privas")
    assert event.data["text"] == cast.acme.handed_back_text
    was = held.handling_epoch
    held.refresh_from_db()
    assert (held.handler, held.operator, held.handling_epoch) == (Handler.AI, None, was + 1)
    assert ControlRequest.objects.get().state == "withdrawn"
    others.refresh_from_db()
    assert others.operator == cast.ona


def test_a_holder_who_is_back_in_time_keeps_the_talk(cast: Cast) -> None:
    held = held_by_omar(cast)
    assert handling.hand_back_from_departed(held.pk) is None
    held.refresh_from_db()
    assert held.operator == cast.omar


def test_taking_over_from_a_departed_holder_leaves_no_request_for_control(cast: Cast) -> None:
    held = held_by_omar(cast)
    handling.request_control(held.pk, operator=cast.ona)
    leaves(cast)
    handling.take_over(held.pk, operator=cast.olga)
    assert ControlRequest.objects.get().state == "withdrawn"
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        tasks.pass_unanswered_control()
    held.refresh_from_db()
    assert held.operator == cast.olga


def test_the_thread_is_told_when_a_departed_colleague_asks_no_longer(cast: Cast) -> None:
    held = held_by_omar(cast)
    handling.request_control(held.pk, operator=cast.ona)
    Membership.objects.filter(user=cast.ona).delete()
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        tasks.pass_unanswered_control()
        tasks.pass_unanswered_control()
    event = Event.objects.get(kind="control_withdrawn")
    assert (event.actor_name, event.visitor_n) == ("Ona", None)
    held.refresh_from_db()
    assert held.operator == cast.omar
