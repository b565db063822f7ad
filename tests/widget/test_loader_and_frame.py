"""What a customer's page downloads: the loader of its domain, the sealed frame, and the demo shop."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from domains.models import Domain
from widget.demo import DEMO_KEY

pytestmark = pytest.mark.django_db
JS = Path("widget/js")


def shop(**fields: Any) -> Domain:
    values = {"name": "Acme", "widget_key": "pk_acme", "allowed_origins": ["https://acme.example"], **fields}
    return Domain.objects.create(**values)


def policy_of(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def zipped(body: bytes) -> int:
    return len(gzip.compress(body, 9))


def test_one_request_brings_the_loader_with_the_public_settings_of_its_domain(client: Client) -> None:
    shop(name='A "quoted" </script> \u2028 name', brand_colour="#ffd166")
    answer = client.get("/w/pk_acme.js")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")
    found = re.search(r"\)\((\{.*\})\);\s*$", answer.content.decode())
    assert found is not None
    settings = json.loads(found[1])
    assert settings["key"] == "pk_acme"
    assert settings["base"] == "http://testserver"
    assert (settings["brand"], settings["ink"]) == ("#ffd166", "#000000")
    assert "</script>" in settings["name"]
    assert set(settings) == {"key", "base", "name", "brand", "ink"}


def test_a_loader_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    domain = shop()
    first = client.get("/w/pk_acme.js")
    again = client.get("/w/pk_acme.js", headers={"If-None-Match": f'"x", W/{first["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    domain.brand_colour = "#112233"
    domain.save(update_fields=["brand_colour"])
    assert client.get("/w/pk_acme.js", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_an_unknown_key_says_so_where_a_developer_looks_and_has_no_frame(client: Client) -> None:
    answer = client.get("/w/pk_nobody.js")
    assert answer.status_code == 404
    assert answer.content == b'console.warn("privas: no widget has the key pk_nobody");'
    assert client.get("/w/pk_nobody/frame").status_code == 404


def test_a_page_that_may_not_show_the_widget_gets_no_button_and_its_developer_the_reason(
    client: Client,
) -> None:
    shop(allowed_origins=["https://acme.example", "https://*.acme.example"])
    for page in (
        "https://acme.example/a/page",
        "https://www.acme.example",
        "http://testserver/demo/",
        "",
        "http://[",
    ):
        assert b"pk_acme" in client.get("/w/pk_acme.js", headers={"Referer": page}).content, page
    answer = client.get("/w/pk_acme.js", headers={"Referer": "https://elsewhere.example/"})
    assert answer.content == (
        b'console.warn("privas: https://elsewhere.example is not among the sites that may show this widget '
        b'(Settings, General)");'
    )
    assert "no-store" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_nothing_but_reading_is_answered(client: Client) -> None:
    shop()
    assert client.post("/w/pk_acme.js").status_code == client.post("/w/pk_acme/frame").status_code == 405
    assert client.head("/w/pk_acme.js").status_code == client.head("/w/pk_acme/frame").status_code == 200


def test_the_frame_may_be_shown_by_our_own_and_the_listed_pages_and_by_nobody_else(client: Client) -> None:
    shop(allowed_origins=["https://Acme.example/", "https://*.shop.example:8443", "nonsense", "*"])
    answer = client.get("/w/pk_acme/frame")
    policy = policy_of(answer)
    assert policy["frame-ancestors"] == [
        "http://testserver",
        "https://acme.example",
        "https://*.shop.example:8443",
    ]
    assert "X-Frame-Options" not in answer
    assert policy["default-src"] == policy["form-action"] == policy["base-uri"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "ws://testserver"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["trusted-types"] == ["'none'"]
    assert answer["Referrer-Policy"] == "origin"


def test_the_frame_holds_no_inline_script_no_inline_style_and_no_secret(client: Client) -> None:
    domain = shop(name="<b>Acme</b>", greeting="Hi <script>alert(1)</script>")
    html = client.get("/w/pk_acme/frame").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)
    assert "<b>Acme" not in html
    assert str(domain.pk) not in html


def test_the_loader_stays_within_4_and_the_whole_frame_within_20_kilobytes(client: Client) -> None:
    shop()
    assert zipped(client.get("/w/pk_acme.js").content) <= 4_000
    html = client.get("/w/pk_acme/frame").content
    files = set(re.findall(rb"/static/widget/([\w.]+)", html))
    modules = {b"panel.js"}
    for name in sorted(files):
        modules |= set(re.findall(rb'from "\./(\w+\.js)"', (JS / name.decode()).read_bytes()))
    assert files == modules | {b"panel.css"}, (
        "every module is named in the page, so that none waits for another"
    )
    assert zipped(html) + sum(zipped((JS / name.decode()).read_bytes()) for name in files) <= 20_000


def test_the_demo_shop_carries_the_widget_on_two_pages(client: Client, settings: Any) -> None:
    shop(widget_key=DEMO_KEY, name="Northwind Bikes")
    for path in ("/demo/", "/demo/workshop/"):
        html = client.get(path).content.decode()
        assert f'<script async src="/w/{DEMO_KEY}.js"></script>' in html
        assert "Northwind Bikes" in html
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html)
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404


def test_without_the_demo_domain_there_is_no_demo_shop(client: Client) -> None:
    assert client.get("/demo/").status_code == 404
