"""What operators do over REST: each command does it, refuses the stranger, refuses the wrong moment."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from conversations.models import Conversation, Event, Message
from domains.models import Domain
from tests.api.caller import Caller
from tests.cast import Cast, say, vera

COMMANDS = (
    "messages",
    "notes",
    "take-over",
    "hand-back",
    "request-control",
    "pass-control",
    "keep-control",
    "withdraw-control",
    "escalate",
    "resolve",
    "end",
    "reopen",
)


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    return say(vera(cast.acme), "Hello?")


def command(caller: Caller, talk: Conversation, name: str, **body):
    return caller.post(f"conversations/{talk.pk}/{name}/", **body)


def test_the_whole_story_over_rest(cast: Cast, talk: Conversation, omar: Caller, ona: Caller):
    taken = command(omar, talk, "take-over")
    assert taken.status_code == 200
    assert (taken.body["event"]["kind"], taken.body["conversation"]["badge"]) == (
        "taken_over",
        "human_active",
    )

    held = command(ona, talk, "take-over")
    assert (held.status_code, held.body["error"]["code"]) == (409, "held")
    assert held.body["error"]["by"]["name"] == "Omar"
    assert held.body["error"]["message"] == "Omar is currently handling this conversation."
    assert command(ona, talk, "messages", text="me too").body["error"]["code"] == "held"
    assert command(ona, talk, "notes", text="for Omar").status_code == 201

    said = command(omar, talk, "messages", text="Hi, **Omar** here", client_id="m1")
    assert (said.status_code, said.body["event"]["data"]["text"]) == (201, "Hi, **Omar** here")

    assert command(ona, talk, "request-control").body["event"]["kind"] == "control_requested"
    assert command(omar, talk, "keep-control").body["event"]["kind"] == "control_kept"
    assert command(ona, talk, "request-control").status_code == 200
    assert command(ona, talk, "withdraw-control").body["event"]["kind"] == "control_withdrawn"
    assert command(omar, talk, "pass-control").status_code == 409
    assert command(ona, talk, "request-control").status_code == 200
    passed = command(omar, talk, "pass-control")
    assert passed.body["conversation"]["operator"]["name"] == "Ona"

    back = command(ona, talk, "hand-back")
    assert (back.body["event"]["kind"], back.body["conversation"]["handler"]) == ("handed_back", "ai")
    assert (
        command(ona, talk, "escalate", reason="big order").body["conversation"]["badge"]
        == "takeover_requested"
    )
    assert command(ona, talk, "resolve").body["conversation"]["status"] == "resolved"
    assert command(ona, talk, "reopen").body["conversation"]["status"] == "unresolved"
    assert command(ona, talk, "end").body["conversation"]["lifecycle"] == "ended"

    numbers = list(Event.objects.filter(conversation=talk).order_by("n").values_list("n", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_message_on_a_talk_of_the_ai_takes_it_over(cast: Cast, talk: Conversation, omar: Caller):
    said = command(omar, talk, "messages", text="A person here")
    assert said.body["conversation"]["operator"]["name"] == "Omar"


@pytest.mark.parametrize("name", ["messages", "notes"])
def test_a_repeat_with_the_same_client_id_is_harmless(
    cast: Cast, talk: Conversation, omar: Caller, name: str
):
    body = {"text": "Once", "client_id": str(uuid4())}
    first, again = command(omar, talk, name, **body), command(omar, talk, name, **body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.body["dup"], again.body["dup"]) == (False, True)
    assert first.body["event"] == again.body["event"]
    other = command(omar, talk, name, text="Twice", client_id=body["client_id"])
    assert (other.status_code, other.body["error"]["code"]) == (409, "id_conflict")


def test_one_client_id_in_two_domains_is_two_messages(
    cast: Cast, talk: Conversation, omar: Caller, mallory: Caller
):
    theirs = say(vera(cast.bolt), "Hello?")
    assert command(omar, talk, "messages", text="Acme", client_id="same").status_code == 201
    assert command(mallory, theirs, "messages", text="Bolt", client_id="same").status_code == 201


def test_taking_over_twice_is_once(cast: Cast, talk: Conversation, omar: Caller):
    first, again = command(omar, talk, "take-over"), command(omar, talk, "take-over")
    assert (first.body["dup"], again.body["dup"]) == (False, True)
    assert Event.objects.filter(conversation=talk, kind="taken_over").count() == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_strangers_find_nothing_and_viewers_may_not(
    cast: Cast, talk: Conversation, vic: Caller, mallory: Caller, name: str
):
    head = Conversation.objects.get(pk=talk.pk).head
    body = {"text": "x"} if name in ("messages", "notes") else {}
    assert command(mallory, talk, name, **body).status_code == 404
    viewer = command(vic, talk, name, **body)
    assert (viewer.status_code, viewer.body["error"]["code"]) == (403, "forbidden")
    assert command(Caller(), talk, name, **body).status_code == 401
    assert Conversation.objects.get(pk=talk.pk).head == head


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("field", ["author", "domain", "operator", "handler", "visitor_n"])
def test_a_field_that_a_command_does_not_take_is_a_400(
    cast: Cast, talk: Conversation, omar: Caller, name: str, field: str
):
    head = Conversation.objects.get(pk=talk.pk).head
    body = {"text": "x"} if name in ("messages", "notes") else {}
    answer = command(omar, talk, name, **{**body, field: str(cast.bolt.pk)})
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [field])
    assert Conversation.objects.get(pk=talk.pk).head == head


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("hand-back", "forbidden"),
        ("request-control", "forbidden"),
        ("pass-control", "forbidden"),
        ("keep-control", "forbidden"),
        ("withdraw-control", "forbidden"),
        ("reopen", "forbidden"),
    ],
)
def test_a_command_at_the_wrong_moment_is_a_409(
    cast: Cast, talk: Conversation, omar: Caller, name: str, code: str
):
    answer = command(omar, talk, name)
    assert (answer.status_code, answer.body["error"]["code"]) == (409, code)


@pytest.mark.parametrize("name", ["messages", "take-over", "hand-back", "escalate", "resolve", "end"])
def test_a_closed_conversation_takes_no_more_commands(
    cast: Cast, talk: Conversation, omar: Caller, name: str
):
    command(omar, talk, "end")
    answer = command(omar, talk, name, **({"text": "x"} if name == "messages" else {}))
    assert (answer.status_code, answer.body["error"]["code"]) == (409, "ended")


def test_a_writer_who_saw_an_older_epoch_is_told(cast: Cast, talk: Conversation, omar: Caller):
    epoch = command(omar, talk, "take-over").body["conversation"]["epoch"]
    stale = command(omar, talk, "messages", text="late", epoch=epoch - 1)
    assert (stale.status_code, stale.body["error"]["code"]) == (409, "stale")
    assert command(omar, talk, "messages", text="in time", epoch=epoch).status_code == 201


def test_an_operator_who_is_too_quick_is_told_when_to_try_again(cast: Cast, talk: Conversation, omar: Caller):
    Domain.objects.filter(pk=cast.acme.pk).update(operator_message_gap_ms=3000)
    assert command(omar, talk, "messages", text="one", client_id="1").status_code == 201
    early = command(omar, talk, "messages", text="two", client_id="2")
    assert (early.status_code, early.body["error"]["code"]) == (429, "rate_limited")
    assert 0 < early.body["error"]["retry_ms"] <= 3000
    assert 1 <= int(early.headers["Retry-After"]) <= 3
    assert command(omar, talk, "messages", text="one", client_id="1").status_code == 200
    Conversation.objects.filter(pk=talk.pk).update(
        last_operator_message_at=F("last_operator_message_at") - timedelta(seconds=3)
    )
    assert command(omar, talk, "messages", text="two", client_id="2").status_code == 201


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001, None, 7.5, ["x"], "\x00"])
def test_a_message_must_have_words_and_not_too_many(cast: Cast, talk: Conversation, omar: Caller, text):
    answer = command(omar, talk, "messages", text=text)
    if answer.status_code == 201:  # a number is taken as its digits
        assert text == 7.5
        return
    assert answer.status_code == 400
    if isinstance(text, str) and len(text) > 10_000:
        assert answer.body["error"]["code"] == "too_long"  # the word that the sockets use, too
    else:
        assert list(answer.body["error"]["fields"]) == ["text"]
    assert not Message.objects.filter(conversation=talk, author_kind="operator").exists()
    assert command(omar, talk, "messages", text="x" * 10_000).status_code == 201


def test_a_note_never_reaches_the_visitor_and_its_text_is_made_safe(
    cast: Cast, talk: Conversation, ona: Caller
):
    note = command(ona, talk, "notes", text="<script>alert(1)</script>**bold**").body["event"]
    assert "<script" not in note["data"]["html"]
    assert Event.objects.get(conversation=talk, n=note["n"]).visitor_n is None
