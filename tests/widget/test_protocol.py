"""What a visitor's browser may say: every frame, every bad field, and anything at all."""

import json
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.socket_frames import BadFrame, decode
from widget.protocol import (
    Auth,
    Bell,
    End,
    Get,
    Heartbeat,
    Identify,
    New,
    Page,
    Place,
    Rate,
    Read,
    Refused,
    Say,
    Typing,
    understand,
)

ID = "7b1f8a52-6d5e-4f0e-9b63-2a8c9f0a1b2c"


@pytest.mark.parametrize(
    ("frame", "meaning"),
    [
        ({"t": "say", "id": ID, "text": " Hello\r\nthere "}, Say(ID, "Hello\nthere")),
        ({"t": "say", "id": ID, "text": "x", "attachments": []}, Say(ID, "x")),
        ({"t": "say", "id": ID, "text": "a\x00b\x07c"}, Say(ID, "abc")),
        ({"t": "bell", "id": ID}, Bell(ID, "")),
        ({"t": "bell", "id": ID, "reason": "A refund"}, Bell(ID, "A refund")),
        (
            {"t": "page", "url": "https://acme.example/a", "title": "A\nb"},
            Page("https://acme.example/a", "A b"),
        ),
        ({"t": "page", "url": "javascript:alert(1)"}, Page("", "")),
        ({"t": "typing", "on": True}, Typing(True)),
        ({"t": "read", "n": 0}, Read(0)),
        ({"t": "rate", "id": ID, "score": 5}, Rate(ID, 5, "")),
        ({"t": "new", "id": ID}, New(ID)),
        ({"t": "end", "id": ID, "surprise": {"of": ["a", "newer", "widget"]}}, End(ID)),
        ({"t": "get", "after": 7}, Get(7)),
        ({"t": "hb"}, Heartbeat()),
        (
            {
                "t": "identify",
                "id": ID,
                "name": "Vera\r\nBcc: x",
                "email": "vera@acme.example",
                "user_id": "42",
            },
            Identify(ID, "Vera Bcc: x", "vera@acme.example", "", "42", ""),
        ),
        (
            {
                "t": "auth",
                "key": "pk_x",
                "token": None,
                "after": 3,
                "c": ID,
                "page": {"url": "https://a.example/"},
            },
            Auth("pk_x", None, 3, uuid.UUID(ID), Place("https://a.example/", "", ""), "", ""),
        ),
        ({"t": "auth", "key": "pk_x"}, Auth("pk_x", None, 0, None, Place(), "", "")),
    ],
)
def test_a_good_frame_becomes_a_value(frame: dict[str, Any], meaning: object) -> None:
    assert understand(frame) == meaning


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({}, "bad_frame"),
        ({"t": 7}, "bad_frame"),
        ({"t": "dance", "id": ID}, "unknown_type"),
        ({"t": "say", "id": ID}, "bad_frame"),
        ({"t": "say", "id": ID, "text": " \n\t "}, "bad_frame"),
        ({"t": "say", "id": ID, "text": 7}, "bad_frame"),
        ({"t": "say", "id": ID, "text": "\ud800"}, "bad_frame"),
        ({"t": "say", "id": "7", "text": "x"}, "bad_frame"),
        ({"t": "say", "id": None, "text": "x"}, "bad_frame"),
        ({"t": "say", "id": ID + "\n", "text": "x"}, "bad_frame"),
        ({"t": "say", "id": ID, "text": "x", "attachments": "file"}, "bad_frame"),
        ({"t": "say", "id": ID, "text": "x", "attachments": ["f_1"]}, "file_rejected"),
        ({"t": "bell", "id": ID, "reason": "x" * 501}, "too_long"),
        ({"t": "typing", "on": 1}, "bad_frame"),
        ({"t": "read", "n": True}, "bad_frame"),
        ({"t": "read", "n": -1}, "bad_frame"),
        ({"t": "read", "n": 1.5}, "bad_frame"),
        ({"t": "get", "after": 2**31}, "bad_frame"),
        ({"t": "rate", "id": ID, "score": 6}, "bad_frame"),
        ({"t": "page"}, "bad_frame"),
        ({"t": "identify", "id": ID, "email": "vera@"}, "bad_frame"),
        ({"t": "auth"}, "bad_frame"),
        ({"t": "auth", "key": ""}, "bad_frame"),
        ({"t": "auth", "key": "pk\x00x"}, "bad_frame"),
        ({"t": "auth", "key": "pk_x", "token": 7}, "bad_frame"),
        ({"t": "auth", "key": "pk_x", "token": "vt_" + "x" * 600}, "bad_frame"),
        ({"t": "auth", "key": "pk_x", "page": "https://a.example"}, "bad_frame"),
        ({"t": "auth", "key": "pk_x", "c": "no-uuid"}, "bad_frame"),
        ({"t": "auth", "key": "pk_x", "after": "3"}, "bad_frame"),
    ],
)
def test_a_bad_frame_is_refused_with_the_contracts_word(frame: dict[str, Any], code: str) -> None:
    refused = understand(frame)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert refused.id == (ID if frame.get("id") == ID else None)


@pytest.mark.parametrize("sign", ["a", "é", "я", "漢", "😀"])
def test_four_thousand_signs_pass_and_one_more_does_not(sign: str) -> None:
    assert understand({"t": "say", "id": ID, "text": sign * 4000}) == Say(ID, sign * 4000)
    assert understand({"t": "say", "id": ID, "text": sign * 4001}) == Refused("too_long", ID)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = [
    "t",
    "id",
    "text",
    "key",
    "token",
    "after",
    "c",
    "page",
    "url",
    "title",
    "on",
    "n",
    "score",
    "email",
    "reason",
]
kinds = ["auth", "say", "bell", "identify", "page", "typing", "read", "rate", "new", "end", "get", "hb"]


@given(st.dictionaries(st.sampled_from(names), anything | st.sampled_from([*kinds, ID])))
@settings(max_examples=600, deadline=None)
def test_no_fields_whatever_make_it_stumble(fields: dict[str, Any]) -> None:
    meaning = understand(fields)
    # A value or a refusal, and every text in it can be stored.
    assert "\x00" not in repr(meaning).encode("utf-8").decode()


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")) | anything.map(json.dumps))
@settings(max_examples=400, deadline=None)
def test_no_text_whatever_makes_it_stumble(raw: str) -> None:
    try:
        fields = decode(raw)
    except BadFrame:
        return
    understand(fields)
