"""`manage.py evaluate_representative`: what a developer sees and what fails a build."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from domains.models import Domain
from tests.representative.knowledge import teach

CASES = Path(__file__).parent / "cases.jsonl"
FLOORS = [
    "recall_person_wanted=.95",
    "precision_person_wanted=.95",
    "recall_frustration=.9",
    "recall_resolution=.9",
    "precision_resolution=.95",
    "lead_fully_right=.9",
    "lead_precision=.95",
    "faq_first=.9",
    "dialogue_right=1",
    "injection_held=1",
]


def run(path, **options):
    out = io.StringIO()
    call_command("evaluate_representative", str(path), stdout=out, **options)
    return out.getvalue()


def written(tmp_path, *cases):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases))
    return path


def test_the_own_cases_keep_their_floors():
    printed = run(CASES, fail_under=FLOORS, wrong=True)
    assert "recall_person_wanted" in printed


def test_figures_come_as_json(tmp_path):
    run(CASES, json=tmp_path / "out.json")
    figures = json.loads((tmp_path / "out.json").read_text())["figures"]
    assert figures["faq_outside_answered"] == 0
    assert figures["lead_invented"] == 0
    assert json.loads(run(CASES, json=Path("-")))["representative"] == "embedded"


def test_below_a_floor_it_fails_and_names_the_figure(tmp_path):
    path = written(
        tmp_path, {"kind": "label", "label": "person_wanted", "text": "blue bikes", "expected": True}
    )
    with pytest.raises(CommandError, match=r"recall_person_wanted 0\.000 < 0\.9"):
        run(path, fail_under=["recall_person_wanted=.9"])


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ({"kind": "riddle"}, "is none of"),
        ({"kind": "label", "label": "joy", "text": "x"}, "joy"),
        ({"kind": "faq", "question": "x"}, "article"),
        ({"kind": "dialogue", "turns": [{"visitor": "hi", "expect": {"mood": 1}}]}, "mood"),
        (["not", "an", "object"], "object"),
    ],
)
def test_a_bad_case_is_named(tmp_path, case, says):
    with pytest.raises(CommandError, match=says):
        run(written(tmp_path, case))


def test_broken_json_and_a_missing_file_are_named(tmp_path):
    (tmp_path / "broken.jsonl").write_text('{"kind":')
    with pytest.raises(CommandError, match=r"broken\.jsonl:1"):
        run(tmp_path / "broken.jsonl")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.jsonl")


@pytest.mark.django_db
def test_a_domains_own_articles_may_be_asked(tmp_path):
    domain = Domain.objects.create(name="Acme")
    teach(domain)
    path = written(
        tmp_path,
        {"kind": "faq", "question": "Are you open on Sunday?", "article": "Opening hours of the shop"},
    )
    assert "faq_first                    1.000" in run(path, domain=domain.pk)
