"""How much anybody may say at once (contract §6). Pure."""

import re

from conversations.refusals import Empty, TooLong

VISITOR_CHARACTERS = 4_000
OPERATOR_CHARACTERS = 10_000
REASON_CHARACTERS = 500
PREVIEW_CHARACTERS = 200
NAME_CHARACTERS = 120
_MARKS = re.compile(r"\*\*|__|`|^[^\S\n]*+[-*>]\s", re.MULTILINE)


def checked(text: str, limit: int) -> str:
    """The words as they are stored. Raises Empty, TooLong.

    Without NUL and lone surrogates: PostgreSQL stores neither, and nobody can read them.
    """
    clean = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    if not clean:
        raise Empty
    if len(clean) > limit:
        raise TooLong(limit)
    return clean


def preview(text: str) -> str:
    """The first words on one line, for cards and lists, without the marks of Markdown."""
    return " ".join(_MARKS.sub("", text).split())[:PREVIEW_CHARACTERS]
