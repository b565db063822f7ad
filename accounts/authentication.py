"""Who asks: a program with a token, or a person with the console's session; and how far that reaches."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from accounts import tokens
from accounts.models import ApiToken, User
from accounts.tokens import Scope

if TYPE_CHECKING:  # the framework's views import this module through the settings
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer pvt_…`. Nothing is read from a cookie, so no CSRF check is needed."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and the token, or None where no bearer token was sent."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.verify(secret.strip().decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(
                "This token is unknown, was revoked, or its owner may not sign in.", code="invalid_token"
            )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 names in WWW-Authenticate."""
        return 'Bearer realm="privas"'


class ConsoleSession(SessionAuthentication):
    """The session of a signed-in person; every unsafe request must carry the CSRF token."""

    def authenticate_header(self, request: HttpRequest) -> str:
        """A session has no scheme of its own; programs are pointed to tokens."""
        return 'Bearer realm="privas"'


class WithinScope(IsAuthenticated):
    """Signed in, and, for a token, within its scopes.

    Reading needs `read`; everything else needs the view's `scope`, or `manage` where it names none, so that
    a forgotten line closes a door rather than opening it.
    """

    message = "This token's scopes do not allow it."
    code = "out_of_scope"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether this request may go on to the view."""
        if not super().has_permission(request, view):
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        needed = Scope.READ if request.method in SAFE_METHODS else getattr(view, "scope", Scope.MANAGE)
        return tokens.reaches(request.auth.scopes, needed)
