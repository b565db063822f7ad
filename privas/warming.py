"""What a process loads before it serves, so that nobody's first message waits for it.

Without it the first message of a fresh web process took seconds (templates with all their tags, the tasks its
relay wakes), and the first question to a fresh worker paid for its domain's index.
"""

from django.db import DatabaseError
from django.template.loader import get_template

from conversations.models import Conversation
from privas.celery import app
from representative.knowledge.index import knowledge_of

# The domains that were talked on last; others build their index when they are asked first.
_DOMAINS = 20


def warm_web() -> None:
    """The lines and cards that every event draws, and the tasks that it wakes."""
    app.loader.import_default_modules()
    for name in ("conversations/_card.html", "conversations/_event.html"):
        get_template(name)


def warm_representative() -> None:
    """The indexes of the domains that were talked on last. A database that is away is no reason not to start."""
    try:
        newest = Conversation.objects.order_by("-last_activity_at").values_list("domain", flat=True)[:500]
        for domain_id in list(dict.fromkeys(newest))[:_DOMAINS]:
            knowledge_of(domain_id)
    except DatabaseError:
        return
