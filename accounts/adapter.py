"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitations and by the administrator, never by a public form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: an open form would let strangers in beside the team."""
        return False
