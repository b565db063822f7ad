"""The console's socket: cards of whole desks, and open threads, as they change."""

import logging
import uuid
from typing import Any

from django.db import DatabaseError

from accounts import tickets
from accounts.models import SocketTicket, User
from conversations import broadcast, queries
from conversations.live import reading
from conversations.live.attendance import Attendance
from conversations.live.drawing import DRAWN, drawn
from conversations.live.opened import Cards, Thread
from conversations.models import Conversation
from conversations.socket_frames import BadFrame, text_of
from conversations.sockets import SocketConsumer
from conversations.states import Handler
from domains import access, publishing
from domains.access import Forbidden, May, NotFound
from domains.origins import own_origins

log = logging.getLogger(__name__)

# Topics of a socket, and cards drawn in one go while a desk catches up.
TOPICS, CARDS_AT_ONCE = 100, 25


class ConsoleConsumer(SocketConsumer):
    """One tab of an operator."""

    ticket: SocketTicket
    attendance: Attendance

    def __init__(self) -> None:
        super().__init__()
        self.html = False
        self.threads: dict[str, Thread] = {}
        self.desks: set[str] = set()
        self.cards = Cards()
        self.viewing: str | None = None

    @property
    def user(self) -> User:
        """Who sits there."""
        return self.ticket.user

    async def origin_allowed(self, origin: str | None) -> bool:
        """Our own pages only."""
        return origin in own_origins()

    async def authenticate(self, frame: dict[str, Any]) -> None:
        """A ticket, fetched over a CSRF-protected POST, used once."""
        ticket = await self.db(tickets.redeem, str(frame.get("ticket") or ""))
        if ticket is None:
            await self.error(
                "forbidden", message="The ticket is unknown, used or older than 30 s. Fetch a new one."
            )
            await self.close(4401)
            return
        self.ticket, self.attendance = ticket, Attendance(ticket)
        await self.join(publishing.user_group(ticket.user.pk))
        if not await self._still_good():
            return  # it ended before we could hear of it
        self.ready = True
        await self.send_frame(
            {"t": "ready", "user": {"id": str(self.user.pk), "name": self.user.display_name}}
        )
        await publishing.apublish(await self.db(self.attendance.arrive))

    async def receive_frame(self, frame: dict[str, Any]) -> None:
        """Subscriptions, typing, what is being looked at. Commands go by REST."""
        try:
            await self._receive(frame)
        except NotFound:
            raise BadFrame("not_found", "There is no such conversation.") from None
        except Forbidden as refused:
            raise BadFrame("forbidden", str(refused)) from None

    async def _receive(self, frame: dict[str, Any]) -> None:
        kind = frame.get("t")
        if kind == "subscribe":
            await self._subscribe(frame)
        elif kind == "unsubscribe":
            await self._unsubscribe(frame)
        elif kind == "typing":
            await self._typing(frame)
        elif kind == "viewing":
            await self._viewing(frame)
        elif kind == "get":
            await self._fill(text_of(frame, "conversation"))
        elif kind != "hb":
            raise BadFrame("unknown_type", f"There is no frame {kind!r} on this socket.")

    async def _subscribe(self, frame: dict[str, Any]) -> None:
        topics, after = frame.get("topics"), frame.get("after") or {}
        if not isinstance(topics, list) or not isinstance(after, dict):
            raise BadFrame("bad_frame", "`topics` is a list, `after` an object of id to number.")
        if len(topics) + len(self.threads) + len(self.desks) > TOPICS:
            raise BadFrame("quota", f"At most {TOPICS} topics a socket.")
        self.html = bool(frame.get("html", self.html))
        # A console that slept may ask for what was taken away meanwhile: the others are heard all the same.
        gone = [topic for topic in topics if not await self._open(str(topic), after)]
        if gone:
            await self.error("not_found", topics=gone, message=f"There is no {', '.join(map(str, gone))}.")
        await self._tell_team()
        await self.send_frame({"t": "subscribed", "topics": [topic for topic in topics if topic not in gone]})

    async def _open(self, topic: str, after: dict[str, Any]) -> bool:
        """Whether there is such a topic for this person."""
        name, _, key = topic.partition(":")
        try:
            if name == "desk":
                await self._open_desk(key, after)
            elif name == "conversation":
                await self._open_thread(key, after.get(key, 0))
            else:
                return False
        except (NotFound, Forbidden):
            return False
        return True

    async def _open_desk(self, domain_id: str, after: dict[str, Any]) -> None:
        domain = await self.db(access.domain_for, self.user, domain_id)
        self.desks.add(str(domain.pk))
        await self.join(broadcast.desk_group(domain.pk))
        known = reading.known_heads(after)
        for c, n in known.items():
            self.cards.note(c, n)
        await self._send_cards(await self.db(reading.cards_ahead_of, [domain.pk], known))

    async def _open_thread(self, conversation_id: str, after: Any) -> None:
        conversation = await self.db(queries.conversation_for, self.user, conversation_id)
        key = str(conversation.pk)
        known = after if isinstance(after, int) and after >= 0 else 0
        thread = Thread(str(conversation.domain_id), known, conversation.handling_epoch)
        self.threads[key] = thread
        await self.join(broadcast.thread_group(conversation.pk))
        await self._fill(key)
        await self.send_frame({"t": "synced", "c": key, "head": thread.sent})

    async def _unsubscribe(self, frame: dict[str, Any]) -> None:
        topics = frame.get("topics")
        if not isinstance(topics, list):
            raise BadFrame("bad_frame", "`topics` is a list.")
        for topic in topics:
            name, _, key = str(topic).partition(":")
            if name == "conversation" and self.threads.pop(key, None) is not None:
                if self.viewing == key:
                    self.viewing = None
                await self.part(broadcast.thread_group(key))
            elif name == "desk" and key in self.desks:
                self.desks.discard(key)
                self.attendance.forget(key)
                await self.part(broadcast.desk_group(key))

    async def _typing(self, frame: dict[str, Any]) -> None:
        if not self.attendance.may_write:
            raise BadFrame("forbidden", "This token may only read.")
        conversation = await self._opened(frame, needs=May.TALK)
        who = {"kind": "operator", "id": str(self.user.pk), "name": self.user.display_name}
        on = bool(frame.get("on"))
        group = broadcast.thread_group(conversation.pk)
        pairs = [broadcast.typing_pair(group, conversation.pk, who=who, on=on)]
        if conversation.handler == Handler.OPERATOR and conversation.operator_id == self.user.pk:
            to_visitor = {"kind": "operator", "name": broadcast.name_for_visitors(self.user, conversation)}
            group = broadcast.visitor_group(conversation.visitor_id)
            pairs.append(broadcast.typing_pair(group, conversation.pk, who=to_visitor, on=on))
        await publishing.apublish(pairs)

    async def _viewing(self, frame: dict[str, Any]) -> None:
        self.viewing = str((await self._opened(frame)).pk) if frame.get("conversation") else None
        await self._tell_viewing()

    async def _tell_viewing(self) -> None:
        """Who looks at a thread is told again with every heartbeat, and forgotten by those who hear it no more."""
        if self.viewing is not None:
            who = {"id": str(self.user.pk), "name": self.user.display_name}
            frame = {"t": "viewers", "c": self.viewing, "who": who}
            message = broadcast.layer_message(frame, c=self.viewing)
            await publishing.apublish([(broadcast.thread_group(self.viewing), message)])

    async def _opened(self, frame: dict[str, Any], needs: May = May.READ) -> Conversation:
        key = text_of(frame, "conversation")
        if key not in self.threads:
            raise BadFrame("not_found", "Subscribe to the conversation first.")
        return await self.db(queries.conversation_for, self.user, key, needs)

    # What the layer brings.

    async def frame(self, message: dict[str, Any]) -> None:
        """A frame for everybody with this desk or thread."""
        if not self.ready:
            return
        c, n, kind = message["c"], message["n"], message["t"]
        thread = self.threads.get(c)
        if kind == "event":
            if thread is None or n <= thread.sent:
                return
            if n > thread.sent + 1:
                # Something before it was lost on the way: the rows have it.
                await self._fill(c)
                return
            thread.note(n, message["epoch"])
        elif kind == "card":
            if n < self.cards.get(c, 0):
                return
            self.cards.note(c, n)
        elif kind in ("delta", "draft_end") and (thread is None or message["epoch"] < thread.epoch):
            return
        if kind != "presence" or self.attendance.heard(message):
            await self._forward(message)

    async def close_socket(self, message: dict[str, Any]) -> None:
        """What opened a socket has ended: this one's session or token, or all of the person's."""
        if message["credential"] in (None, self.ticket.credential):
            await self.close(message["code"])

    async def recheck(self, message: dict[str, Any]) -> None:
        """A membership changed: whoever lost a domain is closed; whose session or token ended, too."""
        if not await self._still_good():
            return
        allowed = {str(pk) for pk in await self.db(reading.domain_ids, self.user)}
        if not (self.desks | {thread.domain_id for thread in self.threads.values()}) <= allowed:
            await self.close(4403)

    async def heartbeat(self) -> None:
        """Check what was lost, and who is still a member."""
        await self.recheck({})
        if self.closed:
            return
        heads = await self.db(queries.heads_of, [uuid.UUID(c) for c in self.threads])
        for c, head in heads.items():
            if c in self.threads and head > self.threads[c].sent:
                await self._fill(c)
        desks = [uuid.UUID(desk) for desk in self.desks]
        await self._send_cards(await self.db(reading.cards_changed, desks, self.cards))
        await self._tell_viewing()
        await self.db(self.attendance.stay)
        await self._tell_team()

    def alive(self) -> dict[str, Any]:
        """With the newest numbers of the open threads."""
        return {"t": "hb", "heads": {c: thread.sent for c, thread in self.threads.items()}}

    # Inside.

    async def _tell_team(self) -> None:
        for message in await self.db(self.attendance.news, self.desks) if self.desks else []:
            if self.attendance.heard(message):
                await self._forward(message)

    async def _leave(self) -> None:
        await super()._leave()
        if self.ready:
            try:
                await self.db(self.attendance.leave)
            except DatabaseError as error:
                log.warning("console.not_left", extra={"error": repr(error)})

    async def _still_good(self) -> bool:
        """Whether the session or token behind the socket still lives; without it, the socket closes."""
        lives = await self.db(tickets.lives, self.ticket)
        if not lives:
            await self.close(4401)
        return lives

    async def _fill(self, c: str) -> None:
        thread = self.threads.get(c)
        while thread is not None and not self.closed:
            messages = await self.db(reading.events_after, self.user, c, thread.sent)
            for message in messages:
                if not await self.room() or self.threads.get(c) is not thread:
                    return  # or it was left, or opened anew and is filled from there
                if message["n"] > thread.sent:
                    thread.note(message["n"], message["epoch"])
                    await self._forward(message)
            if len(messages) < reading.PAGE:
                return

    async def _send_cards(self, messages: list[dict[str, Any]]) -> None:
        """A whole desk may have changed: it is drawn beside the loop, and sent as the reader reads."""
        for first in range(0, len(messages), CARDS_AT_ONCE):
            part = messages[first : first + CARDS_AT_ONCE]
            texts = await self.db(self._texts_of, part)
            for message, text in zip(part, texts, strict=True):
                if await self.room() and message["n"] > self.cards.get(message["c"], 0):
                    self.cards.note(message["c"], message["n"])
                    await self.send_text(text)

    async def _forward(self, message: dict[str, Any]) -> None:
        await self.send_text(self._texts_of([message])[0])

    def _texts_of(self, messages: list[dict[str, Any]]) -> list[str]:
        """As they are sent here: with HTML, if the console asked for it."""
        return [
            drawn(told["frame"]) if self.html and told["t"] in DRAWN else told["frame"] for told in messages
        ]
