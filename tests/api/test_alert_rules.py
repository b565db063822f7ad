"""Alert rules over REST: who is told of what."""

import pytest

from notifications.models import AlertEvent, AlertRule
from notifications.rules import Told, tell
from tests.api.caller import Caller
from tests.cast import Cast


def test_rules_are_added_changed_and_deleted(cast: Cast, olga: Caller, vic: Caller):
    path = f"domains/{cast.acme.pk}/alert-rules/"
    made = olga.post(path, event="escalation", address="Desk@Acme.Example")
    assert (made.status_code, made.body["address"], made.body["active"]) == (201, "Desk@acme.example", True)
    olga.post(path, event="escalation", role="operator")
    olga.post(path, event="new_conversation", team="Sales")
    assert len(vic.get(path).body["results"]) == 3
    one = f"{path}{made.body['id']}/"
    assert olga.patch(one, active=False).body["active"] is False
    moved = olga.patch(one, address="", role="admin")
    assert (moved.status_code, moved.body["role"], moved.body["address"]) == (200, "admin", "")
    assert olga.delete(one).status_code == 204
    assert olga.get(one).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"event": "escalation"}, "address"),
        ({"event": "escalation", "address": "a@acme.example", "role": "owner"}, "address"),
        ({"event": "escalation", "address": "a@acme.example\nBcc: x@y.example"}, "address"),
        ({"event": "escalation", "address": "nobody"}, "address"),
        ({"event": "escalation", "team": "Sa\nles"}, "team"),
        ({"event": "escalation", "team": "S" * 61}, "team"),
        ({"event": "moonrise", "role": "owner"}, "event"),
        ({"event": "escalation", "role": "king"}, "role"),
        ({"event": "escalation", "role": "owner", "domain": "x"}, "domain"),
        ({"role": "owner"}, "event"),
    ],
)
def test_a_rule_that_means_nothing_certain_is_a_400(cast: Cast, olga: Caller, body: dict, field: str):
    answer = olga.post(f"domains/{cast.acme.pk}/alert-rules/", **body)
    assert answer.status_code == 400
    assert field in answer.body["error"]["fields"]
    assert not AlertRule.objects.exists()


def test_the_same_rule_twice_is_a_409(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/alert-rules/"
    assert olga.post(path, event="escalation", role="owner").status_code == 201
    again = olga.post(path, event="escalation", role="owner")
    assert (again.status_code, again.body["error"]["code"]) == (409, "conflict")


def test_operators_may_not_change_rules_and_strangers_find_none(cast: Cast, omar: Caller, mallory: Caller):
    rule = AlertRule.objects.create(domain=cast.acme, event="escalation", role="owner")
    path = f"domains/{cast.acme.pk}/alert-rules/"
    for call in (
        omar.post(path, event="escalation", role="viewer"),
        omar.patch(f"{path}{rule.pk}/", active=False),
        omar.delete(f"{path}{rule.pk}/"),
    ):
        assert call.status_code == 403
    for where in (path, f"domains/{cast.bolt.pk}/alert-rules/"):
        for call in (mallory.patch(f"{where}{rule.pk}/", active=False), mallory.delete(f"{where}{rule.pk}/")):
            assert call.status_code == 404
    assert mallory.get(path).status_code == 404
    assert AlertRule.objects.get().active


def test_a_domain_has_at_most_fifty_recipients_as_on_the_page(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/alert-rules/"
    tell(cast.acme, Told(team="Sales"), {AlertEvent.ESCALATION})
    for n in range(49):
        assert olga.post(path, event="escalation", address=f"a{n}@acme.example").status_code == 201
    full = olga.post(path, event="escalation", address="one.more@acme.example")
    assert (full.status_code, "address" in full.body["error"]["fields"]) == (400, True)
    assert olga.post(path, event="new_conversation", address="a1@acme.example").status_code == 201
    first = AlertRule.objects.get(address="a0@acme.example")
    # One that moves makes room for itself; one that stays behind for another event does not.
    assert olga.patch(f"{path}{first.pk}/", address="moved@acme.example").status_code == 200
    second = AlertRule.objects.get(address="a1@acme.example", event="escalation")
    assert olga.patch(f"{path}{second.pk}/", address="split@acme.example").status_code == 400
    assert olga.patch(f"{path}{second.pk}/", active=False).status_code == 200
    assert AlertRule.objects.values("address", "team").distinct().count() == 50
    there = f"domains/{cast.bolt.pk}/alert-rules/"
    assert Caller(cast.mallory).post(there, event="escalation", address="a@bolt.example").status_code == 201


def test_one_of_before_the_checks_can_be_switched_off(cast: Cast, olga: Caller):
    old = AlertRule.objects.create(domain=cast.acme, event="escalation", team="Sa\nles")
    assert olga.patch(f"domains/{cast.acme.pk}/alert-rules/{old.pk}/", active=False).status_code == 200
