"""The demo's log-ins on the log-in page."""

import json
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def demo_logins() -> list[dict[str, Any]]:
    """Role, e-mail, password of each demo person and whether they are `admin` of the installation.

    As `seed_demo` wrote them down; nothing outside a demo.
    """
    path = Path(settings.DATA_DIR) / "demo-logins.json"
    if not settings.DEMO or not path.exists():
        return []
    people: list[dict[str, Any]] = json.loads(path.read_text())
    return people
