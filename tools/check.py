"""`./run check`: everything that can be said about the code without running its tests.

All checks run, two at a time, and every finding is shown; the exit status is that of the worst.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
SCHEMA = ROOT / "docs" / "api" / "openapi.yaml"
# Words by which pip-audit says that it could not ask, which is not a finding.
NO_NETWORK = (
    "ConnectionError",
    "Max retries exceeded",
    "NameResolutionError",
    "ServiceError",
    "Failed to query",
)
# The locks and how each was exported; the command stands at the head of the file too.
EXPORTS = {
    "requirements.txt": ["--no-group", "dev"],
    "requirements-dev.txt": ["--all-groups"],
}

Finding = tuple[bool, str]


def main(names: list[str]) -> int:
    """Run the named checks, or all."""
    unknown = set(names) - CHECKS.keys()
    if unknown:
        print(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
        return 2
    chosen = {name: check for name, check in CHECKS.items() if not names or name in names}
    with tempfile.TemporaryDirectory(prefix="privas-check-") as folder:
        global data
        data = Path(folder)
        with ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(timed, chosen.items()))
    failed = [name for name, good in results if not good]
    print(
        f"{len(results) - len(failed)} of {len(results)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


data = Path()


def timed(named: tuple[str, Callable[[], Finding]]) -> tuple[str, bool]:
    """Run one check and say what came of it."""
    name, check = named
    began = time.monotonic()
    good, words = check()
    print(f"{'ok  ' if good else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if words.strip() and (not good or name == "audit"):
        print("     " + words.strip().replace("\n", "\n     "), flush=True)
    return name, good


def run(*argv: str, env: dict[str, str] | None = None) -> Finding:
    """A command's success and its words."""
    done = subprocess.run(argv, cwd=ROOT, env=env or environment(), capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def environment(**values: str) -> dict[str, str]:
    """Embedded, with data of its own, whatever the caller's environment says about production."""
    names = (
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "BASE_URL",
        "ALLOWED_HOSTS",
        "DEBUG",
        "TRUSTED_PROXIES",
    )
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return kept | {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "privas.settings"} | values


def production() -> dict[str, str]:
    """What a careful administrator would set."""
    return environment(
        SECRET_KEY=secrets.token_urlsafe(48),
        FIELD_KEYS=secrets.token_urlsafe(48),
        BASE_URL="https://chat.example.com",
        ALLOWED_HOSTS="chat.example.com",
        DATABASE_URL="postgres://privas:secret@db.example.com:5432/privas",
        REDIS_URL="redis://:secret@valkey.example.com:6379/0",
        EMAIL_URL="smtp+tls://privas:secret@mail.example.com:587",
        TRUSTED_PROXIES="10.0.0.2",
        LOG_FORMAT="json",
    )


def manage(*arguments: str, env: dict[str, str] | None = None) -> Finding:
    """A management command."""
    return run(str(BIN / "python"), "manage.py", *arguments, env=env)


def schema() -> Finding:
    """docs/api/openapi.yaml is what the code says, without a warning."""
    fresh = data / "openapi.yaml"
    good, words = manage("spectacular", "--validate", "--fail-on-warn", "--file", str(fresh))
    if not good:
        return False, words
    if not SCHEMA.exists() or SCHEMA.read_text() != fresh.read_text():
        return False, f"out of step; make it anew: ./run manage spectacular --file {SCHEMA.relative_to(ROOT)}"
    return True, ""


def audit() -> Finding:
    """No known flaw in what is installed at run time. Without a network it says so and passes."""
    argv = (
        str(BIN / "pip-audit"),
        "--requirement",
        "requirements.txt",
        "--disable-pip",
        "--progress-spinner",
        "off",
    )
    good, words = run(*argv)
    if not good and any(sign in words for sign in NO_NETWORK):
        return True, "NOT DONE: the database of known flaws cannot be reached from here"
    return good, words if not good else ""


def lock() -> Finding:
    """uv.lock fits pyproject.toml, and both requirements files are exported from it."""
    uv = BIN / "uv"
    offline = environment(UV_PYTHON_DOWNLOADS="never", UV_PYTHON=str(BIN / "python"))
    good, words = run(str(uv), "lock", "--check", env=offline)
    if not good:
        return False, words
    for name, groups in EXPORTS.items():
        target = data / name
        shutil.copy(ROOT / name, target)
        argv = ["export", *groups, "--no-emit-project", "--format", "requirements-txt", "-o", str(target)]
        good, words = run(str(uv), *argv, "--frozen", env=offline)
        if not good:
            return False, words
        if body(target) != body(ROOT / name):
            return False, f"{name} is out of step; its head says how to make it"
    return True, ""


def body(path: Path) -> list[str]:
    """A requirements file without its head, which names the path it was written to."""
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


CHECKS: dict[str, Callable[[], Finding]] = {
    "types": lambda: run(str(BIN / "mypy"), "."),
    "format": lambda: run(str(BIN / "ruff"), "format", "--check", "."),
    "lint": lambda: run(str(BIN / "ruff"), "check", "."),
    "imports": lambda: run(str(BIN / "lint-imports")),
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "schema": schema,
    "settings": lambda: manage("check", "--deploy", "--fail-level", "WARNING", env=production()),
    "audit": audit,
    "lock": lock,
}

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
