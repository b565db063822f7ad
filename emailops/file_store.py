"""Mail kept as files, where no mail server is set."""

from collections.abc import Callable
from pathlib import Path

from emailops.models import FILED
from emailops.wire import Fault, Reply


class FileStore:
    """Keeps each mail as one .eml file. A mail that comes again replaces its own file."""

    def __init__(self, folder: Path, on_step: Callable[[str, str], None]) -> None:
        self.used = 0
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Fault("connect", f"The folder for mail cannot be written: {error.strerror}") from error
        on_step("connect", "Mail is kept as files: no mail server is set.")

    def send(
        self,
        envelope: object,
        data: bytes,
        name: str,
        before_dot: Callable[[], None],
        ahead: object = None,
    ) -> Reply:
        """Write beside, then rename: a half-written mail is never seen."""
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(data)
            before_dot()
            part.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise Fault("connect", f"The mail could not be written: {error.strerror}") from error
        self.used += 1
        return Reply(250, f"kept as a file: {name}.eml", FILED)

    def hears_more(self) -> bool:
        """A folder never keeps one waiting."""
        return True

    def close(self) -> None:
        """Nothing is open."""
