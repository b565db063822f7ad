"""Reading conversations: one's own, filtered, a page at a time; and their events by number."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.actions import escalation, handling, operators
from conversations.models import Conversation
from tests.api.caller import Caller
from tests.cast import Cast, person, say, vera


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.body["results"]]


def test_the_list_shows_the_card_and_the_newest_first(cast: Cast, vic: Caller):
    first, second = say(vera(cast.acme), "What does it cost?"), say(vera(cast.acme), "Hello")
    listed = vic.get("conversations/")
    assert ids(listed) == [str(second.pk), str(first.pk)]
    card = listed.body["results"][1]
    assert card["last"] == {"text": "What does it cost?", "by": "visitor", "name": "Anonymous"}
    assert (card["badge"], card["status"], card["handler"], card["turns"]) == (
        "ai_active",
        "unresolved",
        "ai",
        1,
    )
    assert card["domain"] == {"id": str(cast.acme.pk), "name": "Acme"}


def test_one_conversation_shows_visitor_score_epoch_and_operator(cast: Cast, omar: Caller):
    talk = say(vera(cast.acme), "Hello")
    handling.take_over(talk.pk, operator=cast.omar)
    one = omar.get(f"conversations/{talk.pk}/").body
    assert (one["handler"], one["operator"], one["badge"]) == (
        "operator",
        {"id": str(cast.omar.pk), "name": "Omar"},
        "human_active",
    )
    assert one["epoch"] > 1
    assert one["head"] >= 2
    assert one["score_reasons"] == []
    assert one["visitor"]["page_url"] == "https://acme.example/pricing"
    assert {"user_agent", "timezone", "referrer", "phone", "company"} <= set(one["visitor"])
    assert one["escalation"] is None
    assert one["control_request"] is None


def test_open_wishes_are_shown_with_the_conversation(cast: Cast, omar: Caller):
    talk = say(vera(cast.acme), "Hello")
    escalation.escalate(talk.pk, operator=cast.omar, reason="a big order")
    one = omar.get(f"conversations/{talk.pk}/").body
    assert (one["escalation"]["state"], one["escalation"]["cause"]) == ("open", "manual")
    assert one["badge"] == "takeover_requested"
    handling.take_over(talk.pk, operator=cast.omar)
    handling.request_control(talk.pk, operator=cast.ona)
    assert omar.get(f"conversations/{talk.pk}/").body["control_request"]["requester"]["name"] == "Ona"


def test_a_stranger_sees_no_conversation_in_any_way(cast: Cast, mallory: Caller):
    talk = say(vera(cast.acme), "canary words")
    assert ids(mallory.get("conversations/")) == []
    assert mallory.get(f"conversations/?domain={cast.acme.pk}").status_code == 404
    assert mallory.get(f"conversations/{talk.pk}/").status_code == 404
    assert mallory.get(f"conversations/{talk.pk}/events/").status_code == 404
    assert ids(mallory.get("conversations/?q=Anon&page_url=pricing&status=unresolved")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"fresh", "asked", "held", "closed", "old"}),
        ("status=unresolved", {"fresh", "old"}),
        ("status=escalated", {"asked", "held"}),
        ("status=resolved", {"closed"}),
        ("handoff=ai_handling", {"fresh", "old"}),
        ("handoff=escalated", {"asked"}),
        ("handoff=agent_active", {"held"}),
        ("badge=takeover_requested", {"asked"}),
        ("badge=awaiting_response", {"old"}),
        ("badge=ai_active", {"fresh"}),
        ("badge=human_active", {"held"}),
        ("badge=resolved", {"closed"}),
        ("handler=operator", {"held"}),
        ("handler=ai&status=unresolved", {"fresh", "old"}),
        ("score_min=60", {"asked"}),
        ("page_url=/pricing", {"fresh", "asked", "held", "closed", "old"}),
        ("page_url=/nowhere", set()),
        ("date=today", {"fresh", "asked", "held", "closed"}),
        ("date=7", {"fresh", "asked", "held", "closed", "old"}),
        ("date=all", {"fresh", "asked", "held", "closed", "old"}),
        ("activity=low", {"fresh", "asked", "held", "closed"}),
        ("activity=medium", set()),
        ("activity=high", {"old"}),
        ("q=vera", {"fresh"}),
        ("q=VERA@shop", {"fresh"}),
        ("q=nobody", set()),
        ("q=vera&score_min=60", set()),
    ],
)
def test_each_filter_finds_exactly_its_conversations(cast: Cast, omar: Caller, query: str, found: set[str]):
    talks = {name: say(vera(cast.acme), name) for name in ("fresh", "asked", "held", "closed", "old")}
    talks["fresh"].visitor.name = "Vera Vogel"
    talks["fresh"].visitor.email = "vera@shop.example"
    talks["fresh"].visitor.save()
    escalation.escalate(talks["asked"].pk, operator=cast.ona, reason="")
    Conversation.objects.filter(pk=talks["asked"].pk).update(score=61)
    handling.take_over(talks["held"].pk, operator=cast.ona)
    omar.post(f"conversations/{talks['closed'].pk}/resolve/")
    longer_ago = timezone.now() - timedelta(days=3)
    Conversation.objects.filter(pk=talks["old"].pk).update(
        turns=11, last_activity_at=longer_ago, awaiting_since=longer_ago
    )
    names = {str(talk.pk): name for name, talk in talks.items()}
    for where in ("", f"&domain={cast.acme.pk}"):
        assert {names[one] for one in ids(omar.get(f"conversations/?{query}{where}"))} == found


@pytest.mark.parametrize(
    "wrong",
    [
        "status=open",
        "handoff=x",
        "badge=nice",
        "handler=robot",
        "score_min=-1",
        "score_min=lots",
        "date=yesterday",
        "activity=wild",
        "domain=7",
        "domain__name=Acme",
        "ordering=visitor__email",
        "visitor__email__startswith=a",
        "_connector=OR",
        "q=%00",
    ],
)
def test_a_wrong_or_unknown_filter_is_a_400_that_names_it(cast: Cast, omar: Caller, wrong: str):
    answer = omar.get(f"conversations/?{wrong}")
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [wrong.partition("=")[0]])


def test_pages_hold_every_conversation_once_also_while_others_arrive(cast: Cast):
    both = person("Both", cast.acme)
    cast.bolt.memberships.create(user=both, role="viewer")
    caller = Caller(both)
    wanted = {str(say(vera(domain), "hi").pk) for domain in (cast.acme, cast.bolt) for _ in range(6)}
    seen, cursor = [], ""
    while True:
        answer = caller.get(f"conversations/?limit=5{cursor}")
        seen += ids(answer)
        if answer.body["next"] is None:
            break
        say(vera(cast.acme), "another one")
        cursor = f"&cursor={answer.body['next']}"
    assert len(seen) == len(set(seen)) == 12
    assert set(seen) == wanted


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(
    cast: Cast, omar: Caller, django_assert_max_num_queries
):
    for _ in range(12):
        handling.take_over(say(vera(cast.acme), "hi").pk, operator=cast.ona)
    with django_assert_max_num_queries(4):
        assert len(ids(omar.get("conversations/"))) == 12


def test_events_come_by_number_without_holes_with_notes(cast: Cast, vic: Caller):
    talk = say(vera(cast.acme), "Hello")
    handling.take_over(talk.pk, operator=cast.omar)
    operators.add_note(talk.pk, operator=cast.ona, client_id="n1", text="secret")
    events = vic.get(f"conversations/{talk.pk}/events/").body["results"]
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert [event["kind"] for event in events][-2:] == ["taken_over", "note"]
    assert events[-1]["data"]["text"] == "secret"
    assert {"t", "c", "n", "kind", "at", "by", "data"} <= set(events[0])
    taken = events[-2]
    assert taken["data"]["line"].startswith("Human takeover by Omar at ")
    after = vic.get(f"conversations/{talk.pk}/events/?after={taken['n']}").body
    assert ([event["kind"] for event in after["results"]], after["next"]) == (["note"], None)


def test_events_are_paged(cast: Cast, omar: Caller):
    talk = say(vera(cast.acme), "Hello")
    for number in range(6):
        operators.add_note(talk.pk, operator=cast.omar, client_id=f"n{number}", text="x")
    seen, cursor = [], ""
    while True:
        body = omar.get(f"conversations/{talk.pk}/events/?limit=3{cursor}").body
        seen += [event["n"] for event in body["results"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert seen == list(range(1, 8))
    for wrong in ("after=-1", "after=x", "after=99999999999999999999", "limit=101", "before=1"):
        assert omar.get(f"conversations/{talk.pk}/events/?{wrong}").status_code == 400, wrong
