"""Domains: found one, set it up, share it, close it."""

import pytest

from domains.models import Domain, Membership, Role
from tests.api.caller import Caller
from tests.cast import Cast, person


def test_a_domain_is_made_read_changed_and_deleted(cast: Cast, omar: Caller):
    made = omar.post("domains/", name="Corner Shop", allowed_origins=["https://Corner.example:443/"])
    assert (made.status_code, made.body["role"]) == (201, "owner")
    assert made.body["allowed_origins"] == ["https://corner.example"]
    assert made.body["widget_key"].startswith("pk_")
    path = f"domains/{made.body['id']}/"
    changed = omar.patch(path, message_gap_ms=0, operator_label="support_agent", takeover_timeout_s=2)
    assert changed.status_code == 200
    read = omar.get(path).body
    assert (read["message_gap_ms"], read["operator_label"], read["takeover_timeout_s"]) == (
        0,
        "support_agent",
        2,
    )
    assert read["operator_message_gap_ms"] == 3000
    assert omar.delete(path).status_code == 204
    assert omar.get(path).status_code == 404


def test_every_setting_of_the_contract_can_be_read_and_changed(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/"
    changes = {
        "name": "Acme Ltd",
        "allowed_origins": ["https://acme.example", "https://*.acme.example"],
        "takeover_timeout_s": 90,
        "takeover_timeout_text": "Nobody here.",
        "operator_label": "support_agent",
        "message_gap_ms": 10,
        "operator_message_gap_ms": 20,
        "taken_over_text": "A person!",
        "handed_back_text": "The AI again.",
        "human_requested_text": "Wait.",
        "new_conversation_alerts": False,
        "representative_name": "Max",
        "greeting": "",
        "brand_colour": "#00AA11",
        "answer_eagerness": 0.1,
        "control_timeout_s": 60,
    }
    assert olga.patch(path, **changes).status_code == 200
    read = olga.get(path).body
    assert {name: read[name] for name in changes} == changes


def test_a_list_shows_ones_own_domains_with_ones_role(cast: Cast, vic: Caller):
    listed = vic.get("domains/").body
    assert [(one["name"], one["role"]) for one in listed["results"]] == [("Acme", "viewer")]
    assert listed["next"] is None


def test_a_stranger_finds_nothing_and_a_viewer_may_only_read(cast: Cast, vic: Caller, mallory: Caller):
    path = f"domains/{cast.acme.pk}/"
    assert mallory.get(path).status_code == 404
    assert mallory.patch(path, name="Mine").status_code == 404
    assert mallory.delete(path).status_code == 404
    assert vic.get(path).status_code == 200
    assert vic.patch(path, name="Mine").status_code == 403
    assert vic.delete(path).status_code == 403
    assert Domain.objects.get(pk=cast.acme.pk).name == "Acme"


def test_an_admin_changes_settings_but_only_an_owner_deletes(cast: Cast):
    admin = Caller(person("Ada", cast.acme, Role.ADMIN))
    assert admin.patch(f"domains/{cast.acme.pk}/", greeting="Hi").status_code == 200
    assert admin.delete(f"domains/{cast.acme.pk}/").status_code == 403


@pytest.mark.parametrize(
    "field", ["id", "widget_key", "created_at", "role", "owner", "memberships", "domain"]
)
def test_a_protected_or_unknown_field_is_a_400_that_names_it(cast: Cast, olga: Caller, field: str):
    answer = olga.patch(f"domains/{cast.acme.pk}/", **{"name": "Changed", field: "x"})
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [field])
    assert Domain.objects.get(pk=cast.acme.pk).name == "Acme"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("allowed_origins", ["javascript:alert(1)"]),
        ("allowed_origins", ["https://acme.example/path"]),
        ("allowed_origins", ["https://u@acme.example"]),
        ("allowed_origins", ["*"]),
        ("allowed_origins", ["https://*"]),
        ("allowed_origins", ["https://*.example"]),
        ("allowed_origins", "https://acme.example"),
        ("allowed_origins", ["https://acme.example:99999"]),
        ("allowed_origins", ["https://a b.example"]),
        ("takeover_timeout_s", 0),
        ("takeover_timeout_s", 10**30),
        ("message_gap_ms", -1),
        ("message_gap_ms", "soon"),
        ("brand_colour", "red"),
        ("operator_label", "robot"),
        ("answer_eagerness", 1),
    ],
)
def test_a_wrong_setting_is_a_400_that_names_it(cast: Cast, olga: Caller, field: str, value):
    answer = olga.patch(f"domains/{cast.acme.pk}/", **{field: value})
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [field])


def test_a_change_leaves_what_others_changed_meanwhile(cast: Cast, olga: Caller, monkeypatch):
    Domain.objects.filter(pk=cast.acme.pk).update(greeting="from a colleague")
    assert olga.patch(f"domains/{cast.acme.pk}/", name="Acme 2").body["greeting"] == "from a colleague"


def test_lists_are_paged_by_cursor_and_by_nothing_else(cast: Cast, omar: Caller):
    for number in range(7):
        omar.post("domains/", name=f"Shop {number % 3}")
    seen, cursor = [], ""
    for _ in range(10):
        body = omar.get(f"domains/?limit=3{cursor}").body
        seen += [one["id"] for one in body["results"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert len(seen) == len(set(seen)) == 8
    for wrong in (
        "page=2",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=abc",
        "ordering=name",
        "limit=1&limit=2",
    ):
        answer = omar.get(f"domains/?{wrong}")
        assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [wrong.partition("=")[0]])


def test_a_cursor_of_another_list_or_a_changed_one_is_refused(cast: Cast, olga: Caller, omar: Caller):
    omar.post("domains/", name="Second")
    cursor = omar.get("domains/?limit=1").body["next"]
    assert olga.get(f"domains/{cast.acme.pk}/members/?cursor={cursor}").status_code == 400
    assert omar.get(f"domains/?cursor={cursor[:-1]}").status_code == 400


def test_deleting_a_domain_leaves_no_row_of_it(cast: Cast, olga: Caller):
    assert olga.delete(f"domains/{cast.acme.pk}/").status_code == 204
    assert not Membership.objects.filter(domain=cast.acme.pk).exists()
    assert not Domain.objects.filter(pk=cast.acme.pk).exists()
