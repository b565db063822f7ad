"""The demo site: a small bicycle shop that carries the widget of the demo domain."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from domains.models import Domain

DEMO_KEY = "pk_demo"


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """The shop's front page."""
    return _page(request, "shop")


@require_safe
def workshop(request: HttpRequest) -> HttpResponse:
    """The shop's second page, so that a visitor can be seen going from one to the other."""
    return _page(request, "workshop")


def _page(request: HttpRequest, page: str) -> HttpResponse:
    domain = Domain.objects.filter(widget_key=DEMO_KEY).first() if settings.DEMO else None
    if domain is None:
        raise Http404
    return render(request, f"demo/{page}.html", {"domain": domain, "key": DEMO_KEY, "page": page})
