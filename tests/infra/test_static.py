"""Static files as production serves them: hashed, compressed, and with module imports that still meet."""

import gzip
import re
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import override_settings

from privas.programs import PYTHON
from privas.staticfiles import LIBRARIES, ModuleManifestStorage, StaticFiles
from tests.stack_databases import REPOSITORY, child_environment

COLLECT = """
import sys, django
django.setup()
from django.core.management import call_command
from django.test import override_settings
with override_settings(STATIC_ROOT=sys.argv[1]):
    call_command("collectstatic", "--no-input", verbosity=0)
"""
IMPORTS = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that collectstatic makes."""
    root = tmp_path_factory.mktemp("static")
    # In a process of its own: the storage of this one must keep believing that nothing was collected.
    done = subprocess.run(
        [PYTHON, "-c", COLLECT, str(root)],
        cwd=REPOSITORY,
        env=child_environment(DATA_DIR=str(tmp_path_factory.mktemp("data"))),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return root


def our_modules(root: Path) -> list[Path]:
    """Every script that is not a library's."""
    return [path for path in root.rglob("*.js") if not str(path.relative_to(root)).startswith(LIBRARIES)]


def test_every_module_finds_what_it_imports(collected: Path) -> None:
    missing = [
        f"{path.relative_to(collected)} imports {name}"
        for path in our_modules(collected)
        for name in IMPORTS.findall(path.read_text(errors="replace"))
        if not (path.parent / name).exists()
    ]
    assert not missing


def test_hashed_modules_import_hashed_modules(collected: Path) -> None:
    """A plain name inside a file that is cached for a year would mix two releases."""
    hashed = re.compile(r"\.[0-9a-f]{12}\.js$")
    plain = [
        f"{path.relative_to(collected)} imports {name}"
        for path in our_modules(collected)
        if hashed.search(path.name)
        for name in IMPORTS.findall(path.read_text(errors="replace"))
        if not hashed.search(name)
    ]
    assert not plain


def test_names_get_their_hash_and_files_their_compressed_twin(collected: Path) -> None:
    with override_settings(STATIC_ROOT=str(collected)):
        storage = ModuleManifestStorage()
        address = storage.url("css/base.css")
    assert re.fullmatch(r"/static/css/base\.[0-9a-f]{12}\.css", address)
    assert (collected / address.removeprefix("/static/")).exists()
    assert (collected / (address.removeprefix("/static/") + ".gz")).exists()


def test_where_nothing_was_collected_names_stay_plain() -> None:
    assert staticfiles_storage.url("css/base.css") == "/static/css/base.css"


@pytest.fixture
def quiet() -> Iterator[None]:
    """Any warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


async def pages(scope: Any, receive: Any, send: Any) -> None:
    """Stands for all that is no file."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"tea"})


async def ask(
    files: StaticFiles, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asked = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await files({"type": "http", "method": method, "path": path, "headers": asked}, None, send)
    start, body = sent
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


async def test_a_file_is_answered_before_anything_else_is_asked(quiet: None) -> None:
    files, path = StaticFiles(pages), "/static/css/tokens.css"
    content = (REPOSITORY / "static/css/tokens.css").read_bytes()
    status, headers, body = await ask(files, path)
    assert (status, body) == (200, content)
    assert headers["content-type"] == 'text/css; charset="utf-8"'
    assert headers["x-content-type-options"] == "nosniff"
    assert (await ask(files, path, if_none_match=headers["etag"]))[::2] == (304, b"")
    status, headers, body = await ask(files, path, "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(content)), b"")
    assert (await ask(files, path, range="bytes=2-5"))[::2] == (206, content[2:6])
    assert (await ask(files, path, "POST"))[0] == 405
    for other in ("/static/css/none.css", "/static/../manage.py", "/live/", "/"):
        assert (await ask(files, other))[::2] == (418, b"tea"), other


async def test_collected_files_come_compressed(collected: Path, quiet: None) -> None:
    with override_settings(STATIC_ROOT=str(collected), WHITENOISE_USE_FINDERS=False):
        (hashed,) = collected.glob("css/tokens.*.css")
        files = StaticFiles(pages)
    status, headers, body = await ask(files, f"/static/css/{hashed.name}", accept_encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == hashed.read_bytes()


async def test_a_folder_that_was_never_collected_is_no_news(quiet: None, tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=str(tmp_path / "none")):
        files = StaticFiles(pages)
    assert (await ask(files, "/static/css/tokens.css"))[0] == 200


async def test_while_debugging_a_file_is_looked_for_anew(quiet: None, tmp_path: Path) -> None:
    with override_settings(DEBUG=True, STATIC_ROOT=str(tmp_path)):
        files = StaticFiles(pages)
        assert (await ask(files, "/static/js/console.js"))[0] == 200
        assert (await ask(files, "/static/js/none.js"))[0] == 418
