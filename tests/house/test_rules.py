"""Rules that were learnt the hard way (docs/house.md), each as a search through the source."""

import ast
from collections.abc import Iterator

from tests.house.source import Source, product

SPEAKS = {"handler", "handling_epoch", "lifecycle"}
# Where rows may be locked: one file of each trade, so that the order of locks can be seen in one place.
LOCKING = {
    "conversations/locking.py",
    "domains/locking.py",
    "emailops/claims.py",
}


def calls(source: Source, name: str) -> Iterator[ast.Call]:
    """Every call of a function or method of this name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = node.func
            given = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if given == name:
                yield node


def written_attributes(source: Source) -> Iterator[tuple[str, int]]:
    """Attributes that are assigned, and fields that an update names."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno
    for call in calls(source, "update"):
        for keyword in call.keywords:
            yield keyword.arg or "", call.lineno


def test_only_transitions_decide_who_speaks():
    wrong = [
        f"{source.path}:{line} writes {name}"
        for source in product()
        if source.path.startswith(
            ("conversations/", "widget/", "representative/", "notifications/", "privas/")
        )
        and source.path != "conversations/transitions.py"
        for name, line in written_attributes(source)
        if name in SPEAKS
    ]
    assert not wrong


def test_rows_are_locked_in_one_place_a_trade():
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in product()
        if source.path not in LOCKING
        for call in calls(source, "select_for_update")
    ]
    assert not wrong


def test_only_publishing_reaches_the_channel_layer():
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in product()
        if source.path != "domains/publishing.py"
        for name in ("group_send", "async_to_sync")
        for call in calls(source, name)
    ]
    assert not wrong


def test_imports_stand_at_the_head_unless_a_reason_is_given():
    wrong = []
    for source in product():
        for function in ast.walk(source.tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    beside = source.lines[node.lineno - 1]
                    above = source.lines[node.lineno - 2].strip()
                    if "# " not in beside and not above.startswith("#"):
                        wrong.append(f"{source.path}:{node.lineno}")
    assert not wrong


def test_nothing_is_scheduled_in_a_workers_memory():
    """A countdown sits in a worker and dies with it; times are rows with `due_at`."""
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in product()
        for name in ("apply_async", "signature", "s")
        for call in calls(source, name)
        if any(keyword.arg in ("countdown", "eta") for keyword in call.keywords)
    ]
    assert not wrong


def test_the_domain_uses_no_django_signals():
    wrong = [
        source.path
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
    ]
    assert not wrong


def test_the_cache_is_never_cleared_whole():
    """It shares its server with the queues, and clearing empties the server."""
    wrong = [
        f"{source.path}:{call.lineno}"
        for source in product()
        for call in calls(source, "clear")
        if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "cache"
    ]
    assert not wrong


def test_lower_apps_never_read_privas_settings_directly():
    wrong = [
        source.path
        for source in product()
        if not source.path.startswith("privas/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("privas")
    ]
    assert not wrong
