"""The demo's people. Their passwords are made once and kept where the log-in page of a demo finds them."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import User
from domains.models import Domain, Membership, Role


@dataclass(frozen=True)
class Part:
    """Who plays what."""

    name: str
    email: str
    role: Role
    teams: tuple[str, ...]


OWNER = Part("Nora Winter", "nora@northwind.example", Role.OWNER, ())
SALES = Part("Sam Okafor", "sam@northwind.example", Role.OPERATOR, ("Sales",))
SUPPORT = Part("Tess Almeida", "tess@northwind.example", Role.ADMIN, ("Support",))
PARTS = (OWNER, SALES, SUPPORT)


@dataclass(frozen=True)
class LogIn:
    """What a person types to get in, and whether it opens the administration too."""

    role: str
    email: str
    password: str
    admin: bool = False

    @property
    def line(self) -> str:
        """As it is printed; the password is the last word."""
        also = ", for /admin/ too" if self.admin else ""
        return f"Log in as {self.role}{also}: {self.email} {self.password}"


def logins_file() -> Path:
    """Where the log-ins are kept, readable by its owner only."""
    return Path(settings.DATA_DIR) / "demo-logins.json"


def known_logins() -> list[LogIn]:
    """The log-ins that were made here; none where the demo was made from another DATA_DIR."""
    try:
        kept: list[dict[str, Any]] = json.loads(logins_file().read_text("utf-8"))
    except FileNotFoundError:
        return []
    return [LogIn(**one) for one in kept]


def keep(logins: list[LogIn]) -> None:
    """Write the log-ins down."""
    path = logins_file()
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([one.__dict__ for one in logins], file, indent=1)


def hire(domain: Domain) -> tuple[dict[Part, User], list[LogIn]]:
    """Make the people of the domain, the owner first."""
    people: dict[Part, User] = {}
    logins = []
    for part in PARTS:
        password = _password()
        people[part] = User.objects.create_user(
            part.email, password, name=part.name, is_staff=part is OWNER, is_superuser=part is OWNER
        )
        Membership.objects.create(domain=domain, user=people[part], role=part.role, teams=list(part.teams))
        logins.append(LogIn(part.role.label, part.email, password, people[part].is_staff))
    return people, logins


def _password() -> str:
    """Two words that nobody mistypes and four digits: 25 bits, for the log-ins of a demo on one machine."""
    words = (Path(__file__).parent / "words.txt").read_text("utf-8").split()
    return f"{secrets.choice(words)}-{secrets.choice(words)}-{secrets.randbelow(9000) + 1000}"
