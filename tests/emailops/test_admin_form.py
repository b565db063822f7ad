"""Adding a mail server in the administration."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from emailops.models import MailServer
from tests.cast import PASSWORD, Cast

FORM = {
    "host": "mail.example.com",
    "port": 587,
    "security": "starttls",
    "username": "",
    "password": "",
    "from_address": "other@example.com",
    "from_name": "",
    "max_connections": 1,
}


@pytest.fixture
def adder(cast: Cast) -> Client:
    """One who may add mail servers and change none."""
    user = User.objects.create_user("adder@example.com", PASSWORD, is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=("add_mailserver", "view_mailserver")))
    client = Client()
    client.force_login(user)
    return client


def test_adding_a_second_server_to_a_domain_changes_nothing_and_says_what_to_do(
    cast: Cast, adder: Client
) -> None:
    first = MailServer.objects.create(
        domain=cast.acme,
        host="smtp.acme.example",
        username="desk",
        password="s3cret",
        from_address="a@acme.example",
    )
    answer = adder.post("/admin/emailops/mailserver/add/", {**FORM, "domain": str(cast.acme.pk)})
    assert answer.status_code == 200
    assert "Acme has a mail server already. Change that one, or remove it first." in answer.content.decode()
    kept = MailServer.objects.get(domain=cast.acme)
    assert (kept.id, kept.version, kept.username, kept.password) == (first.id, 1, "desk", "s3cret")
    assert kept.from_address == "a@acme.example"
    added = adder.post("/admin/emailops/mailserver/add/", {**FORM, "domain": str(cast.bolt.pk)})
    assert added.status_code == 302
    assert MailServer.objects.get(domain=cast.bolt).from_address == "other@example.com"
