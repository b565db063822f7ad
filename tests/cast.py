"""The cast: domain Acme with owner Olga, operators Omar and Ona, viewer Vic and visitor Vera; domain Bolt with Mallory,
who must never see anything of Acme."""

import uuid
from dataclasses import dataclass

from django.test import Client

from accounts.models import User
from conversations.actions import visitors
from conversations.actions.visitors import VisitorSeen
from conversations.models import Conversation, Visitor
from domains.models import Domain, Membership, Role

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    """Everybody of one test."""

    acme: Domain
    olga: User
    omar: User
    ona: User
    vic: User
    bolt: Domain
    mallory: User


def person(
    name: str, domain: Domain | None = None, role: str = Role.OPERATOR, teams: tuple[str, ...] = ()
) -> User:
    """A user, on a domain if one is given."""
    user = User.objects.create_user(f"{name.lower()}@{uuid.uuid4().hex[:8]}.example", PASSWORD, name=name)
    if domain is not None:
        Membership.objects.create(domain=domain, user=user, role=role, teams=list(teams))
    return user


def make_cast(**domain_fields: object) -> Cast:
    """The whole cast; messages may follow one another at once unless the test says otherwise."""
    fields = {"message_gap_ms": 0, "operator_message_gap_ms": 0, **domain_fields}
    acme = Domain.objects.create(name="Acme", allowed_origins=["https://acme.example"], **fields)
    bolt = Domain.objects.create(name="Bolt", allowed_origins=["https://bolt.example"])
    return Cast(
        acme=acme,
        olga=person("Olga", acme, Role.OWNER),
        omar=person("Omar", acme, teams=("Sales",)),
        ona=person("Ona", acme, teams=("Support",)),
        vic=person("Vic", acme, Role.VIEWER),
        bolt=bolt,
        mallory=person("Mallory", bolt, Role.OWNER),
    )


def logged_in(user: User) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(user)
    return client


def vera(domain: Domain, **seen: str) -> VisitorSeen:
    """A new visitor, as a socket would describe her."""
    return VisitorSeen(id=uuid.uuid4(), domain=domain, page_url="https://acme.example/pricing", **seen)


def say(seen: VisitorSeen, text: str) -> Conversation:
    """Vera writes; the conversation she is in."""
    return visitors.post_visitor_message(seen, client_id=str(uuid.uuid4()), text=text).conversation


def crowd(domain: Domain, count: int) -> list[Conversation]:
    """So many open talks of as many visitors, with something said just now, written at once."""
    people = Visitor.objects.bulk_create(Visitor(domain=domain) for _ in range(count))
    return Conversation.objects.bulk_create(
        Conversation(domain=domain, visitor=visitor, head=1, visitor_head=1, turns=1, last_text="Hello")
        for visitor in people
    )
