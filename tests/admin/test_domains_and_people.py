"""Domains, the people on them, and what each of both needs."""

from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from domains import publishing
from domains.models import Domain, Membership
from tests.admin.conftest import Things, errors, membership, path


def members_form(cast, **more: Any) -> dict[str, Any]:
    everybody = list(Membership.objects.filter(domain=cast.acme).order_by("pk"))
    form: dict[str, Any] = {
        "memberships-TOTAL_FORMS": len(everybody),
        "memberships-INITIAL_FORMS": len(everybody),
        "name": "Acme",
        "allowed_origins": "https://acme.example\nhttps://*.acme.example",
        "takeover_timeout_s": 90,
        "control_timeout_s": 30,
        "operator_label": "name",
        "message_gap_ms": 0,
        "operator_message_gap_ms": 0,
        "human_requested_text": "Wait",
        "takeover_timeout_text": "Sorry",
        "taken_over_text": "Hello",
        "handed_back_text": "Back",
        "representative_name": "Ava",
        "greeting": "Hi",
        "answer_eagerness": 0,
        "brand_colour": "#4338ca",
    }
    for number, member in enumerate(everybody):
        form |= {
            f"memberships-{number}-id": str(member.pk),
            f"memberships-{number}-domain": str(cast.acme.pk),
            f"memberships-{number}-user": str(member.user_id),
            f"memberships-{number}-role": member.role,
            f"memberships-{number}-teams": "\n".join(member.teams),
        }
        if str(member.user_id) in more:
            form[f"memberships-{number}-{more[str(member.user_id)]}"] = "on"
    return form


def test_a_domain_is_changed_with_its_members(things: Things, desk: Client):
    cast = things.cast
    where = path("domains.Domain", "change", cast.acme.pk)
    changed = desk.post(where, members_form(cast, **{str(cast.ona.pk): "DELETE"}))
    assert changed.status_code == 302, errors(changed)
    cast.acme.refresh_from_db()
    assert (cast.acme.allowed_origins[1], cast.acme.takeover_timeout_s) == ("https://*.acme.example", 90)
    assert not Membership.objects.filter(domain=cast.acme, user=cast.ona).exists()
    assert membership(cast, cast.omar).teams == ["Sales"]


def test_a_domain_keeps_an_owner(things: Things, desk: Client):
    cast = things.cast
    where = path("domains.Domain", "change", cast.acme.pk)
    refused = desk.post(where, members_form(cast, **{str(cast.olga.pk): "DELETE"}))
    assert refused.status_code == 200
    assert b"A domain needs an owner" in refused.content
    assert membership(cast, cast.olga).role == "owner"


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#fff;}"])
def test_a_colour_that_the_widget_could_not_paint_is_refused(things: Things, desk: Client, colour: str):
    where = path("domains.Domain", "change", things.cast.acme.pk)
    refused = desk.post(where, {**members_form(things.cast), "brand_colour": colour})
    assert "Write a colour as #4338ca" in errors(refused)
    assert Domain.objects.get(pk=things.cast.acme.pk).brand_colour == "#4338ca"


def test_the_last_owner_of_a_domain_is_not_deleted_and_the_page_says_what_to_do(things: Things, desk: Client):
    cast = things.cast
    where, everybody = path("accounts.User", "delete", cast.mallory.pk), path("accounts.User", "changelist")
    chosen = {"action": "delete_selected", "_selected_action": [str(cast.mallory.pk)], "post": "yes"}
    for refused in (desk.post(where, {"post": "yes"}), desk.post(everybody, chosen)):
        assert refused.status_code == 200
        assert "make somebody else an owner" in refused.content.decode()
    assert Membership.objects.filter(domain=cast.bolt, user=cast.mallory, role="owner").exists()
    Membership.objects.create(domain=cast.bolt, user=cast.vic, role="owner")
    both = {**chosen, "_selected_action": [str(cast.mallory.pk), str(cast.vic.pk)]}
    assert desk.post(everybody, both).status_code == 200
    assert desk.post(where, {"post": "yes"}).status_code == 302
    assert list(Membership.objects.filter(domain=cast.bolt).values_list("user__name", flat=True)) == ["Vic"]


@pytest.mark.parametrize("what", ["domains.Domain", "accounts.User"])
def test_what_has_been_used_is_deleted_with_all_that_is_its_own(things: Things, desk: Client, what: str):
    cast = things.cast
    Membership.objects.filter(domain=cast.acme, user=cast.olga).update(role="owner")
    gone = cast.acme if what == "domains.Domain" else cast.vic
    LogEntry.objects.log_actions(cast.vic.pk, Domain.objects.filter(pk=cast.acme.pk), CHANGE, "x")
    where = path(what, "delete", gone.pk)
    assert desk.post(where, {"post": "yes"}).status_code == 302
    assert not type(gone).objects.filter(pk=gone.pk).exists()


def test_who_is_replaced_on_a_domain_is_let_go_at_once(
    things: Things, desk: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
):
    cast = things.cast
    told: list[Any] = []
    monkeypatch.setattr(publishing, "recheck_sockets", told.append)
    form = members_form(cast)
    (row,) = [name for name, value in form.items() if name.endswith("-user") and value == str(cast.ona.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        changed = desk.post(
            path("domains.Domain", "change", cast.acme.pk), {**form, row: str(cast.mallory.pk)}
        )
    assert changed.status_code == 302, errors(changed)
    assert told == [cast.ona.pk]
