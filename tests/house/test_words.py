"""One word for one thing (docs/house.md, glossary), in the names that the code gives."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import Source, product

# The word that is not used, and the one that is.
BANNED = {
    "agent": "operator (a person) or representative (the AI)",
    "rep": "representative",
    "customer": "visitor",
    "assistant": "representative",
    "bot": "representative",
    "chat": "conversation",
    "chatroom": "conversation",
    "assignee": "handler",
    "handoff": "take_over or hand_back",
    "handover": "take_over or hand_back",
    "campaign": "bulk_send",
    "inbox": "domain or desk",
    "workspace": "domain",
    "collaborator": "member",
    "website": "domain",
    "tenant": "domain",
}
# Names that others have given, or that contract.md has fixed for the world outside.
ALLOWED = {
    "user_agent": "the HTTP header's name",
    "user_agents": "the HTTP header's name",
    "handoff": "the list filter's public name; it does not say in which direction",
    "AGENT_ACTIVE": "a value of that filter",
    "SUPPORT_AGENT": "a public value of operator_label",
    "support_agent": "a public value of operator_label",
    "with_handoff": "that filter",
    "_REFUSES_THE_BOT": "what visitors call it, in a pattern of their words",
    "HANDOFFS": "that filter's values",
    "workspace": "the name of a screen's frame",
    "Workspace": "the name of a screen's frame",
    "workspace_of": "the name of a screen's frame",
}


def names_given(source: Source) -> Iterator[tuple[str, int]]:
    """Every name that this file gives: to functions, classes, arguments, variables and fields."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def words(name: str) -> list[str]:
    """`AgentList` and `agent_list` are both agent, list."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def banned(word: str) -> str | None:
    """The glossary's word for this one, also for its plural; None where the word is fine."""
    return BANNED.get(word) or BANNED.get(word.removesuffix("s"))


def test_names_use_the_glossary():
    wrong = [
        f"{source.path}:{line} {name}: say {better}"
        for source in product()
        for name, line in names_given(source)
        if name not in ALLOWED
        for word in words(name)
        if (better := banned(word)) is not None
    ]
    assert not wrong


def test_words_are_found_in_every_style_of_name():
    assert words("ChatAgentList") == ["chat", "agent", "list"]
    assert words("MAX_AGENTS") == ["max", "agents"]
