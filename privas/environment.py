"""What the environment says, each value also as NAME_FILE, the path of a file that holds it; and what it need not
say, because it is made once and kept.
"""

import os
import secrets
from pathlib import Path

from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping


class _Files(FileAwareMapping):
    """Editors and `echo` close a file with a line end. That one, and nothing else, is no part of the value."""

    def __getitem__(self, key: str) -> str:
        value: str = super().__getitem__(key)
        return value.removesuffix("\n") if self.env.get(f"{key}_FILE") else value


class Environment(FileAwareEnv):
    """The environment of this process; a file is read once."""

    def __init__(self) -> None:
        super().__init__()
        self.ENVIRON = _Files()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)


def kept_secret(path: Path) -> str:
    """A secret that is made once and kept."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()
