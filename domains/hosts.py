"""Names of hosts as browsers and mail programs write them. Pure."""

import idna


def ascii_host(name: str) -> str:
    """The name in lower-case ASCII (IDNA 2008 after UTS #46). Raises ValueError for what is no name.

    Python's own codec is IDNA 2003: it makes fass.de of faß.de, and that is somebody else's. Give it the name as it was
    written: Python's small letters end a Greek word with ς, which is a name of its own.
    """
    return name.lower() if name.isascii() else idna.encode(name, uts46=True).decode()
