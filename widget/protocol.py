"""What a visitor's browser may say on the socket: the fields of one frame in, one frozen value or a refusal out. Pure.

Size and depth were checked where the frame was decoded (conversations/sockets.py). Unknown fields are ignored, so
that an older server understands a newer widget; known fields have strict types.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from conversations.limits import REASON_CHARACTERS, VISITOR_CHARACTERS

MAX_LABEL, MAX_URL, MAX_NUMBER = 200, 2_000, 2**31 - 1

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# PostgreSQL stores no NUL; of the others only tab and line break belong into a message.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Refused:
    """Why a frame was not taken, in the contract's word; `id` lets the sender find what it was about."""

    code: str
    id: str | None = None


@dataclass(frozen=True)
class Place:
    """The page on which the widget stands."""

    url: str = ""
    title: str = ""
    referrer: str = ""


@dataclass(frozen=True)
class Auth:
    """The first frame: begin, or resume after number `after` of conversation `conversation`."""

    key: str
    token: str | None
    after: int
    conversation: UUID | None
    place: Place
    locale: str
    timezone: str


@dataclass(frozen=True)
class Say:
    """A message."""

    id: str
    text: str


@dataclass(frozen=True)
class Bell:
    """The wish for a person."""

    id: str
    reason: str


@dataclass(frozen=True)
class Identify:
    """Facts about the visitor. Without a signature they are labels, never a login."""

    id: str
    name: str
    email: str
    phone: str
    user_id: str
    signature: str


@dataclass(frozen=True)
class Page:
    """The visitor went to another page."""

    url: str
    title: str


@dataclass(frozen=True)
class Typing:
    """The visitor is writing, or has stopped."""

    on: bool


@dataclass(frozen=True)
class Read:
    """The visitor has seen everything up to this number."""

    n: int


@dataclass(frozen=True)
class Rate:
    """How it was, from 1 to 5."""

    id: str
    score: int
    comment: str


@dataclass(frozen=True)
class New:
    """Begin another conversation."""

    id: str


@dataclass(frozen=True)
class End:
    """The visitor ends the conversation."""

    id: str


@dataclass(frozen=True)
class Get:
    """Send again what came after this number."""

    after: int


@dataclass(frozen=True)
class Heartbeat:
    """The browser is still there."""


Frame = Auth | Say | Bell | Identify | Page | Typing | Read | Rate | New | End | Get | Heartbeat


class _Bad(Exception):
    """A field is missing or of the wrong kind; the contract's word for it, where it is not `bad_frame`."""


def understand(fields: dict[str, object]) -> Frame | Refused:
    """The value of a frame whose fields are known, or the reason why it is none."""
    kind = fields.get("t")
    sent_id = fields.get("id")
    about = sent_id if isinstance(sent_id, str) and _UUID.fullmatch(sent_id) else None
    if not isinstance(kind, str):
        return Refused("bad_frame", about)
    reader = _READERS.get(kind)
    if reader is None:
        return Refused("unknown_type", about)
    try:
        return reader(fields)
    except _Bad as bad:
        return Refused(str(bad) or "bad_frame", about)


def _text(fields: dict[str, object], name: str) -> str:
    """A string, possibly empty, of several lines; absent and null are empty."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or _SURROGATES.search(value):
        raise _Bad
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _label(fields: dict[str, object], name: str, limit: int = MAX_LABEL) -> str:
    """A string of one line, cut where it is too long: it describes, it is not somebody's words."""
    return " ".join(_text(fields, name).split())[:limit].rstrip()


def _id(fields: dict[str, object]) -> str:
    value = fields.get("id")
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise _Bad
    return value


def _number(fields: dict[str, object], name: str, *, lowest: int = 0, highest: int = MAX_NUMBER) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise _Bad
    return value


def _url(fields: dict[str, object], name: str) -> str:
    """An address of the web; every other scheme could run when somebody of the team clicks on it."""
    value = _label(fields, name, MAX_URL)
    return value if value.lower().startswith(("http://", "https://")) else ""


def _email(fields: dict[str, object]) -> str:
    value = _label(fields, "email", 255)
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise _Bad from None
    return value


def _auth(fields: dict[str, object]) -> Auth:
    key, token, page = fields.get("key"), fields.get("token"), fields.get("page")
    if not isinstance(key, str) or not 0 < len(key) <= 40 or _SURROGATES.search(key) or "\x00" in key:
        raise _Bad
    if not (token is None or (isinstance(token, str) and len(token) <= 512)):
        raise _Bad
    if not (page is None or isinstance(page, dict)):
        raise _Bad
    conversation = fields.get("c")
    if conversation is not None and not (isinstance(conversation, str) and _UUID.fullmatch(conversation)):
        raise _Bad
    page = page or {}
    return Auth(
        key=key,
        token=token or None,
        after=0 if fields.get("after") is None else _number(fields, "after"),
        conversation=UUID(conversation) if conversation else None,
        place=Place(url=_url(page, "url"), title=_label(page, "title", 300), referrer=_url(page, "referrer")),
        locale=_label(fields, "locale", 35),
        timezone=_label(fields, "timezone", 64),
    )


def _say(fields: dict[str, object]) -> Say:
    said = Say(id=_id(fields), text=_text(fields, "text"))
    attachments = fields.get("attachments")
    if not (attachments is None or isinstance(attachments, list)):
        raise _Bad
    if attachments:
        raise _Bad("file_rejected")
    if not said.text:
        raise _Bad
    # Characters as a person counts them: an emoji is one, however many bytes or UTF-16 units it has.
    if len(said.text) > VISITOR_CHARACTERS:
        raise _Bad("too_long")
    return said


def _bell(fields: dict[str, object]) -> Bell:
    rung = Bell(id=_id(fields), reason=_text(fields, "reason"))
    if len(rung.reason) > REASON_CHARACTERS:
        raise _Bad("too_long")
    return rung


def _identify(fields: dict[str, object]) -> Identify:
    return Identify(
        id=_id(fields),
        name=_label(fields, "name", 120),
        email=_email(fields),
        phone=_label(fields, "phone", 40),
        user_id=_label(fields, "user_id", 120),
        signature=_label(fields, "signature", 128),
    )


def _page(fields: dict[str, object]) -> Page:
    if not isinstance(fields.get("url"), str):
        raise _Bad
    return Page(url=_url(fields, "url"), title=_label(fields, "title", 300))


def _typing(fields: dict[str, object]) -> Typing:
    on = fields.get("on")
    if not isinstance(on, bool):
        raise _Bad
    return Typing(on)


def _rate(fields: dict[str, object]) -> Rate:
    rated = Rate(
        id=_id(fields), score=_number(fields, "score", lowest=1, highest=5), comment=_text(fields, "comment")
    )
    if len(rated.comment) > REASON_CHARACTERS:
        raise _Bad("too_long")
    return rated


_READERS: dict[str, Callable[[dict[str, object]], Frame]] = {
    "auth": _auth,
    "say": _say,
    "bell": _bell,
    "identify": _identify,
    "page": _page,
    "typing": _typing,
    "read": lambda fields: Read(_number(fields, "n")),
    "rate": _rate,
    "new": lambda fields: New(_id(fields)),
    "end": lambda fields: End(_id(fields)),
    "get": lambda fields: Get(_number(fields, "after")),
    "hb": lambda _: Heartbeat(),
}
