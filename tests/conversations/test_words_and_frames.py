"""The derived words, the frames, and the relay."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from conversations import markdown, queries, relay, states
from conversations.actions import closing, handling, operators, visitors
from conversations.frames import for_team, for_visitors
from conversations.models import Conversation, Event
from conversations.refusals import NotAllowed, TooEarly
from domains import access
from domains.models import Membership
from tests.cast import Cast, say, vera

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_badge_in_sql_is_the_badge_in_python(cast: Cast) -> None:
    now = timezone.now()
    moments = (None, now - timedelta(seconds=59), now - timedelta(seconds=61))
    for lifecycle, held, requested, missed, awaiting, quiet in itertools.product(
        ("open", "resolved", "ended"), (False, True), moments[:2], moments[:2], moments, (0, 599, 601)
    ):
        if held and lifecycle != "open":
            continue
        visitor = say(vera(cast.acme), "x").visitor
        Conversation.objects.filter(visitor=visitor).update(
            lifecycle=lifecycle,
            handler="operator" if held else "ai",
            operator=cast.omar if held else None,
            requested_at=requested,
            missed_at=missed,
            awaiting_since=awaiting,
            last_activity_at=now - timedelta(seconds=quiet),
        )
    rows = queries.with_badge(queries.conversations_of(cast.olga), now)
    assert rows.count() == 144
    row: Any  # with the annotation that with_badge() adds
    for row in rows:
        assert row.badge_now == row.badge(now)
    for status in ("unresolved", "escalated", "resolved"):
        found = set(queries.with_status(rows, status).values_list("pk", flat=True))
        assert found == {row.pk for row in rows if states.status(row.situation) == status}
        assert found


def test_a_visitor_sees_allowed_fields_only_and_no_hidden_kind(cast: Cast) -> None:
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    operators.add_note(conversation.pk, operator=cast.omar, client_id="n", text="CANARY")
    handling.take_over(conversation.pk, operator=cast.omar)
    operators.post_operator_message(conversation.pk, operator=cast.omar, client_id="m", text="Hi")
    conversation.refresh_from_db()
    frames = [for_visitors.frame(event, conversation) for event in queries.thread(conversation)]
    assert [frame and frame["kind"] for frame in frames] == ["message", None, "taken_over", "message"]
    assert "CANARY" not in str(frames)
    own, other = frames[0], frames[3]
    assert own is not None
    assert other is not None
    assert own["data"]["client_id"] is not None
    assert "client_id" not in other["data"]
    assert set(states.Kind.values) - set(for_visitors.VISIBLE) == {
        "note", "control_requested", "control_kept", "control_withdrawn", "facts_learned", "reply_discarded", "rated",
    }  # fmt: skip


def test_operators_speak_as_support_agent_where_the_domain_wishes_so(cast: Cast) -> None:
    cast.acme.operator_label = "support_agent"
    cast.acme.save(update_fields=["operator_label"])
    conversation = say(vera(cast.acme), "Hello")
    written = handling.take_over(conversation.pk, operator=cast.omar)
    frame = for_visitors.frame(written.event, written.conversation)
    assert frame is not None
    assert (frame["by"]["name"], frame["data"]["operator"]) == ("Support Agent", {"name": "Support Agent"})
    assert for_team.frame(written.event, written.conversation)["by"]["name"] == "Omar"


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("<img src=x onerror=alert(1)>", "<img"),
        ("[x](javascript:alert(1))", 'javascript:alert(1)"'),
        ("![](https://trap.example/p.png)", "<img"),
        ("<script>alert(1)</script>", "<script"),
        ("[x](data:text/html,<script>alert(1)</script>)", 'href="data'),
    ],
)
def test_no_words_become_a_script_or_an_image(text: str, forbidden: str) -> None:
    for author in ("visitor", "ai", "operator"):
        assert forbidden not in markdown.render(text, author)


def test_markdown_is_for_the_ai_and_operators_and_plain_lines_for_visitors() -> None:
    assert "<strong>now</strong>" in markdown.render("**now**", "ai")
    assert markdown.render("**now** & <b>", "visitor") == "<p>**now** &amp; &lt;b&gt;</p>"


def test_a_stranger_finds_no_conversation_and_a_viewer_may_not_talk(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    for wanted in (conversation.pk, uuid.uuid4(), "nonsense"):
        with pytest.raises(access.NotFound):
            queries.conversation_for(cast.mallory, wanted)
    assert queries.conversation_for(cast.vic, conversation.pk) == conversation
    with pytest.raises(access.Forbidden):
        queries.conversation_for(cast.vic, conversation.pk, access.May.TALK)


class Bell:
    """A reaction that does not confirm, behind a broker that may be away."""

    def __init__(self) -> None:
        self.broken = False
        self.woken: list[int] = []

    def delay(self, event_id: int) -> None:
        if self.broken:
            raise ConnectionError("the broker is away")
        self.woken.append(event_id)


def test_what_nobody_relayed_is_found_by_the_sweep(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Bell()
    task.broken = True
    monkeypatch.setattr(relay, "import_string", lambda name: task)
    conversation = say(vera(cast.acme), "Hello")
    event = Event.objects.get(conversation=conversation)
    assert event.relayed_at is None
    task.broken = False
    assert relay.relay_missed() == 0, "a fresh event is the writer's own to relay"
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        assert relay.relay_missed() == 1
        assert relay.relay_missed() == 0
    event.refresh_from_db()
    assert set(task.woken) == {event.pk}
    assert event.relayed_at is not None


def test_an_event_whose_reactions_have_sweeps_of_their_own_is_left_to_the_sweep_only_when_the_broker_is_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = Bell()
    monkeypatch.setattr(relay, "import_string", lambda name: task)
    seen = vera(cast.acme)
    heard = Event.objects.get(conversation=say(seen, "Hello"))
    assert task.woken == [heard.pk, heard.pk]
    assert heard.relayed_at is not None
    task.broken = True
    unheard = Event.objects.filter(conversation=say(seen, "Anybody?")).latest("n")
    assert unheard.relayed_at is None
    task.broken = False
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        assert relay.relay_missed() == 1
    assert task.woken[2:] == [unheard.pk]


def test_unsigned_words_about_oneself_never_change_what_was_signed(cast: Cast) -> None:
    seen = vera(cast.acme)
    say(seen, "Hello")
    signed = visitors.identify(seen, name="Vera", email="vera@acme.example", external_id="42", verified=True)
    assert signed is not None
    assert visitors.identify(seen, name="The CEO", email="ceo@acme.example") is None
    assert signed.conversation.visitor.name == "Vera"


def test_a_closed_talk_can_be_rated_once_per_id_and_an_unbegun_one_cannot(cast: Cast) -> None:
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    rated: Any = visitors.rate(seen, client_id="r", score=5, comment="Good")
    assert rated.event.visitor_n is None
    assert visitors.rate(seen, client_id="r", score=5, comment="Good").dup
    assert visitors.end_conversation(seen, client_id="e1").conversation.pk == conversation.pk
    assert visitors.end_conversation(seen, client_id="e2").dup
    with pytest.raises(NotAllowed):
        handling.hand_back(say(vera(cast.acme), "x").pk, operator=cast.omar)


def test_an_alert_that_no_worker_finished_is_rung_for_again_until_it_confirms(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []

    class Alert:
        confirms = True

        def delay(self, event_id: int) -> None:
            woken.append(event_id)

    monkeypatch.setattr(relay, "import_string", lambda name: Alert())
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    first = Event.objects.get(conversation=conversation)
    assert first.relayed_at is None, "the worker may die before the mail is queued"
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        assert relay.relay_missed() == 1
        relay.confirm(first.pk)
        assert relay.relay_missed() == 0
    assert woken.count(first.pk) >= 2


def test_only_the_first_words_of_a_conversation_wake_the_new_conversation_alert() -> None:
    first = relay.wakes("message", "visitor", {"first": True})
    later = relay.wakes("message", "visitor", {})
    assert "notifications.tasks.alert_new_conversation" in first
    assert "notifications.tasks.alert_new_conversation" not in later
    assert relay.wakes("message", "ai", {}) == ()


def test_a_reopened_talk_is_the_one_the_visitor_is_in(cast: Cast) -> None:
    seen = vera(cast.acme)
    older = say(seen, "First")
    closing.end(older.pk, operator=cast.omar)
    visitors.start_conversation(seen, client_id="n1")
    newer = say(seen, "Second")
    closing.end(newer.pk, operator=cast.omar)
    closing.reopen(older.pk, operator=cast.omar)
    assert say(seen, "Still me").pk == older.pk
    current = queries.latest_conversation_of(seen.id)
    assert current is not None
    assert current.pk == older.pk


def test_a_new_conversation_does_not_reset_the_gap_between_messages(cast: Cast) -> None:
    cast.acme.message_gap_ms = 3000
    cast.acme.save(update_fields=["message_gap_ms"])
    seen = vera(cast.acme)
    say(seen, "First")
    visitors.start_conversation(seen, client_id="n1")
    with pytest.raises(TooEarly):
        say(seen, "Second")


def test_control_never_passes_to_somebody_who_left_and_who_left_holds_nothing(cast: Cast) -> None:
    conversation = say(vera(cast.acme), "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    handling.request_control(conversation.pk, operator=cast.ona)
    Membership.objects.filter(user=cast.ona).delete()
    with pytest.raises(NotAllowed):
        handling.pass_control(conversation.pk, operator=cast.omar)
    Membership.objects.filter(user=cast.omar).delete()
    assert handling.take_over(conversation.pk, operator=cast.olga).conversation.operator == cast.olga
