"""Static files as production serves them: hashed, compressed, and with module imports that still meet."""

import re
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import AsyncClient, override_settings

from privas.programs import PYTHON
from privas.staticfiles import LIBRARIES, ModuleManifestStorage, StaticFiles
from tests.stack_databases import REPOSITORY, child_environment

COLLECT = """
import sys, django
django.setup()
from django.core.management import call_command
from django.test import AsyncClient, override_settings
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


async def test_a_file_comes_whole_over_asgi_and_without_a_warning(quiet: None) -> None:
    path = "/static/css/tokens.css"
    answer = await AsyncClient().get(path)
    assert answer.status_code == 200
    assert not answer.streaming
    assert answer.content == (REPOSITORY / "static/css/tokens.css").read_bytes()
    assert answer["Content-Type"] == 'text/css; charset="utf-8"'
    again = await AsyncClient().get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await AsyncClient().head(path)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(answer.content)))
    part = await AsyncClient().get(path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, answer.content[2:6])
    assert (await AsyncClient().get("/static/css/none.css")).status_code == 404


def test_a_folder_that_was_never_collected_is_no_news(quiet: None, tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=str(tmp_path / "none")):
        files = StaticFiles(lambda request: None)
    assert "/static/css/tokens.css" in files.files
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "only.css").write_text("a{}")
    with override_settings(STATIC_ROOT=str(tmp_path / "one"), WHITENOISE_USE_FINDERS=False):
        assert list(StaticFiles(lambda request: None).files) == ["/static/only.css"]
