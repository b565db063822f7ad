"""`manage.py serve`: the same as `./run`, for those who have made their own environment."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Everything at one address, in one command: broker, web, workers and clock."""

    help = __doc__ or ""
    # The supervisor checks by itself, once it has named what nobody named.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, as in the environment's PORT."""
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Become the supervisor: it must begin before settings are read, and here they have been."""
        sys.stdout.flush()
        argv = [sys.executable, "-m", "privas.supervisor", "--port", str(options["port"])]
        os.execv(sys.executable, argv)  # noqa: S606  (becomes it; no shell wanted)
