"""A shop with the widget on it: a Stack, a customer's site on another origin, and visitors with real browsers."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.stack import Stack
from tests.waiting import until
from tests.widget.backstage import Backstage
from tests.widget.host import Host

KEY = "pk_shop"
GAP_MS = 1500


class Visitor:
    """A browser tab on the customer's site."""

    def __init__(self, page: Page, host: Host) -> None:
        self.page, self.host = page, host
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.text))
        page.on("pageerror", lambda error: self._note(f"error: {error}"))

    def _note(self, words: str) -> None:
        if "Content Security Policy" in words or "TrustedHTML" in words or words.startswith("error:"):
            self.complaints.append(words)

    @property
    def launcher(self) -> Any:
        return self.page.locator("#privas-widget button.l")

    @property
    def chat(self) -> Any:
        return self.page.frame_locator("#privas-widget iframe")

    @property
    def frame(self) -> Any:
        """The frame itself, for scripts to be run in."""
        return until(lambda: next((f for f in self.page.frames if f.url.startswith(self.host.base)), None))

    @property
    def text(self) -> Any:
        return self.chat.get_by_label("Your message")

    def open(self) -> "Visitor":
        self.launcher.click()
        self.chat.locator("body:not([data-mode=off])").wait_for()
        return self

    def say(self, words: str) -> None:
        self.text.fill(words)
        self.text.press("Enter")

    def stored(self, words: str) -> Any:
        """The visitor's bubble once it is stored."""
        bubble = self.chat.locator(".m.visitor[data-state=stored]", has_text=words)
        bubble.first.wait_for()
        return bubble

    def told(self, words: str) -> Any:
        """Somebody else's words, or a banner."""
        found = self.chat.locator(".m:not(.visitor), .line", has_text=words)
        found.first.wait_for()
        return found

    @property
    def own(self) -> list[str]:
        """The visitor's words on screen, in order."""
        return [words.strip() for words in self.chat.locator(".m.visitor .b").all_inner_texts()]

    def events(self, name: str) -> list[Any]:
        """What the host page was told by this name."""
        return [detail for heard, detail in self.page.evaluate("heard.events") if heard == name]


@pytest.fixture(scope="session")
def shop() -> Iterator[Any]:
    """The product's processes without a representative, the customer's site, and a hand behind the scene."""
    stack = Stack("sqlite", web=1, workers=0)
    try:
        stack.start()
        host = Host(stack.url, KEY)
        stack.host = host  # type: ignore[attr-defined]
        stack.stage = stage = Backstage(stack)  # type: ignore[attr-defined]
        stage.do(
            f"Domain.objects.create(widget_key={KEY!r}, name='Acme', allowed_origins=[{host.origin!r}], "
            f"message_gap_ms={GAP_MS})"
        )
        yield stack
        stage.stop()
        host.stop()
    finally:
        stack.stop()


@pytest.fixture
def visit(shop: Any, browser: Any) -> Iterator[Callable[..., Visitor]]:
    """Come to the customer's site as a new person; at the end no policy may have been broken."""
    contexts, visitors = [], []

    def come(path: str = "/", *, options: str = "", context: Any = None, **how: Any) -> Visitor:
        shop.host.options = options
        if context is None:
            context = browser.new_context(
                **{"viewport": {"width": 1280, "height": 860}, "locale": "en-GB", **how}
            )
            contexts.append(context)
        visitor = Visitor(context.new_page(), shop.host)
        visitors.append(visitor)
        visitor.page.goto(shop.host.origin + path)
        visitor.launcher.wait_for(state="attached")
        return visitor

    yield come
    complaints = [words for visitor in visitors for words in visitor.complaints]
    for context in contexts:
        with suppress(Error):
            context.close()
    assert complaints == []
