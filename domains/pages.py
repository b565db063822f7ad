"""What every page of the console has in common."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.paging import BadCursor
from domains.access import Forbidden, May, NotFound, domain_for, membership_of, roles_that_may
from domains.models import Domain

View = Callable[..., HttpResponse]


def page(*methods: str) -> Callable[[View], View]:
    """A page for people who are logged in; without a session it goes through log-in and comes back.

    What is not theirs is not found, what their role forbids is refused with the reason.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = view(request, *args, **kwargs)
            except (NotFound, BadCursor):
                raise Http404 from None
            except Forbidden as refusal:
                raise PermissionDenied(f"{refusal} Ask an owner or admin of the domain.") from None
            # People's words stand in it: nothing between us and the browser may keep it.
            response.headers.setdefault("Cache-Control", "no-store")
            patch_vary_headers(response, ["HX-Request"])
            return response

        return cast(View, login_required(require_http_methods(["GET", "HEAD", *methods])(answer)))

    return decorate


def person(request: HttpRequest) -> User:
    """The user of a page that only those who are logged in can see."""
    return cast(User, request.user)


def settings_domain(request: HttpRequest, domain_id: uuid.UUID) -> tuple[Domain, bool]:
    """The domain of a settings page, and whether this person may change it.

    Members read the settings; whoever sends a form without the right to is refused. Raises NotFound, Forbidden.
    """
    if request.method == "POST":
        return domain_for(person(request), domain_id, May.MANAGE), True
    membership = membership_of(person(request), domain_id)
    return membership.domain, membership.role in roles_that_may(May.MANAGE)
