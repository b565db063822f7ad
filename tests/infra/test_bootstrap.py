"""From a bare Python to a running command: what is kept, what is checked, what is refused."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tools import bootstrap


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that bootstrap takes for the clone; nothing is installed into it."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "installed.json")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def test_a_second_start_installs_nothing(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "install", lambda path: installed.append(path.name))
    monkeypatch.setattr(bootstrap, "works", lambda: True)
    (clone / ".venv").mkdir()
    bootstrap.prepare(clone / "requirements.txt")
    bootstrap.prepare(clone / "requirements.txt")
    assert installed == ["requirements.txt"]
    # What tests need includes what running needs, so the tests' lock serves both.
    bootstrap.prepare(clone / "requirements-dev.txt")
    (clone / "requirements.txt").write_text("# changed\n")
    bootstrap.prepare(clone / "requirements.txt")
    assert installed == ["requirements.txt", "requirements-dev.txt"]


def test_a_changed_lock_is_installed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "install", lambda path: installed.append(path.read_text()))
    monkeypatch.setattr(bootstrap, "works", lambda: True)
    (clone / ".venv").mkdir()
    bootstrap.prepare(clone / "requirements.txt")
    (clone / "requirements.txt").write_text("# changed\n")
    bootstrap.prepare(clone / "requirements.txt")
    assert installed == ["# requirements.txt\n", "# changed\n"]


def test_a_failed_installation_is_tried_again(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> None:
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(bootstrap, "works", lambda: True)
    monkeypatch.setattr(bootstrap, "install", fail)
    (clone / ".venv").mkdir()
    with pytest.raises(subprocess.CalledProcessError):
        bootstrap.prepare(clone / "requirements.txt")
    assert not bootstrap.fresh(clone / "requirements.txt")


def test_a_pip_that_is_not_the_pinned_one_is_refused(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = clone / "pip.whl"
    forged.write_bytes(b"not pip")
    (clone / ".venv" / "bin").mkdir(parents=True)
    # A Python without pip.
    (clone / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (clone / ".venv" / "bin" / "python").chmod(0o755)
    monkeypatch.setattr(bootstrap, "PIP_URL", forged.as_uri())
    with pytest.raises(OSError, match="not the file that was pinned"):
        bootstrap.pip()
    monkeypatch.setattr(bootstrap, "PIP_SHA256", hashlib.sha256(b"not pip").hexdigest())
    assert bootstrap.pip() == [str(clone / ".venv" / bootstrap.PIP / "pip")]


def test_the_pinned_pip_is_the_locked_one() -> None:
    lock = (ROOT / "uv.lock").read_text()
    assert bootstrap.PIP_URL in lock
    assert f"sha256:{bootstrap.PIP_SHA256}" in lock


def test_every_requirement_is_pinned_and_hashed() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "# "]
        assert lines
        assert all("==" in line and line.endswith("\\") for line in lines), name


def test_no_lock_names_another_host_than_the_public_index() -> None:
    for name in ("uv.lock", "requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        hosts = {part.split("/")[0] for part in text.split("https://")[1:]}
        assert hosts <= {"pypi.org", "files.pythonhosted.org"}, name


def test_processes_keep_what_they_compile_where_the_machine_would_not(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(bootstrap, "prepare", lambda path: None)
    monkeypatch.setattr(os, "chdir", lambda path: None)
    monkeypatch.setattr(os, "execv", lambda *_: seen.append(os.environ.get("PYTHONDONTWRITEBYTECODE")))
    bootstrap.main(["manage", "check"])
    assert seen == [None]


@pytest.mark.parametrize(
    ("arguments", "words"), [(["--help"], "usage: ./run"), (["nonsense"], "unknown command")]
)
def test_run_says_what_it_can(arguments: list[str], words: str) -> None:
    done = subprocess.run(["sh", str(ROOT / "run"), *arguments], capture_output=True, text=True)
    assert words in done.stdout + done.stderr
    assert done.returncode == (0 if arguments == ["--help"] else 2)


def test_run_names_where_a_python_can_be_had(tmp_path: Path) -> None:
    """On a machine whose Python is too old: macOS' own, say."""
    (tmp_path / "run").write_text((ROOT / "run").read_text())
    (tmp_path / "bin").mkdir()
    for name, text in (("dirname", '#!/bin/sh\necho "${1%/*}"\n'), ("cat", "")):
        found = Path("/bin") / name
        if text:
            (tmp_path / "bin" / name).write_text(text)
            (tmp_path / "bin" / name).chmod(0o755)
        else:
            (tmp_path / "bin" / name).symlink_to(found if found.exists() else Path("/usr/bin") / name)
    (tmp_path / "bin" / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "python3").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(tmp_path / "run")],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "python.org" in done.stderr


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "tools" / "bootstrap.py"), "--help"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
