"""One talk from the first word to the last, at the level of actions."""

import uuid

import pytest

from conversations import queries
from conversations.actions import closing, escalation, handling, operators, representatives, visitors
from conversations.models import Conversation, Event
from conversations.refusals import Closed, Held, IdConflict, NotAllowed, Stale, TooEarly, TooLong
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(conversation: Conversation) -> list[str]:
    return list(Event.objects.filter(conversation=conversation).order_by("n").values_list("kind", flat=True))


def reply(conversation: Conversation, text: str = "We open at nine.") -> None:
    representatives.post_reply(
        conversation.pk,
        epoch=conversation.handling_epoch,
        answers_n=conversation.last_visitor_message_n,
        text=text,
        draft=f"d_{uuid.uuid4().hex}",
    )


def test_the_first_words_make_a_visitor_a_conversation_and_a_numbered_event(cast: Cast) -> None:
    seen = vera(cast.acme)
    written = visitors.post_visitor_message(seen, client_id="a", text="Hello?")
    assert (written.event.n, written.event.visitor_n, written.dup) == (1, 1, False)
    assert written.conversation.visitor_id == seen.id
    assert written.conversation.started_url == "https://acme.example/pricing"
    assert written.conversation.last_text == "Hello?"


def test_the_same_id_again_is_the_same_message_even_inside_the_gap(cast: Cast) -> None:
    cast.acme.message_gap_ms = 3000
    cast.acme.save(update_fields=["message_gap_ms"])
    seen = vera(cast.acme)
    first = visitors.post_visitor_message(seen, client_id="a", text="Hello?")
    again = visitors.post_visitor_message(seen, client_id="a", text="Hello?")
    assert again.dup
    assert again.event.pk == first.event.pk
    with pytest.raises(IdConflict):
        visitors.post_visitor_message(seen, client_id="a", text="Something else")
    with pytest.raises(TooEarly) as refused:
        visitors.post_visitor_message(seen, client_id="b", text="And?")
    assert 0 < refused.value.retry_ms <= 3000
    assert kinds(first.conversation) == ["message"]


def test_a_message_of_4001_characters_is_refused_and_4000_is_not(cast: Cast) -> None:
    seen = vera(cast.acme)
    with pytest.raises(TooLong):
        visitors.post_visitor_message(seen, client_id="a", text="x" * 4001)
    assert visitors.post_visitor_message(seen, client_id="b", text="x" * 4000).event.n == 1


def test_who_is_known_by_a_very_long_address_may_still_write_and_ring(cast: Cast) -> None:
    seen = vera(cast.acme)
    conversation = say(seen, "Hello?")
    address = f"vera@{'.'.join(['a' * 60] * 3)}.example"
    representatives.learn_facts(conversation.pk, facts={"email": address}, score=0, reasons=[])
    say(seen, "Are you there?")
    escalation.ring_bell(seen, client_id=str(uuid.uuid4()), reason="")
    conversation.refresh_from_db()
    assert conversation.last_by_name == address[:120]


def test_an_operator_takes_over_and_the_ai_can_write_no_more(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Do you ship to Norway?")
    handling.take_over(conversation.pk, operator=cast.omar)
    with pytest.raises(Stale):
        reply(conversation)
    conversation.refresh_from_db()
    assert (conversation.handler, conversation.operator) == ("operator", cast.omar)
    assert kinds(conversation) == ["message", "taken_over"]


def test_a_second_operator_is_refused_by_name_and_the_holder_is_not(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    with pytest.raises(Held, match="Omar is currently handling"):
        handling.take_over(conversation.pk, operator=cast.ona)
    with pytest.raises(Held):
        operators.post_operator_message(conversation.pk, operator=cast.ona, client_id="1", text="Hi")
    assert handling.take_over(conversation.pk, operator=cast.omar).dup


def test_control_is_requested_kept_and_passed(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    with pytest.raises(NotAllowed):
        handling.request_control(conversation.pk, operator=cast.ona)
    handling.take_over(conversation.pk, operator=cast.omar)
    handling.request_control(conversation.pk, operator=cast.ona)
    assert handling.request_control(conversation.pk, operator=cast.ona).dup
    with pytest.raises(Held):
        handling.pass_control(conversation.pk, operator=cast.ona)
    with pytest.raises(NotAllowed):
        handling.withdraw_control(conversation.pk, operator=cast.olga)
    assert handling.withdraw_control(conversation.pk, operator=cast.ona).event.visitor_n is None
    with pytest.raises(NotAllowed):
        handling.keep_control(conversation.pk, operator=cast.omar)
    handling.request_control(conversation.pk, operator=cast.ona)
    handling.keep_control(conversation.pk, operator=cast.omar)
    with pytest.raises(NotAllowed):
        handling.pass_control(conversation.pk, operator=cast.omar)
    handling.request_control(conversation.pk, operator=cast.ona)
    passed = handling.pass_control(conversation.pk, operator=cast.omar)
    assert passed.conversation.operator == cast.ona
    assert passed.event.kind == "taken_over"


def test_handing_back_lets_the_ai_speak_under_the_new_epoch_only(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    before = conversation.handling_epoch
    operators.post_operator_message(conversation.pk, operator=cast.omar, client_id="1", text="I am here.")
    with pytest.raises(Held):
        handling.hand_back(conversation.pk, operator=cast.ona)
    back = handling.hand_back(conversation.pk, operator=cast.omar).conversation
    assert back.handling_epoch == before + 2
    with pytest.raises(Stale):
        reply(conversation)
    reply(back)
    assert kinds(back) == ["message", "taken_over", "message", "handed_back", "message"]


def test_a_reply_to_an_older_message_is_late(cast: Cast) -> None:
    seen = vera(cast.acme)
    older = say(seen, "First")
    say(seen, "Second")
    with pytest.raises(Stale):
        reply(older)


def test_notes_take_no_number_of_the_visitors(cast: Cast) -> None:
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    operators.add_note(conversation.pk, operator=cast.omar, client_id="n", text="From the ads campaign")
    later = say(seen, "Still there?")
    assert (later.head, later.visitor_head) == (3, 2)
    numbers = [event.visitor_n for event in queries.visitor_events_after(conversation.pk, 0)]
    assert numbers == [1, 2]


def test_the_bell_may_be_the_first_act_and_ringing_twice_is_once(cast: Cast) -> None:
    seen = vera(cast.acme)
    rung = escalation.ring_bell(seen, client_id="b1", reason="Refund")
    assert escalation.ring_bell(seen, client_id="b1", reason="Refund").dup
    assert escalation.ring_bell(seen, client_id="b2", reason="Hello?").event.pk == rung.event.pk
    assert rung.event.data["text"] == cast.acme.human_requested_text
    assert kinds(rung.conversation) == ["human_requested"]


def test_a_closed_talk_takes_no_words_until_a_new_one_or_a_reopening(cast: Cast) -> None:
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    closing.resolve(conversation.pk, operator=cast.omar)
    with pytest.raises(Closed):
        visitors.post_visitor_message(seen, client_id="late", text="One more thing")
    with pytest.raises(Closed):
        handling.take_over(conversation.pk, operator=cast.omar)
    fresh = visitors.start_conversation(seen, client_id="n1").conversation
    assert fresh.pk != conversation.pk
    assert visitors.start_conversation(seen, client_id="n2").conversation.pk == fresh.pk
    with pytest.raises(NotAllowed):
        closing.reopen(conversation.pk, operator=cast.omar)
    assert (
        visitors.post_visitor_message(seen, client_id="late", text="One more thing").conversation.pk
        == fresh.pk
    )
