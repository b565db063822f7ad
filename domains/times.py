"""How a time is told, everywhere: by 24 hours, today without its date. static/js/times.js tells it by the same rule."""

from datetime import datetime


def told(at: datetime, now: datetime) -> str:
    """15:29 today, 19 Nov, 15:29 on another day, 19 Nov 2025, 15:29 in another year; in the zone of `now`."""
    then = at.astimezone(now.tzinfo)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    return f"{then.day} {then:%b %Y, %H:%M}" if then.year != now.year else f"{then.day} {then:%b, %H:%M}"


def told_in_full(at: datetime) -> str:
    """Friday 20 November 2026, 15:29:10 UTC."""
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M:%S %Z}"
