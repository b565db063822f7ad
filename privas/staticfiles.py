"""Static files: hashed names and module imports in production, plain names where nothing was collected."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Folders that installed packages bring.
LIBRARIES = ("admin/", "django_htmx/", "rest_framework/", "account/", "mfa/")
_NOSNIFF = (b"x-content-type-options", b"nosniff")


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for a year in the cache, also inside `import { x } from "./y.js"`.

    Django's rewriting of module imports knows named imports only, so that is all our modules use. Where
    `collectstatic` has not run (tests, a first `./run`) there is no manifest, and names stay as they are.
    """

    support_js_module_import_aggregation = True
    manifest_strict = False

    def url_converter(self, name: str, *arguments: Any, **options: Any) -> Callable[[re.Match[str]], str]:
        """How references inside a file are rewritten. A library's file may name what it does not ship."""
        convert: Callable[[re.Match[str]], str] = super().url_converter(name, *arguments, **options)

        def convert_leniently(found: re.Match[str]) -> str:
            try:
                return convert(found)
            except ValueError:
                return found[0]

        return convert_leniently if name.startswith(LIBRARIES) else convert

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one where there is no manifest."""
        if not self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored

    def url(self, name: str | None, force: bool = False) -> str:
        """The address. Without a manifest, or while debugging, that of the plain file."""
        if not self.hashed_files and not force:
            plain: str = super(CompressedManifestStaticFilesStorage, self).base_url or settings.STATIC_URL
            return plain + (name or "")
        hashed: str = super().url(name, force)
        return hashed


class StaticFiles:
    """ASGI: a static file is answered at once, anything else by the application behind.

    Through Django's middlewares each of the forty small files of a page cost sixty times as much, and a stream that
    is read in another thread.
    """

    def __init__(self, application: Any) -> None:
        self.application = application
        self.known = _Files()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        known = self.known
        found = (known.find_file if known.autorefresh else known.files.get)(scope["path"])
        if found is None:
            await self.application(scope, receive, send)
            return
        asked = {
            f"HTTP_{name.decode().upper().replace('-', '_')}": value.decode("latin-1")
            for name, value in scope["headers"]
        }
        answer = found.get_response(scope["method"], asked)
        body = b""
        if answer.file is not None:
            with answer.file:
                body = answer.file.read()
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        await send(
            {"type": "http.response.start", "status": int(answer.status), "headers": [*headers, _NOSNIFF]}
        )
        await send({"type": "http.response.body", "body": body})


class _Files(WhiteNoiseMiddleware):
    """What WhiteNoise knows of the files: addresses, headers, compressed twins."""

    def add_files(self, root: str | Path, prefix: str | None = None) -> None:
        """The files of a folder. Where nothing was collected there is none, and the finders know where files are."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
