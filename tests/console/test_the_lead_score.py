"""How the points of a lead score read."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from conversations.frames import for_team
from tests.console.test_templates import CARD

REASONS = [
    {"points": 30, "reason": "Asks for 40 seats", "n": 1},
    {"points": -10, "reason": "Asks for support only", "n": 2},
]


def card() -> str:
    return for_team.card_html({**CARD, "score_reasons": REASONS})


def panel() -> str:
    talk = SimpleNamespace(score=20, score_reasons=REASONS, domain=SimpleNamespace(name="Acme"))
    visitor = {"created_at": timezone.now()}
    return render_to_string("conversations/_visitor.html", {"conversation": talk, "visitor": visitor})


@pytest.mark.parametrize("drawn", [card, panel])
def test_points_that_count_against_a_lead_read_as_minus_points(drawn) -> None:
    words = drawn().replace('<b class="number">', "").replace("</b>", "")
    assert "+30 Asks for 40 seats" in words
    assert "−10 Asks for support only" in words
    assert "+-" not in words
