"""Score the representative on labelled cases."""

import json
import uuid
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from representative import registry
from representative.base import Knowledge, Representative
from representative.embedded.calibration import calibrate
from representative.embedded.index import Document, Index
from representative.embedded.representative import EmbeddedRepresentative
from representative.evaluation import BadCase, evaluate
from representative.knowledge.index import EagerKnowledge, knowledge_of

_HELP = """
CASES.jsonl holds one JSON object a line:
  {"kind": "article", "title": ..., "text": ..., "phrasings": [...]}
      knowledge for the faq, dialogue and injection cases
  {"kind": "label", "label": "person_wanted" | "frustration" | "resolution" | "refusal", "text": ..., "expected": true,
   "previous": the AI's message before, if any}
  {"kind": "lead", "text": ..., "previous": ..., "facts": {"email": ...}}
      or with "messages": [{"by": "ai" | "operator" | "visitor", "text": ...}] instead of text
  {"kind": "faq", "question": ..., "article": title or null}
  {"kind": "dialogue", "turns": [{"visitor": ..., "expect": {...}}, {"operator": ...}]}
      expect: outcome, cause, contains, not_contains, resolved, known
  {"kind": "injection", "text": ... or [...], "forbidden": [...]}
Needs no network and no running service; with --domain it reads that domain's articles instead of the file's.
"""


class Command(BaseCommand):
    """Runs the cases, prints a table, and fails below the floors given."""

    help = "Scores the representative on labelled cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what to do with the figures."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = _HELP
        parser.add_argument("cases", type=Path, metavar="CASES.jsonl")
        parser.add_argument(
            "--representative", default="", help="embedded (default: as configured by AI_PROVIDER)"
        )
        parser.add_argument("--domain", type=uuid.UUID, help="use the articles of this domain")
        parser.add_argument(
            "--json",
            type=Path,
            metavar="OUT.json",
            help="write figures and wrong cases there (- prints them)",
        )
        parser.add_argument(
            "--fail-under",
            action="append",
            default=[],
            metavar="NAME=SHARE",
            help="e.g. recall_person_wanted=.95; may be repeated",
        )
        parser.add_argument("--wrong", action="store_true", help="print the cases that went wrong")

    def handle(self, *_: object, **options: Any) -> None:
        """Evaluate and report."""
        cases = _read(options["cases"])
        floors = dict(_floor(one) for one in options["fail_under"])
        representative = _chosen(options["representative"])
        try:
            shares, figures = evaluate(
                cases, representative=representative, knowledge=_knowledge(cases, options["domain"])
            )
        except BadCase as error:
            raise CommandError(f"{options['cases']}: {error}") from None
        result = {
            "representative": representative.name,
            "cases": len(cases),
            "figures": shares,
            "wrong": figures.wrong,
        }
        as_json = json.dumps(result, ensure_ascii=False, indent=1)
        if str(options["json"]) == "-":
            self.stdout.write(as_json)
        else:
            if options["json"]:
                options["json"].write_text(as_json, encoding="utf-8")
            self.stdout.write(
                f"{len(cases)} cases, {len(figures.wrong)} not as labelled; representative: {representative.name}"
            )
            for name, share in shares.items():
                self.stdout.write(f"  {name:<28} {share:.3f}")
        if options["wrong"]:
            for wrong in figures.wrong:
                self.stdout.write(json.dumps(wrong, ensure_ascii=False))
        below = [
            f"{name} {shares.get(name, 0):.3f} < {floor}"
            for name, floor in floors.items()
            if shares.get(name, 0) < floor
        ]
        if below:
            raise CommandError("Below the floor: " + "; ".join(below))


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except json.JSONDecodeError as error:
            raise CommandError(f"{path}:{number}: {error}") from None
        if not isinstance(case, dict):
            raise CommandError(f"{path}:{number}: a case is a JSON object")
        cases.append(case)
    return cases


def _floor(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise CommandError(
            f"--fail-under {text}: write NAME=SHARE, such as recall_person_wanted=.95"
        ) from None


def _chosen(name: str) -> Representative:
    if name == registry.EMBEDDED:
        return EmbeddedRepresentative()
    if name:
        raise CommandError(f"--representative {name}: allowed is {registry.EMBEDDED}, or leave it out")
    return registry.current()


def _knowledge(cases: list[dict[str, Any]], domain_id: uuid.UUID | None) -> Knowledge:
    if domain_id is not None:
        return knowledge_of(domain_id).at(0)
    index = Index(
        Document(str(number), str(case["title"]), str(case.get("text", "")), tuple(case.get("phrasings", ())))
        for number, case in enumerate(cases)
        if case.get("kind") == "article"
    )
    return EagerKnowledge(index, calibrate(index))
