"""From a bare Python to a running command: make .venv, install the locked requirements, hand over.

Standard library only, as it runs before anything is installed. `./run` calls it; what it installs stands in
requirements.txt (to run) and requirements-dev.txt (to test), both hashed and both exported from uv.lock.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
# Only for Pythons without ensurepip (Debian without python3-venv): pip runs straight from its wheel.
PIP = "pip-26.3-py3-none-any.whl"
PIP_URL = (
    "https://files.pythonhosted.org/packages/07/25/"
    f"ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/{PIP}"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
# The machine's own certificates first; Python's are missing in some builds.
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")

# command: (what must be installed, what is run after .venv/bin/python)
COMMANDS = {
    "serve": ("requirements.txt", ["-m", "privas.supervisor"]),
    "manage": ("requirements.txt", ["manage.py"]),
    "test": ("requirements-dev.txt", ["-m", "pytest"]),
    "check": ("requirements-dev.txt", ["tools/check.py"]),
    "bench": ("requirements-dev.txt", ["-m", "bench"]),
    "faults": ("requirements-dev.txt", ["-m", "pytest", "tests/faults"]),
    "screens": ("requirements-dev.txt", ["-m", "tools.screens"]),
}
USAGE = """usage: ./run [--port N]             start everything at http://127.0.0.1:8000
                                 (PORT=8001 DATA_DIR=/some/dir ./run: at another port, with other data)
       ./run test [arguments]    the tests, with pytest's arguments
       ./run check               format, lint, types, imports, migrations, schema, settings, audit, lock
       ./run bench | faults | screens
       ./run manage <command>    any management command
"""


def main(arguments: list[str]) -> int:
    """Prepare what the command needs, then become it; a number comes back only when that was impossible."""
    if arguments and arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(USAGE)
        return 0
    command = arguments.pop(0) if arguments and not arguments[0].startswith("-") else "serve"
    if command not in COMMANDS:
        sys.stderr.write(f"privas: unknown command {command!r}\n{USAGE}")
        return 2
    requirements, argv = COMMANDS[command]
    # Some machines set it: each process would compile all that it imports anew, which is most of its start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        prepare(ROOT / requirements)
    except (OSError, subprocess.CalledProcessError) as trouble:
        sys.stderr.write(f"privas: could not set up {VENV}: {trouble}\n")
        return 1
    sys.stdout.flush()
    os.chdir(ROOT)
    return os.execv(PYTHON, [str(PYTHON), *argv, *arguments])  # noqa: S606  (becomes it; no shell wanted)


def prepare(requirements: Path) -> None:
    """A .venv that works and holds these requirements; a moment when it already does."""
    if not works():
        say(f"making {VENV.name} with Python {sys.version.split()[0]}")
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, symlinks=True, with_pip=importlib.util.find_spec("ensurepip") is not None)
    if fresh(requirements):
        return
    began = time.monotonic()
    say(f"installing {requirements.name} (once)")
    install(requirements)
    STAMP.write_text(json.dumps(stamp() | {requirements.name: digest(requirements)}))
    say(f"installed in {time.monotonic() - began:.0f} s")


def works() -> bool:
    """Whether .venv is there and its Python still runs (an upgrade of the system may have taken it away)."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0


def digest(path: Path) -> str:
    """The lock's fingerprint."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp() -> dict[str, str]:
    """Which locks .venv holds."""
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def fresh(requirements: Path) -> bool:
    """Whether .venv already holds exactly this lock; what tests need includes what running needs."""
    held = stamp()
    names = [requirements.name, "requirements-dev.txt"]
    return any(held.get(name) == digest(ROOT / name) for name in names)


def install(requirements: Path) -> None:
    """Install with uv where it is on PATH and works, else with pip. Every file's hash is checked."""
    uv = shutil.which("uv")
    # A uv that would fetch a Python of its own is not wanted: the one that runs this is the one to use.
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}
    if uv and subprocess.run([uv, "--version"], capture_output=True, env=environment).returncode == 0:
        argv = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes"]
        argv += ["--compile-bytecode", "-r", str(requirements)]
        if subprocess.run(argv, env=environment, cwd=ROOT).returncode == 0:
            return
        say("uv could not do it; trying pip")
    argv = [str(PYTHON), *pip(), "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*argv, "--require-hashes", "-r", str(requirements)], check=True, cwd=ROOT)


def pip() -> list[str]:
    """How to run pip inside .venv."""
    if subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return ["-m", "pip"]
    wheel = VENV / PIP
    if not wheel.exists():
        say("this Python has no pip; fetching the pinned one")
        bundle = next((path for path in CERTIFICATES if Path(path).exists()), None)
        context = ssl.create_default_context(cafile=bundle)
        with urllib.request.urlopen(PIP_URL, timeout=60, context=context) as answer:
            content = answer.read()
        if hashlib.sha256(content).hexdigest() != PIP_SHA256:
            raise OSError(f"{PIP_URL} is not the file that was pinned")
        wheel.write_bytes(content)
    return [str(wheel / "pip")]


def say(words: str) -> None:
    """A line about the set-up."""
    print(f"privas: {words}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
