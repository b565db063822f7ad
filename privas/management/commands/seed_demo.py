"""`manage.py seed_demo`: the demo domain, its knowledge, people and past conversations."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from privas.demo import people, seed


class Command(BaseCommand):
    """Does nothing but name the log-ins when the demo exists."""

    help = "Make the demo domain with its knowledge, people, past conversations and mails; print the log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each person, the owner first; the password is the line's last word."""
        if not settings.DEMO:
            raise CommandError("DEMO is off here: a demo with known log-ins does not belong into production.")
        logins = people.known_logins() if seed.exists() else seed.make()
        if not logins:
            self.stderr.write(
                "The demo is there, made from another DATA_DIR. Set a password: manage.py changepassword EMAIL"
            )
        for one in logins:
            self.stdout.write(one.line)
