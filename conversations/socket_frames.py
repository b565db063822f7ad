"""Reading what a socket's other side sends: limits, JSON, and what is answered instead of a crash. Pure."""

import json
import time
from collections import deque
from typing import Any

FRAME_BYTES = 32 * 1024
DEPTH = 8


class BadFrame(Exception):
    """A frame that cannot be acted on. `code` is the contract's word; `id` the client's, when it could be read."""

    def __init__(self, code: str, message: str, client_id: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.client_id = client_id


def decode(text: str | None) -> dict[str, Any]:
    """One JSON object, at most 32 KiB and 8 deep. Raises BadFrame."""
    if text is None:
        raise BadFrame("bad_frame", "Send text frames with JSON; binary frames are not read.")
    if len(text) > FRAME_BYTES or len(text.encode("utf-8", "replace")) > FRAME_BYTES:
        raise BadFrame("too_long", "A frame may have at most 32 KiB.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("bad_json", "This is not JSON.") from None
    if not isinstance(value, dict):
        raise BadFrame("bad_frame", "A frame is a JSON object.")
    if _deeper_than(value, DEPTH):
        raise BadFrame("bad_frame", "A frame may be nested at most 8 deep.")
    if "\\ud" in text.lower():
        # Half of a surrogate pair, as of an emoji cut in two, can be neither stored nor sent on.
        whole: dict[str, Any] = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        return whole
    return value


def text_of(frame: dict[str, Any], field: str) -> str:
    """A field that is text. Raises BadFrame."""
    value = frame.get(field)
    if not isinstance(value, str):
        raise BadFrame("bad_frame", f"`{field}` is missing.")
    return value


def _deeper_than(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        return depth == 0 or any(_deeper_than(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return depth == 0 or any(_deeper_than(item, depth - 1) for item in value)
    return False


class Allowance:
    """At most so many in so many seconds."""

    def __init__(self, count: int, within_s: float) -> None:
        self._times: deque[float] = deque(maxlen=count)
        self._within_s = within_s

    def take(self) -> int:
        """Use one. 0 when it was allowed, else the milliseconds until the next one is."""
        now = time.monotonic()
        if len(self._times) == self._times.maxlen and now - self._times[0] < self._within_s:
            return max(1, int((self._within_s - (now - self._times[0])) * 1000))
        self._times.append(now)
        return 0
