"""The page that a recipient of bulk mail reaches without a log-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from emailops import unsubscribing


# RFC 8058: mail programs post without cookies, and must not be led elsewhere. The link itself is the permission.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, which changes nothing (programs open links on their own); do it on POST."""
    try:
        job = unsubscribing.job_of(token)
    except unsubscribing.BadToken:
        return render(request, "emails/unsubscribe.html", {"job": None}, status=404)
    if request.method == "POST":
        undo = "again" in request.POST
        (unsubscribing.subscribe_again if undo else unsubscribing.unsubscribe)(job)
    context = {
        "job": job,
        "unsubscribed": unsubscribing.is_unsubscribed(job),
        "posted": request.method == "POST",
    }
    return render(request, "emails/unsubscribe.html", context)
