"""The HTML of frames, drawn where a console asks for it: once a process, however many consoles it serves."""

import json
from functools import lru_cache

from conversations.frames import for_team


@lru_cache(maxsize=256)
def html_of(frame: str) -> str:
    """An encoded event or card as JSON-encoded HTML, the same for every viewer."""
    told = json.loads(frame)
    drawn = for_team.card_html(told["card"]) if told["t"] == "card" else for_team.event_html(told)
    return json.dumps(drawn, ensure_ascii=False)
