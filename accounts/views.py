"""The door, the theme and the person's own name."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import ProfileForm, ThemeForm
from accounts.models import User


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the live page, or to log-in."""
    return redirect("live" if request.user.is_authenticated else "account_login")


@login_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme; the script asks for no page back."""
    form = ThemeForm(request.POST, instance=cast(User, request.user))
    if not form.is_valid():
        return HttpResponse("Choose auto, light or dark.", status=400, content_type="text/plain")
    form.save()
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "home")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The name that colleagues and visitors read."""
    form = ProfileForm(request.POST or None, instance=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    return render(request, "account/profile.html", {"form": form}, status=400 if form.errors else 200)
