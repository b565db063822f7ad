"""`manage.py create_api_token EMAIL --name N [--scope S]…`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import tokens
from accounts.models import User


class Command(BaseCommand):
    """Makes an API token and prints it once."""

    help = "Make an API token for a person. It is printed once, as the last word; only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, under what name, how far."""
        parser.add_argument("email", help="the person for whom the token acts")
        parser.add_argument("--name", required=True, help="what the token is for, as shown in lists")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="SCOPE",
            help=f"one of {', '.join(tokens.Scope.values)}; may be repeated; without it: no limit",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Mint and print."""
        email, name = options["email"].strip(), options["name"].strip()
        if not 1 <= len(name) <= 80:
            raise CommandError("--name needs 1 to 80 characters.")
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email!r}.")
        if not user.is_active:
            raise CommandError(f"{email!r} may not sign in, so a token for it could do nothing.")
        try:
            token, secret = tokens.mint(user, name=name, scopes=options["scope"])
        except tokens.UnknownScope as unknown:
            raise CommandError(str(unknown)) from None
        reach = ", ".join(token.scopes) or "all that this person may do"
        self.stdout.write(f"Token {token.name!r} of {user.email} ({reach}), shown only this once: {secret}")
