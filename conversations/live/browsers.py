"""A browser's own long name for itself, in three words."""

import re

_BROWSERS = (
    ("Edge", r"Edg[A-Z]*/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows NT"),
    ("ChromeOS", "CrOS"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)


def plain_name(user_agent: str) -> str:
    """Such as "Firefox 145 on Linux"; empty when nothing is recognised."""
    browser = next(
        (f"{name} {found[1]}" for name, pattern in _BROWSERS if (found := re.search(pattern, user_agent))), ""
    )
    system = next((name for name, mark in _SYSTEMS if mark in user_agent), "")
    return " on ".join(part for part in (browser, system) if part)
