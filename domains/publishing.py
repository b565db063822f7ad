"""The one way to reach sockets from anywhere: the only caller of `group_send`.

Each process keeps one event loop in one daemon thread with one connection to the broker. (A task that calls
`async_to_sync(layer.group_send)` instead opens a new connection every time: measured at twelve times the cost.)
What travels is a hint that may be lost; the row is the truth, and whoever sees a number jump reads the rows.
"""

import asyncio
import logging
import threading
import uuid
from collections.abc import Sequence
from typing import Any

from channels.layers import get_channel_layer

from domains.broker import WAIT_S, asked
from domains.layer import PubSubLayer

log = logging.getLogger(__name__)

Pair = tuple[str, dict[str, Any]]
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def use_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Publish on this loop instead of an own one: for the profile in which all runs in one process."""
    global _loop
    _loop = loop


def publish(pairs: Sequence[Pair]) -> bool:
    """Send each message to its group, from any thread but the loop's own.

    Never raises: False when the broker is away, which costs delay only.
    """
    if not pairs:
        return True
    try:
        with asked():
            sending = asyncio.run_coroutine_threadsafe(_send(pairs), _running_loop())
            try:
                sending.result(WAIT_S)
            finally:
                sending.cancel()
    except Exception as error:
        log.warning("publish.failed", extra={"groups": [group for group, _ in pairs], "error": repr(error)})
        return False
    return True


async def apublish(pairs: Sequence[Pair]) -> bool:
    """The same from a consumer, on the loop it runs on."""
    try:
        with asked():
            await asyncio.wait_for(_send(pairs), WAIT_S)
    except Exception as error:
        log.warning("publish.failed", extra={"groups": [group for group, _ in pairs], "error": repr(error)})
        return False
    return True


def user_group(user_id: uuid.UUID | str) -> str:
    """All console sockets of one person."""
    return f"user.{user_id}"


def widgets_group(domain_id: uuid.UUID | str) -> str:
    """All sockets of a domain's visitors."""
    return f"widgets.{domain_id}"


def close_sockets(user_id: uuid.UUID, *, credential: str | None = None) -> None:
    """Close a person's console sockets with 4401: those of one session or API token, or all (a new password)."""
    publish([(user_group(user_id), {"type": "close_socket", "code": 4401, "credential": credential})])


def recheck_sockets(user_id: uuid.UUID) -> None:
    """A membership changed: sockets that show a domain the person lost close with 4403."""
    publish([(user_group(user_id), {"type": "recheck"})])


async def _send(pairs: Sequence[Pair]) -> None:
    layer = get_channel_layer()
    if isinstance(layer, PubSubLayer):
        await layer.group_send_all(pairs)
        return
    for group, message in pairs:
        await layer.group_send(group, message)


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="publishing", daemon=True).start()
        return _loop
