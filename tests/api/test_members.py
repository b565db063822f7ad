"""Members: who is on a domain, and that it never loses its last owner."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from domains.models import Membership, Role
from tests.api.caller import Caller
from tests.cast import Cast, make_cast, person


def membership(user: User) -> str:
    return str(Membership.objects.get(user=user).pk)


def test_an_owner_adds_changes_and_removes_a_member(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/members/"
    made = olga.post(path, email=cast.mallory.email.upper(), role="operator", teams=["Sales", "Sales"])
    assert made.status_code == 201
    assert (made.body["user"]["id"], made.body["teams"]) == (str(cast.mallory.pk), ["Sales"])
    one = f"{path}{made.body['id']}/"
    assert olga.patch(one, role="viewer").body["role"] == "viewer"
    assert olga.get(one).body["teams"] == ["Sales"]
    assert olga.delete(one).status_code == 204
    assert olga.get(one).status_code == 404
    assert Caller(cast.mallory).get(f"domains/{cast.acme.pk}/").status_code == 404


def test_an_address_nobody_signs_in_with_gets_an_account_without_a_password(cast: Cast, olga: Caller):
    made = olga.post(f"domains/{cast.acme.pk}/members/", email="new@acme.example", role="operator")
    assert made.status_code == 201
    assert not User.objects.get(email="new@acme.example").has_usable_password()


def test_adding_a_person_twice_is_refused(cast: Cast, olga: Caller):
    answer = olga.post(f"domains/{cast.acme.pk}/members/", email=cast.omar.email, role="admin")
    assert (answer.status_code, answer.body["error"]["code"]) == (409, "already_member")
    assert Membership.objects.get(user=cast.omar).role == "operator"


def test_an_operator_lists_colleagues_but_changes_nobody(cast: Cast, omar: Caller):
    path = f"domains/{cast.acme.pk}/members/"
    listed = omar.get(path).body["results"]
    assert {one["user"]["name"] for one in listed} == {"Olga", "Omar", "Ona", "Vic"}
    assert omar.post(path, email="x@acme.example", role="viewer").status_code == 403
    assert omar.patch(f"{path}{membership(cast.omar)}/", role="owner").status_code == 403
    assert omar.delete(f"{path}{membership(cast.ona)}/").status_code == 403
    assert Membership.objects.filter(domain=cast.acme).count() == 4


def test_a_stranger_finds_no_members_and_a_member_of_elsewhere_is_not_found_here(
    cast: Cast, olga: Caller, mallory: Caller
):
    path = f"domains/{cast.acme.pk}/members/"
    assert mallory.get(path).status_code == 404
    assert mallory.post(path, email=cast.mallory.email, role="owner").status_code == 404
    foreign = membership(cast.mallory)
    for call in (olga.get, olga.delete):
        assert call(f"{path}{foreign}/").status_code == 404
    assert olga.patch(f"{path}{foreign}/", role="viewer").status_code == 404
    assert Membership.objects.get(user=cast.mallory).role == "owner"


def test_an_admin_neither_makes_nor_unmakes_an_owner(cast: Cast):
    ada = Caller(person("Ada", cast.acme, Role.ADMIN))
    path = f"domains/{cast.acme.pk}/members/"
    assert ada.post(path, email="x@acme.example", role="owner").status_code == 403
    assert ada.patch(f"{path}{membership(cast.omar)}/", role="owner").status_code == 403
    assert ada.patch(f"{path}{membership(cast.olga)}/", role="viewer").status_code == 403
    assert ada.delete(f"{path}{membership(cast.olga)}/").status_code == 403
    assert ada.patch(f"{path}{membership(cast.omar)}/", role="admin").status_code == 200


def test_the_last_owner_stays(cast: Cast, olga: Caller):
    path = f"domains/{cast.acme.pk}/members/{membership(cast.olga)}/"
    for answer in (olga.patch(path, role="admin"), olga.delete(path)):
        assert (answer.status_code, answer.body["error"]["code"]) == (409, "last_owner")
    assert (
        olga.patch(f"domains/{cast.acme.pk}/members/{membership(cast.omar)}/", role="owner").status_code
        == 200
    )
    assert olga.delete(path).status_code == 204


def test_anybody_but_the_last_owner_may_leave(cast: Cast, vic: Caller):
    assert vic.delete(f"domains/{cast.acme.pk}/members/{membership(cast.vic)}/").status_code == 204
    assert vic.get(f"domains/{cast.acme.pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays():
    for _ in range(10):
        cast = make_cast()
        Membership.objects.filter(user=cast.omar).update(role=Role.OWNER)
        start, codes = Barrier(2), []

        def leave(user: User, domain=cast.acme, start=start, codes=codes) -> None:
            path = f"domains/{domain.pk}/members/{membership(user)}/"
            caller = Caller(user)
            start.wait(10)
            codes.append(caller.delete(path).status_code)
            connection.close()

        threads = [Thread(target=leave, args=(user,)) for user in (cast.olga, cast.omar)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(codes) == [204, 409]
        assert Membership.objects.filter(domain=cast.acme, role=Role.OWNER).count() == 1
