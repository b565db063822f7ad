"""What one console has to do with presence: that its person is there, and who else it was told of. Synchronous."""

import uuid
from collections.abc import Iterable
from typing import Any

from accounts import presence as consoles
from accounts import tickets
from accounts.models import SocketTicket
from accounts.tokens import Scope
from conversations import broadcast
from domains import access, presence
from domains.access import May
from domains.publishing import Pair


class Attendance:
    """One open console. A token that may only read opens a screen, and nobody sits there."""

    def __init__(self, ticket: SocketTicket) -> None:
        self.may_write = tickets.reaches(ticket, Scope.TALK)
        self._user = ticket.user
        self._console = uuid.uuid4()
        # Per domain: the frame that said last who is there.
        self._told: dict[str, str] = {}

    def arrive(self) -> list[Pair]:
        """It opens: what is to be told where the person comes by that."""
        if not self.may_write or not consoles.arrive(self._console, self._user):
            return []
        joined = access.domains_of(self._user, May.TALK).values_list("pk", flat=True)
        return broadcast.presence_pairs(presence.operators_there(joined))

    def stay(self) -> None:
        """It is still open."""
        if self.may_write:
            consoles.stay(self._console, self._user)

    def leave(self) -> None:
        """It closes."""
        if self.may_write:
            consoles.leave(self._console)

    def heard(self, message: dict[str, Any]) -> bool:
        """This is told about a domain. Whether it is new here: an arrival may be found and brought as well."""
        domain_id, frame = str(message["c"]), str(message["frame"])
        known = self._told.get(domain_id) == frame
        self._told[domain_id] = frame
        return not known

    def forget(self, domain_id: str) -> None:
        """The desk was left."""
        self._told.pop(domain_id, None)

    def news(self, desks: Iterable[str]) -> list[dict[str, Any]]:
        """Who is there now, for the desks where that is not what was told last."""
        there = presence.operators_there(desks)
        messages = [broadcast.presence_message(domain_id, people) for domain_id, people in there.items()]
        return [message for message in messages if self._told.get(message["c"]) != message["frame"]]
