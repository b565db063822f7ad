"""Which pages may speak for a domain: the twelve disguises, and wildcards that stand for subdomains only."""

from typing import Any

import pytest

from domains import listed_origins, origins
from domains.listed_origins import KEPT_S
from domains.models import Domain
from domains.short_memory import ShortMemory
from widget.history import lists_of_origins

ALLOWED = [
    "https://acme.example",
    "https://*.acme.example",
    "http://localhost:3000",
    "https://Bücher.example/",
]


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.BASE_URL = "https://chat.privas.example"
    settings.ALLOWED_HOSTS = ["*"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://chat.privas.example",
        "https://acme.example",
        "https://www.acme.example",
        "https://a.b.acme.example",
        "http://localhost:3000",
        "https://xn--bcher-kva.example",
    ],
)
def test_a_listed_page_may_speak(origin: str) -> None:
    assert origins.is_plausible(origin)
    assert origins.is_allowed(origin, ALLOWED)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        None,
        "http://acme.example",  # not the scheme
        "https://acme.example:8443",  # not the port
        "https://acme.example.evil",
        "https://evilacme.example",
        "https://acme.example.",  # a trailing dot
        "https://ACME.example",
        "https://acme.example@evil.example",
        "https://user@acme.example",
        "https://93.184.216.34",
        "https://xn--cme-7la.example",  # looks like it
        "https://.acme.example",
        "https://*.acme.example",
        "https://acme.example/",
        "https://acme.example/path",
        "https://acme.example?x",
        "https://bücher.example",
        "http://localhost:3001",
        "http://127.0.0.1:3000",
        "file://",
        "chrome-extension://abcdefgh",
        "https://acme.example, https://evil.example",
        "https://acme.example\x0b",
    ],
)
def test_no_disguise_may(origin: str | None) -> None:
    assert not origins.is_allowed(origin, ALLOWED)


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        ("https://faß.de", "https://xn--fa-hia.de"),
        ("https://FAẞ.de:8443", "https://xn--fa-hia.de:8443"),
        ("https://*.faß.de", "https://*.xn--fa-hia.de"),
        ("https://βόλος.com", "https://xn--nxasmm1c.com"),
        ("https://ΒΌΛΟΣ.com", "https://xn--nxasmq6b.com"),  # the other small sigma than Python's
        ("https://क्\u200dष.com", "https://xn--11b2ezcw70k.com"),
        ("https://BÜCHER。example/", "https://xn--bcher-kva.example"),
        ("https://xn--fa-hia.de", "https://xn--fa-hia.de"),
        ("https://a_b.example", "https://a_b.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_name_means_the_host_that_a_browser_goes_to(entry: str, origin: str) -> None:
    assert origins.clean_origin(entry) == origin


def test_another_partys_host_is_not_allowed_by_a_name_that_only_looks_like_it() -> None:
    assert not origins.is_allowed("https://fass.de", ["https://faß.de"])
    assert origins.is_allowed("https://xn--fa-hia.de", ["https://faß.de"])


@pytest.mark.parametrize("entry", ["https://a\u200db.de", "https://*.ß", "https://a..ß.de", "https://ß.de."])
def test_a_name_that_is_no_host_is_refused_with_what_to_write(entry: str) -> None:
    with pytest.raises(ValueError, match=r"such as https://www\.example\.com"):
        origins.clean_origin(entry)


@pytest.mark.parametrize(
    "entry", ["*", "https://*", "https://*.com", "acme.example", "https://a*.example", None, 7, ""]
)
def test_what_is_no_origin_allows_nothing(entry: object) -> None:
    assert origins.patterns([entry]) == []
    assert not origins.is_allowed("https://acme.example", [entry])


def test_a_wildcard_never_stands_for_the_bare_name() -> None:
    assert not origins.is_allowed("https://acme.example", ["https://*.acme.example"])


def test_the_policy_lists_exactly_our_own_and_the_allowed_pages() -> None:
    assert origins.frame_ancestors(ALLOWED) == [
        "https://chat.privas.example",
        "https://acme.example",
        "https://*.acme.example",
        "http://localhost:3000",
        "https://xn--bcher-kva.example",
    ]


@pytest.mark.django_db
def test_the_lists_of_all_domains_are_read_once_in_five_seconds_and_a_change_holds_then(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    now = 1000.0
    monkeypatch.setattr("domains.short_memory.time.monotonic", lambda: now)
    monkeypatch.setattr(listed_origins, "entries", ShortMemory(KEPT_S))
    Domain.objects.create(name="Acme", allowed_origins=["https://acme.example"])
    Domain.objects.create(name="Bolt", allowed_origins=["https://*.bolt.example"])

    def is_listed(origin: str) -> bool:
        return listed_origins.is_listed(origin, lists_of_origins)

    with django_assert_num_queries(1):
        assert is_listed("https://acme.example")
        assert is_listed("https://www.bolt.example")
        assert not is_listed("https://bolt.example")
        assert not any(is_listed(f"https://evil{number}.example") for number in range(50))
    # As another process changes it.
    Domain.objects.filter(name="Acme").update(allowed_origins=["https://new.example"])
    now += KEPT_S - 0.01
    assert is_listed("https://acme.example")
    now += 0.01
    assert is_listed("https://new.example")
    assert not is_listed("https://acme.example")
