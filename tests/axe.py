"""What axe finds on a page, and what breaks the content security policy: the same questions for every browser test."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

# Without `preload`: to read imported style sheets beforehand axe writes inline ones, which our policy forbids.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,
}
THEMES = ("light", "dark")
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
_WATCH = """
addEventListener("securitypolicyviolation", (broken) =>
  console.error("CSP", broken.violatedDirective, broken.blockedURI)
);
"""
# Colours that still change from one theme to the other are neither's.
_SETTLED = """
Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))
"""


def violations(target: Any) -> list[str]:
    """What axe finds on this page or frame: a line for each rule, with its first three places."""
    found = Axe().run(target, options=RULES).response["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


def scrolls_sideways(page: Any) -> list[str]:
    """A line if the page is wider than its window."""
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return ["it scrolls sideways"] if wider else []


def wrong_in_any_look(page: Any) -> list[str]:
    """The same of the page as it stands, in both themes, on a desk and on a phone."""
    found = []
    for size, window in SIZES.items():
        page.set_viewport_size(window)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.evaluate(_SETTLED)
            found += [f"{size}, {theme}: {line}" for line in violations(page) + scrolls_sideways(page)]
    return found


def watch_policy(context: Any) -> list[str]:
    """A list that grows by a line whenever a page of this browser context breaks its policy or a script fails."""
    broken: list[str] = []

    def hear(line: Any) -> None:
        if line.text.startswith("CSP "):
            broken.append(f"{line.page.url}: {line.text}")

    context.add_init_script(_WATCH)
    context.on("console", hear)
    context.on("weberror", lambda fault: broken.append(f"{fault.page.url}: {fault.error}"))
    return broken
