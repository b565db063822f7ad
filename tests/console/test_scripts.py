"""What a page of the console makes the browser load: little, and known before the first script runs."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from domains.templatetags.scripts import imported, modules
from tests.cast import Cast, say, vera

BUDGET = 40 * 1024
LOADED = re.compile(r'(?:src|rel="modulepreload" href)="/static/([^"]+\.js)"')


def scripts_of(page: str) -> list[str]:
    """Every script that the page names."""
    return LOADED.findall(page)


def source(name: str) -> str:
    found = finders.find(name)
    assert found, name
    return Path(found).read_text()


def weight(name: str) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(source(name).encode(), 9))


@pytest.fixture
def pages(cast: Cast, client: Client) -> dict[str, str]:
    """Pages by their name, as the owner sees them."""
    talk = say(vera(cast.acme), "Hello?")
    client.force_login(cast.olga)
    paths = {
        "live": "/live/",
        "live with a thread": f"/live/?c={talk.pk}",
        "thread": f"/conversations/{talk.pk}/",
        "conversations": "/conversations/",
        "emails": "/emails/",
        "settings": f"/domains/{cast.acme.pk}/settings/email/",
    }
    return {name: client.get(path).content.decode() for name, path in paths.items()}


@pytest.mark.django_db(transaction=True)
def test_no_page_loads_more_script_than_forty_kilobytes(pages: dict[str, str]) -> None:
    weights = {name: sum(map(weight, scripts_of(page))) for name, page in pages.items()}
    assert all(0 < weight <= BUDGET for weight in weights.values()), weights


@pytest.mark.django_db(transaction=True)
def test_every_import_is_asked_for_with_the_page(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        loaded = scripts_of(page)
        assert len(loaded) == len(set(loaded)), name
        for script in loaded:
            for found in re.findall(r'from "\./(\w+\.js)"', source(script)):
                assert f"js/{found}" in loaded, (name, script)


@pytest.mark.django_db(transaction=True)
def test_htmx_comes_only_where_it_is_used(pages: dict[str, str]) -> None:
    for name in ("live", "live with a thread", "thread"):
        assert not re.search(r"<[^>]+ hx-|htmx-\d", pages[name]), name
    for name in ("conversations", "emails", "settings"):
        assert "htmx-2.min.js" in pages[name], name
        assert "idiomorph" not in pages[name], name


def test_a_module_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="no module js/nowhere"):
        imported("js/nowhere.js")


def test_addresses_are_those_of_the_collected_files(monkeypatch: Any) -> None:
    monkeypatch.setattr("domains.templatetags.scripts.static", lambda name: f"/static/{name}?hashed")
    assert 'href="/static/js/rest.js?hashed"' in modules("js/console.js")
    assert 'src="/static/js/console.js?hashed" type="module"' in modules("js/console.js")
