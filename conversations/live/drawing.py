"""The HTML of frames, drawn where a console asks for it: once a process, however many consoles it serves."""

import json
from functools import lru_cache

from conversations.frames import for_team

# Kinds of frames that have HTML.
DRAWN = ("event", "card")


@lru_cache(maxsize=256)
def drawn(frame: str) -> str:
    """An encoded event or card with its HTML in it, the same for every viewer."""
    told = json.loads(frame)
    html = for_team.card_html(told["card"]) if told["t"] == "card" else for_team.event_html(told)
    return f'{frame[:-1]},"html":{json.dumps(html, ensure_ascii=False)}}}'
