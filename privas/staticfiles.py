"""Static files: hashed names and module imports in production, plain names where nothing was collected."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Folders that installed packages bring.
LIBRARIES = ("admin/", "django_htmx/", "rest_framework/", "account/", "mfa/")


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


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise that answers with whole files and knows that a first `./run` has collected none."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """One file, of some hundred kilobytes at most. As a stream, ASGI would read it in another thread and warn."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response

    def add_files(self, root: str | Path, prefix: str | None = None) -> None:
        """The files of a folder. Where nothing was collected there is none, and the finders know where files are."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
