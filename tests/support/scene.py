"""A domain with its people, laid inside a running Stack."""

import json
from dataclasses import dataclass
from typing import Any

from tests.stack import Stack

ORIGIN = "https://acme.example"
_MARK = "SCENE "
_CODE = """
import json
from accounts import tokens
from tests.cast import make_cast
cast = make_cast(**json.loads({fields!r}))
people = {{}}
for name in ("olga", "omar", "ona"):
    user = getattr(cast, name)
    people[name] = {{"id": str(user.pk), "name": user.name, "email": user.email}}
    people[name]["token"] = tokens.mint(user, name="tests")[1]
told = {{"domain": str(cast.acme.pk), "key": cast.acme.widget_key, "people": people}}
print({mark!r} + json.dumps(told))
"""


@dataclass
class Scene:
    """Where everybody is: the domain Acme, whose pages are at ORIGIN, with Olga, Omar and Ona."""

    domain: str
    key: str
    people: dict[str, dict[str, str]]


def lay(stack: Stack, **domain_fields: Any) -> Scene:
    """The cast of tests/cast.py in this Stack; each member gets an API token."""
    said = stack.python(_CODE.format(fields=json.dumps(domain_fields), mark=_MARK))
    line = next(line for line in said.splitlines() if line.startswith(_MARK))
    return Scene(**json.loads(line.removeprefix(_MARK)))
