"""What a customer's page loads: the loader of its domain, and the sealed frame that the loader opens."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from domains import origins
from domains.models import Domain
from widget.colours import palette

_JS = Path(__file__).parent / "js"
_LOADER = _JS / "loader.js"
# Named in the page, so that the browser fetches them at once and not one after the other.
_MODULES = [
    f"widget/{path.name}" for path in sorted(_JS.glob("*.js")) if path.stem not in ("loader", "panel")
]
_JAVASCRIPT = "text/javascript; charset=utf-8"


@require_safe
def loader(request: HttpRequest, key: str) -> HttpResponse:
    """The loader with the domain's public settings in it: one request, no second one for settings."""
    domain = Domain.objects.filter(widget_key=key).first()
    if domain is None:
        response = _warning(f"no widget has the key {key}", status=404)
        patch_cache_control(response, public=True, max_age=60)
        return response
    page = _page_of(request)
    if page is not None and not origins.is_allowed(page, domain.allowed_origins):
        # The frame would stay grey there.
        response = _warning(f"{page} is not among the sites that may show this widget (Settings, General)")
        patch_cache_control(response, private=True, no_store=True)
        return response
    body = f"{_loader_source()}({json.dumps(_loader_settings(domain), ensure_ascii=True)});\n"
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    known = request.headers.get("If-None-Match", "")
    fresh = etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
    answer: HttpResponse = (
        HttpResponseNotModified() if fresh else HttpResponse(body, content_type=_JAVASCRIPT)
    )
    answer["ETag"] = etag
    # Pages that isolate themselves (COEP) may load it too.
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(answer, public=True, max_age=300, stale_while_revalidate=86_400)
    return answer


def _page_of(request: HttpRequest) -> str | None:
    """The origin of the page that asks, where its browser says so."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if origins.is_plausible(origin) else None


def _warning(words: str, status: int = 200) -> HttpResponse:
    """A loader that does nothing but tell the developer of the page why."""
    script = f"console.warn({json.dumps(f'privas: {words}')});"
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(script, content_type=_JAVASCRIPT, status=status, headers=headers)


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sealed frame. The browser itself refuses to show it on a page that the domain has not listed."""
    domain = Domain.objects.filter(widget_key=key).first()
    if domain is None:
        raise Http404
    values = {"domain": domain, "config": json.dumps(_frame_settings(domain)), "modules": _MODULES}

    @csp(_frame_policy(request, domain))
    def page(request: HttpRequest) -> HttpResponseBase:
        return render(request, "widget/frame.html", values)

    answer = page(request)
    answer["Referrer-Policy"] = "origin"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _frame_policy(request: HttpRequest, domain: Domain) -> dict[str, list[Any]]:
    # Not every browser counts the socket of the same host as 'self'.
    socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF, socket],
        "form-action": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": origins.frame_ancestors(domain.allowed_origins),
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
    }


def _loader_settings(domain: Domain) -> dict[str, object]:
    colours = palette(domain.brand_colour)
    return {
        "key": domain.widget_key,
        "base": settings.BASE_URL,
        "name": domain.name,
        "brand": colours.brand,
        "ink": colours.ink,
    }


def _frame_settings(domain: Domain) -> dict[str, object]:
    colours = palette(domain.brand_colour)
    return {
        "key": domain.widget_key,
        "name": domain.name,
        "ai": domain.representative_name,
        "greeting": domain.greeting,
        "gap": domain.message_gap_ms,
        "timeout": domain.takeover_timeout_s,
        "colours": {
            "brand": colours.brand,
            "ink": colours.ink,
            "on-light": colours.on_light,
            "on-dark": colours.on_dark,
        },
    }


def _loader_source() -> str:
    """The loader as it is served; read again for each request only while somebody works on it."""
    return _compact(_LOADER.read_text("utf-8")) if settings.DEBUG else _read_once()


@lru_cache(maxsize=1)
def _read_once() -> str:
    return _compact(_LOADER.read_text("utf-8"))


def _compact(source: str) -> str:
    """Without comments, indentation and empty lines: no more than what a page would carry for nothing."""
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"(^| )// .*$", "", source, flags=re.MULTILINE)
    return re.sub(r"\n\s*", "\n", source).strip()
