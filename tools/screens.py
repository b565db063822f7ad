"""`./run screens [names…]`: pictures of every page and widget state of the seeded demo, into docs/screens/.

Each is taken light and dark, at 1280 and at 390 pixels. What cannot be shown is reported at the end and does not
keep the others from being taken; the names in docs/screens/ are stable, so a change shows as a change.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests import services
from tests.stack import Stack
from tests.widget.backstage import Backstage
from tools import screen_pages, screen_palette, screen_widget

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
SIZES = {"1280": {"width": 1280, "height": 800}, "390": {"width": 390, "height": 844}}
# A longer page is cut here: what matters is above, and pictures stay small.
TALLEST = 1600
TIMEOUT_MS = 10_000


@dataclass
class Studio:
    """The product with the demo in it, a browser, and what went wrong so far."""

    stack: Stack
    stage: Backstage
    browser: Browser
    log_ins: dict[str, str]
    only: set[str]
    darkroom: Page
    troubles: list[str] = field(default_factory=list)
    taken: int = 0
    _sessions: dict[str, Any] = field(default_factory=dict)

    def wants(self, name: str) -> bool:
        """Whether this picture was asked for."""
        return not self.only or any(name.startswith(start) for start in self.only)

    def looks(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every combination of theme and size, with what a browser must know of it."""
        for theme in ("light", "dark"):
            for size, viewport in SIZES.items():
                mobile = size == "390"
                options = {
                    "viewport": viewport,
                    "color_scheme": theme,
                    "is_mobile": mobile,
                    "has_touch": mobile,
                }
                yield f"{theme}-{size}", {**options, "reduced_motion": "reduce", "locale": "en-GB"}

    @contextmanager
    def page(self, who: str | None, **options: Any) -> Iterator[Page]:
        """A page of a new browser window, logged in as this person."""
        context = self.browser.new_context(
            base_url=self.stack.url, storage_state=self._session(who) if who else None, **options
        )
        context.set_default_timeout(TIMEOUT_MS)
        try:
            yield context.new_page()
        finally:
            context.close()

    def _session(self, who: str) -> Any:
        if who not in self._sessions:
            with self.browser.new_context(base_url=self.stack.url) as context:
                page = context.new_page()
                page.goto("/accounts/login/")
                page.fill("[name=login]", who)
                page.fill("[name=password]", self.log_ins[who])
                page.locator("main button").first.click()
                page.wait_for_url(lambda url: "/accounts/login" not in url)
                self._sessions[who] = context.storage_state()
        return self._sessions[who]

    @contextmanager
    def attempt(self, name: str) -> Iterator[None]:
        """Report what goes wrong inside, and go on."""
        try:
            yield
        except (Error, AssertionError, LookupError) as trouble:
            self.troubles.append(f"{name}: {str(trouble).splitlines()[0] if str(trouble) else trouble!r}")

    def shoot(self, page: Page, name: str, *, whole: bool = True) -> None:
        """Take the picture."""
        size = page.viewport_size
        if whole and size is not None:
            # A taller window, not a longer picture: what sticks to the window reaches its end.
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size(
                {"width": size["width"], "height": min(max(height, size["height"]), TALLEST)}
            )
        page.wait_for_timeout(150)
        picture = page.screenshot(animations="disabled", caret="hide")
        if size is not None:
            page.set_viewport_size(size)
        screen_palette.write(self.darkroom, picture, FOLDER / f"{name}.png")
        self.taken += 1


def main(only: list[str]) -> int:
    """Take all pictures, or those whose names begin with one of the words given."""
    if services.chromium() is None:
        print("No Chromium here. apt-get install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    stack = Stack("sqlite", web=1, workers=0)
    try:
        stack.start()
        words = [line.split() for line in stack.manage("seed_demo").splitlines() if "@" in line]
        stage = Backstage(stack)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=services.chromium(), args=services.CHROMIUM_FLAGS
            )
            studio = Studio(
                stack, stage, browser, {line[-2]: line[-1] for line in words}, set(only), browser.new_page()
            )
            screen_pages.take_all(studio)
            screen_widget.take_all(studio)
            browser.close()
        stage.stop()
    finally:
        stack.stop()
    return outcome(studio)


def outcome(studio: Studio) -> int:
    """Say what was taken and what was not; the exit status, 1 when anything is missing."""
    size = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    print(f"{studio.taken} pictures taken; {FOLDER} holds {size / 1e6:.1f} MB")
    for trouble in studio.troubles:
        print(f"not shown: {trouble}")
    return 0 if studio.taken and not studio.troubles else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
