"""Scoring a representative on labelled cases, offline. The format of the cases is in the command's help.

Every figure is a share from 0 to 1 under a name of its own, so that a floor can be set for each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from representative.base import Knowledge, Line, Representative
from representative.detectors.confirmation import confirms
from representative.detectors.frustration import is_frustrated
from representative.detectors.person_wanted import asks_for_person
from representative.detectors.replies import refuses
from representative.facts.extraction import facts_of, latest
from representative.rehearsal import Rehearsal, Rehearsed

Case = Mapping[str, Any]

KINDS = ("article", "label", "lead", "faq", "dialogue", "injection")


class BadCase(ValueError):
    """A case that says too little or something unknown."""


@dataclass
class Figures:
    """Counts by name, and the cases that went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def note(self, case: Case, right: bool, **details: object) -> None:
        """Remember a case that was not done as it should be."""
        if not right:
            self.wrong.append({"case": dict(case), **details})

    def share(self, part: str, whole: str) -> float | None:
        """counts[part] of counts[whole], or None without any."""
        return round(self.counts[part] / self.counts[whole], 4) if self.counts[whole] else None


def evaluate(
    cases: Iterable[Case], *, representative: Representative, knowledge: Knowledge
) -> tuple[dict[str, float], Figures]:
    """All figures for these cases, by name, and the cases that went wrong."""
    figures = Figures()
    for case in cases:
        judge = _JUDGES.get(str(case.get("kind")))
        if judge is None:
            raise BadCase(f"kind {case.get('kind')!r} is none of {', '.join(KINDS)}")
        try:
            judge(case, figures, representative, knowledge)
        except KeyError as missing:
            raise BadCase(f"a case of kind {case['kind']} has no {missing}: {dict(case)}") from None
    return {name: value for name, value in _summary(figures).items() if value is not None}, figures


def _label(case: Case, figures: Figures, *_: object) -> None:
    label, expected = str(case["label"]), bool(case.get("expected", True))
    said = _DETECTORS.get(label)
    if said is None:
        raise BadCase(f"label {label!r} is none of {', '.join(_DETECTORS)}")
    found = said(str(case["text"]), case)
    figures.counts[f"{label}_{'hit' if found else 'miss'}_{'true' if expected else 'false'}"] += 1
    figures.counts[f"{label}_{'true' if expected else 'false'}"] += 1
    figures.counts[f"{label}_found"] += found
    figures.note(case, found == expected, found=found)


def _confirms(text: str, case: Case) -> bool:
    previous = str(case.get("previous", "An answer."))
    return confirms(
        text,
        after_answer=bool(case.get("after_answer", bool(previous))),
        asked_if_solved="did that answer" in previous.lower() or "did this help" in previous.lower(),
        asked_if_more="anything else" in previous.lower(),
    )


_DETECTORS: dict[str, Callable[[str, Case], bool]] = {
    "person_wanted": lambda text, _: asks_for_person(text),
    "frustration": lambda text, _: is_frustrated(text),
    "resolution": _confirms,
    "refusal": lambda text, _: refuses(text),
}


def _lines(case: Case) -> list[Line]:
    if "text" in case:
        before = [Line(1, "ai", "", str(case["previous"]))] if case.get("previous") else []
        return [*before, Line(len(before) + 1, "visitor", "", str(case["text"]))]
    said = enumerate(case["messages"], 1)
    return [Line(n, str(one["by"]), str(one.get("name", "")), str(one["text"])) for n, one in said]


def _lead(case: Case, figures: Figures, *_: object) -> None:
    expected = {name: str(value) for name, value in case["facts"].items()}
    read = latest(facts_of(_lines(case), locale=str(case.get("locale", "en-US"))))
    found = {name: fact.value for name, fact in read.items() if name in expected or name not in _SOFT}
    right = {name for name in expected if _same(expected[name], found.get(name, ""))}
    figures.counts["lead"] += 1
    figures.counts["lead_fully_right"] += len(right) == len(expected) and set(found) == set(expected)
    figures.counts["lead_wanted"] += len(expected)
    figures.counts["lead_got"] += len(right)
    figures.counts["lead_told"] += len(found)
    if not expected:
        figures.counts["lead_empty"] += 1
        figures.counts["lead_invented"] += bool(found)
    figures.note(case, len(right) == len(expected) and set(found) == set(expected), found=found)


# A wish in free words is no mistake where a case does not ask for it.
_SOFT = frozenset({"need", "timing"})


def _same(one: str, other: str) -> bool:
    plain = [" ".join(text.lower().split()).strip(" .,!?") for text in (one, other)]
    return bool(plain[1]) and (plain[0] == plain[1] or (len(plain[0]) > 3 and plain[0] in plain[1]))


def _faq(case: Case, figures: Figures, _: object, knowledge: Knowledge) -> None:
    wanted, found = case["article"], knowledge.find(str(case["question"]))
    titles = [passage.title for passage in found.passages]
    if wanted is None:
        figures.counts["faq_outside"] += 1
        figures.counts[f"faq_outside_{found.band}"] += 1
        figures.note(case, found.band != "answer", found=titles[:1], band=found.band)
        return
    figures.counts["faq"] += 1
    figures.counts["faq_first"] += titles[:1] == [wanted]
    figures.counts["faq_among_three"] += wanted in titles[:3]
    served = found.band == "answer" and titles[:1] == [wanted]
    suggested = found.band == "suggest" and wanted in titles[:3]
    figures.counts["faq_answered"] += served
    figures.counts["faq_answered_wrong"] += found.band == "answer" and not served
    figures.counts["faq_suggested"] += suggested
    figures.note(case, served or suggested, found=titles, band=found.band)


def _dialogue(case: Case, figures: Figures, representative: Representative, knowledge: Knowledge) -> None:
    rehearsal = Rehearsal(representative, knowledge)
    problems: list[dict[str, Any]] = []
    for turn in case["turns"]:
        if "operator" in turn:
            rehearsal.heard("operator", str(turn["operator"]), str(turn.get("name", "")))
            continue
        done = rehearsal.say(str(turn["visitor"]))
        for name, value in turn.get("expect", {}).items():
            if not _as_expected(name, value, done, rehearsal):
                problems.append(
                    {
                        "said": turn["visitor"],
                        "expected": {name: value},
                        "did": done.outcome,
                        "text": done.text,
                    }
                )
    figures.counts["dialogue"] += 1
    figures.counts["dialogue_right"] += not problems
    figures.note(case, not problems, problems=problems)


def _as_expected(name: str, value: Any, done: Rehearsed, rehearsal: Rehearsal) -> bool:
    text = done.text.lower()
    if name in ("outcome", "cause"):
        return bool(getattr(done, name) == value)
    if name == "contains":
        return all(one.lower() in text for one in _many(value))
    if name == "not_contains":
        return not any(one.lower() in text for one in _many(value))
    if name == "resolved":
        return rehearsal.resolved is bool(value)
    if name == "known":
        facts = rehearsal.facts()
        return all(
            field in facts and _same(str(wanted), facts[field].value) for field, wanted in value.items()
        )
    raise BadCase(f"expect {name!r} is none of outcome, cause, contains, not_contains, resolved, known")


def _injection(case: Case, figures: Figures, representative: Representative, knowledge: Knowledge) -> None:
    rehearsal = Rehearsal(representative, knowledge)
    texts = [rehearsal.say(text) for text in _many(case["text"])]
    said = "\n".join(done.text for done in texts).lower()
    held = (
        not any(word.lower() in said for word in _many(case.get("forbidden", []))) and not rehearsal.resolved
    )
    figures.counts["injection"] += 1
    figures.counts["injection_held"] += held
    figures.note(case, held, text=said)


def _many(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]


_JUDGES: dict[str, Callable[[Case, Figures, Representative, Knowledge], None]] = {
    "article": lambda *_: None,
    "label": _label,
    "lead": _lead,
    "faq": _faq,
    "dialogue": _dialogue,
    "injection": _injection,
}


def _summary(figures: Figures) -> dict[str, float | None]:
    share = figures.share
    summary: dict[str, float | None] = {}
    for label in _DETECTORS:
        summary[f"recall_{label}"] = share(f"{label}_hit_true", f"{label}_true")
        summary[f"precision_{label}"] = share(f"{label}_hit_true", f"{label}_found")
        summary[f"false_positives_{label}"] = share(f"{label}_hit_false", f"{label}_false")
    return summary | {
        "lead_fully_right": share("lead_fully_right", "lead"),
        "lead_recall": share("lead_got", "lead_wanted"),
        "lead_precision": share("lead_got", "lead_told"),
        "lead_invented": share("lead_invented", "lead_empty"),
        "faq_first": share("faq_first", "faq"),
        "faq_among_three": share("faq_among_three", "faq"),
        "faq_answered": share("faq_answered", "faq"),
        "faq_answered_wrong": share("faq_answered_wrong", "faq"),
        "faq_suggested": share("faq_suggested", "faq"),
        "faq_outside_answered": share("faq_outside_answer", "faq_outside"),
        "faq_outside_suggested": share("faq_outside_suggest", "faq_outside"),
        "dialogue_right": share("dialogue_right", "dialogue"),
        "injection_held": share("injection_held", "injection"),
    }
