"""Words to safe HTML for the team's screens. The widget builds its own nodes and never sees HTML."""

import nh3
from django.utils.html import escape, linebreaks
from markdown_it import MarkdownIt

from conversations.states import ActorKind

_TAGS = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "blockquote"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(
    ["image", "heading"]
)


def render(text: str, author_kind: str) -> str:
    """Safe HTML: Markdown for the AI and operators, plain lines for a visitor.

    Links lead to http, https, mailto and tel only, and carry no referrer.
    """
    if author_kind == ActorKind.VISITOR:
        return linebreaks(escape(text))
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
