"""A domain's suppression list as a page and as a file."""

import uuid
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from accounts import paging
from domains.access import May, domain_for
from domains.models import Domain
from domains.pages import page, person
from emailops import queries, suppressions
from emailops.addresses import BadAddress, clean_address
from emailops.models import Suppression, SuppressionReason


@page("POST")
def suppressions_page(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """The list, newest first; one address is added or removed at a time. Owners and admins."""
    domain = domain_for(person(request), domain_id, May.MANAGE)
    if request.method != "POST":
        return _shown(request, domain)
    typed = request.POST.get("address", "")
    if "remove" in request.POST:
        if suppressions.lift(domain, typed):
            toasts.success(request, f"{typed} is off the list and gets bulk mail again.")
        return redirect("settings_email_suppressions", domain_id=domain.pk)
    try:
        address = clean_address(typed)
    except BadAddress as wrong:
        return _shown(request, domain, typed=typed, wrong=str(wrong))
    suppressions.suppress(domain, address, SuppressionReason.MANUAL, person(request))
    toasts.success(request, f"{address} is on the list and gets no bulk mail.")
    return redirect("settings_email_suppressions", domain_id=domain.pk)


@page()
def as_csv(request: HttpRequest, domain_id: uuid.UUID) -> Any:
    """The whole list as a file. Owners and admins."""
    domain = domain_for(person(request), domain_id, May.MANAGE)
    answer = StreamingHttpResponse(suppressions.as_csv(domain), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="suppressions.csv"'
    return answer


def _shown(request: HttpRequest, domain: Domain, *, typed: str = "", wrong: str = "") -> HttpResponse:
    asked = request.GET
    rows = Suppression.objects.filter(domain=domain).select_related("created_by")
    if q := asked.get("q", "").strip()[:100]:
        rows = rows.filter(address__icontains=q)
    one_page = {"cursor": asked.get("cursor", ""), "limit": queries.PAGE}
    shown = paging.page(rows, one_page, order=queries.NEWEST_FIRST, show=list)
    context = {
        "domain": domain,
        "may_manage": True,
        "rows": shown["results"],
        "more": shown["next"],
        "q": q,
        "typed": typed,
        "wrong": wrong,
    }
    return render(request, "domains/settings/suppressions.html", context, status=400 if wrong else 200)
