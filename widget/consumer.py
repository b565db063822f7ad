"""The visitor's socket (contract §6): who it is, what they do, and every number of their talk without a hole."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from conversations import broadcast, queries, socket_pool
from conversations.actions import escalation, visitors
from conversations.actions.visitors import VisitorSeen
from conversations.events import Written
from conversations.models import Conversation
from conversations.refusals import Refusal
from conversations.repeats import Begun
from conversations.socket_frames import BadFrame
from conversations.sockets import SocketConsumer
from domains import origins, presence, publishing
from domains.models import Domain
from widget import history, protocol, pulse, sessions, throttles
from widget.protocol import Place, Refused, understand

log = logging.getLogger(__name__)


class WidgetConsumer(SocketConsumer):
    """One tab of a visitor. Its heartbeat runs beside its handlers: what was sent is looked at when something is."""

    domain: Domain
    visitor_id: uuid.UUID

    def __init__(self) -> None:
        super().__init__()
        self.place = Place()
        self.locale = self.timezone = ""
        # The newest conversation; and of each one the newest number sent and the newest epoch seen.
        self.conversation: str | None = None
        self.sent: dict[str, int] = {}
        self.epochs: dict[str, int] = {}
        self.online: bool | None = None
        self.table = throttles.Table()

    async def origin_allowed(self, origin: str | None) -> bool:
        """Our own pages, where the frame lives, and those that some domain lists: which one, `auth` tells."""
        try:
            return origin in origins.own_origins() or await self.db(history.is_listed_anywhere, origin)
        except Exception as error:
            socket_pool.log_failure(log, "widget.origin_not_looked_up", error)
            return False

    async def authenticate(self, frame: dict[str, Any]) -> None:
        """Begin or resume.

        1. The domain by its key, and whether this page may speak for it.
        2. The visitor by the token; without one, a new visitor, who costs no row before the first act.
        3. Join the visitor's group, and only then read: what happens meanwhile waits and is told apart by number.
        4. `ready`, what was missed, `synced`.
        """
        auth = understand(frame)
        if isinstance(auth, Refused) or not isinstance(auth, protocol.Auth):
            raise BadFrame(
                auth.code if isinstance(auth, Refused) else "bad_frame", "The first frame must be `auth`."
            )
        domain = await self.db(history.domain_of, auth.key)
        if domain is None:
            await self._turn_away("not_found", 4403, message="There is no widget with this key.")
            return
        if not origins.is_allowed(self._header(b"origin"), domain.allowed_origins):
            await self._turn_away(
                "forbidden", 4403, message="This page may not show the widget of this domain."
            )
            return
        self.domain, self.place, self.locale, self.timezone = domain, auth.place, auth.locale, auth.timezone
        session = await self._session(domain, auth.token)
        if session is None:
            return
        self.visitor_id = session.visitor_id
        await self.join(broadcast.visitor_group(self.visitor_id))
        await self.join(publishing.widgets_group(domain.pk))
        conversation = await self.db(queries.latest_conversation_of, self.visitor_id)
        ready = history.ready(domain, self.visitor_id, conversation)
        await self.send_frame(ready | ({"token": session.fresh} if session.fresh else {}))
        self.ready = True
        await self._tell_team(await self.db(presence.somebody_is_there, domain.pk))
        if conversation is not None:
            # Numbers of another conversation, or of a store that was since restored, mean nothing here.
            known = auth.after if auth.conversation in (None, conversation.pk) else 0
            self._follow(conversation, known if known <= conversation.visitor_head else 0)
            await self._fill(str(conversation.pk))
            await self.db(visitors.view_page, self._seen())
        await self._synced()
        await self._call_roll("arrived")

    async def receive_frame(self, frame: dict[str, Any]) -> None:
        """One act of the visitor."""
        said = understand(frame)
        if isinstance(said, Refused):
            raise BadFrame(said.code, f"This {str(frame.get('t'))[:20]!r} frame cannot be read.", said.id)
        match said:
            case protocol.Say():
                await self._act(said.id, visitors.post_visitor_message, client_id=said.id, text=said.text)
            case protocol.Bell():
                await self._act(said.id, escalation.ring_bell, client_id=said.id, reason=said.reason)
            case protocol.Identify():
                # Nobody has signed for these facts, so they are labels.
                facts = {"name": said.name, "email": said.email, "phone": said.phone}
                await self._act(said.id, visitors.identify, **facts)
            case protocol.Rate():
                await self._act(
                    said.id, visitors.rate, client_id=said.id, score=said.score, comment=said.comment
                )
            case protocol.End():
                await self._act(said.id, visitors.end_conversation, client_id=said.id)
            case protocol.New():
                await self._act(said.id, visitors.start_conversation, client_id=said.id)
            case protocol.Page():
                self.place = Place(said.url, said.title, self.place.referrer)
                await self.db(visitors.view_page, self._seen())
            case protocol.Typing():
                await self._typing(said.on)
            case protocol.Read():
                await self.db(visitors.mark_read, self._seen(), n=said.n)
            case protocol.Get():
                await self._again(said.after)
            case protocol.Heartbeat():
                pass
            case protocol.Auth():
                raise BadFrame("bad_frame", "This socket is open already.")

    # What the layer brings.

    async def frame(self, message: dict[str, Any]) -> None:
        """Something happened to this visitor, in whatever tab or process."""
        if not self.ready:
            return
        c, n, epoch = message["c"], message["n"], message["epoch"]
        if n is None:
            # The AI's last words before a takeover may arrive after it; nobody shall read them.
            if epoch is None or epoch >= self.epochs.get(c, 0):
                await self.send_text(message["frame"])
            return
        if c != self.conversation:
            # A talk that begins, an older one that is opened again, or late news of one that was left.
            newest = await self.db(queries.latest_conversation_of, self.visitor_id)
            if newest is not None and str(newest.pk) == c:
                self._follow(newest, self.sent.get(c, 0))
            elif c not in self.sent:
                return
        if n == self.sent[c] + 1:
            self._note(c, n, epoch)
            await self.send_text(message["frame"])
        elif n > self.sent[c]:
            await self._fill(c)

    async def close_socket(self, message: dict[str, Any]) -> None:
        """The domain is gone."""
        await self.close(message["code"])

    async def team(self, message: dict[str, Any]) -> None:
        """Somebody of the team came."""
        presence.kept.note(self.domain.pk, message["online"])
        await self._tell_team(message["online"])

    async def arrived(self, message: dict[str, Any]) -> None:
        """Another socket of this visitor has come: whoever is here answers."""
        if self.ready:
            self.table.begin(throttles.Seat(*message["seat"]))
            await self._call_roll("present")

    async def present(self, message: dict[str, Any]) -> None:
        """Another socket of this visitor is here. The oldest goes when there are too many."""
        self.table.note(throttles.Seat(*message["seat"]))
        if self.ready and self.table.is_full:
            await self.close(4409)

    async def heartbeat(self) -> None:
        """Fetch what the layer lost.

        A domain that is gone, or that lists this page no more, closes the socket.
        """
        asked, before = pulse.Asked(self.domain.widget_key, self.visitor_id), self.conversation
        now = await pulse.gathering.ask(asked, lambda together: self.db(pulse.read_pulses, together))
        if now is None:
            return
        if now.domain is None or not origins.is_allowed(self._header(b"origin"), now.domain.allowed_origins):
            await self.close(4403)
            return
        self.domain = now.domain
        # Where a talk began meanwhile, this is news of yesterday.
        if now.newest is not None and self.conversation == before:
            self._follow(now.newest, self.sent.get(str(now.newest.pk), 0))
            if now.newest.visitor_head > self.sent[str(now.newest.pk)]:
                await self._fill(str(now.newest.pk))
        await self._tell_team(now.online)

    def alive(self) -> dict[str, Any]:
        """With the newest number as the visitor counts."""
        return {"t": "hb", "head": self._head()}

    # Inside.

    async def _tell_team(self, online: bool) -> None:
        """Whether somebody of the team is there, where that is not what was told last."""
        if self.ready and online != self.online:
            self.online = online
            await self.send_frame({"t": "presence", "online": online})

    async def _turn_away(self, code: str, close_code: int, **details: Any) -> None:
        await self.error(code, **details)
        await self.close(close_code)

    async def _session(self, domain: Domain, token: str | None) -> sessions.Session | None:
        if token is not None:
            try:
                return sessions.resume(domain.pk, token)
            except sessions.TokenRefused:
                await self._turn_away("forbidden", 4401, message="This token is not valid. Come without one.")
                return None
        client = self.scope.get("client") or [""]
        retry_ms = await self.db(throttles.retry_ms, domain.pk, client[0])
        if retry_ms:
            await self._turn_away("rate_limited", 4429, retry_ms=retry_ms)
            return None
        return sessions.begin(domain.pk)

    async def _act(self, sent_id: str, action: Callable[..., Any], /, **what: Any) -> None:
        """Do it, and say so only when it is committed; or say why not."""
        try:
            done: Written | Begun | None = await self.db(action, self._seen(), **what)
        except Refusal as refused:
            await self.error(refused.code, sent_id, message=str(refused), **refused.details())
            return
        ack: dict[str, Any] = {"t": "ack", "id": sent_id, "c": self.conversation, "n": None, "dup": False}
        if isinstance(done, Written):
            ack |= {"c": str(done.event.conversation_id), "n": done.event.visitor_n, "dup": done.dup}
        elif isinstance(done, Begun):
            ack |= {"c": str(done.conversation.pk), "n": 0, "dup": done.dup}
            if not done.dup:
                self._follow(done.conversation, self.sent.get(ack["c"], 0))
        await self.send_frame(ack)

    async def _typing(self, on: bool) -> None:
        if self.conversation is not None:
            who = {"kind": "visitor", "name": await self.db(history.display_name, self.visitor_id)}
            c = uuid.UUID(self.conversation)
            await publishing.apublish([broadcast.typing_pair(broadcast.thread_group(c), c, who=who, on=on)])

    async def _again(self, after: int) -> None:
        if self.conversation is not None:
            self.sent[self.conversation] = min(after, self.sent[self.conversation])
            await self._fill(self.conversation)
        await self._synced()

    async def _fill(self, c: str) -> None:
        """Send what the rows have beyond the newest number sent, as the reader reads."""
        while not self.closed:
            reached = self.sent[c]
            events = await self.db(history.events_after, c, reached)
            for told in events:
                if not await self.room() or self.sent[c] < reached:
                    return  # or older ones were asked for again: these come after them
                reached = told.n
                # Meanwhile the layer may have brought some of them.
                if told.n > self.sent[c]:
                    self._note(c, told.n, told.epoch)
                    await self.send_text(told.frame)
            if len(events) < history.PAGE:
                return

    async def _synced(self) -> None:
        await self.send_frame({"t": "synced", "head": self._head()})

    async def _call_roll(self, word: str) -> None:
        message = {"type": word, "seat": [self.table.mine.since, self.table.mine.name]}
        await publishing.apublish([(broadcast.visitor_group(self.visitor_id), message)])

    def _follow(self, conversation: Conversation, sent: int) -> None:
        """This is the visitor's conversation now, and so much of it has been sent."""
        self.conversation = str(conversation.pk)
        self.sent[self.conversation] = sent
        self._note(self.conversation, sent, conversation.handling_epoch)

    def _note(self, c: str, n: int, epoch: int) -> None:
        self.sent[c] = n
        self.epochs[c] = max(self.epochs.get(c, 0), epoch)

    def _head(self) -> int:
        return self.sent[self.conversation] if self.conversation else 0

    def _seen(self) -> VisitorSeen:
        return VisitorSeen(
            id=self.visitor_id,
            domain=self.domain,
            page_url=self.place.url,
            page_title=self.place.title,
            referrer=self.place.referrer,
            locale=self.locale,
            timezone=self.timezone,
            user_agent=self._header(b"user-agent") or "",
        )
