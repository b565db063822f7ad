"""Making the demo, all of it in one transaction, or nothing."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from conversations.events import as_past
from conversations.models import Conversation
from domains.members import found_domain
from domains.models import Domain, Membership, Role
from domains.origins import own_origins
from notifications.models import AlertEvent, AlertRule
from privas.demo import knowledge, mails
from privas.demo.people import OWNER, SALES, LogIn, Part, hire, keep
from privas.demo.stage import Talk, play
from privas.demo.talks_closed import BY_THE_AI, ENDED
from privas.demo.talks_held import QUIET, WITH_A_PERSON
from privas.demo.talks_open import WAITING_FOR_A_PERSON, WITH_THE_AI
from privas.demo.talks_rentals import RENTALS
from privas.demo.talks_resolved import BY_A_PERSON
from representative.knowledge.articles import add_article
from widget.demo import DEMO_KEY

# Whoever comes back has the older talk first.
_TALKS = (*BY_THE_AI, *BY_A_PERSON, *ENDED, *QUIET, *WITH_THE_AI, *WITH_A_PERSON, *WAITING_FOR_A_PERSON)
_RULES = (
    (AlertEvent.NEW_CONVERSATION, {"team": "Support"}),
    (AlertEvent.NEW_CONVERSATION, {"address": "desk@northwind.example"}),
    (AlertEvent.ESCALATION, {"role": Role.OWNER}),
    (AlertEvent.ESCALATION, {"team": "Sales"}),
)
_GREETING = "Hi! I'm Ava. Ask me about bikes, sizes, delivery or the workshop, I answer right away."


def exists() -> bool:
    """Whether the demo has been made."""
    return Domain.objects.filter(widget_key=DEMO_KEY).exists()


def make() -> list[LogIn]:
    """Make the demo: the firm with its knowledge, people, talks and mails. The log-ins, the owner first.

    Its events have happened already: nobody is alerted, and the representative answers none of them.
    """
    now = timezone.now()
    with transaction.atomic(), as_past():
        shop = Domain.objects.create(
            name="Northwind Bikes",
            widget_key=DEMO_KEY,
            allowed_origins=[*sorted(own_origins()), "https://northwind.example"],
            greeting=_GREETING,
            brand_colour="#0f766e",
            # The talks are played at once; the gap is set when they have been.
            message_gap_ms=0,
            operator_message_gap_ms=0,
            # Long enough that whoever has just started the demo sees a colleague ask.
            control_timeout_s=120,
        )
        people, logins = hire(shop)
        for event, whom in _RULES:
            AlertRule.objects.create(domain=shop, event=event, **whom)
        talks = _fill(shop, people, "knowledge", _TALKS, now)
        posts = [post for talk in talks for post in mails.alerts_of(talk)]
        mails.write(shop, [*posts, *mails.others(now, people[OWNER])])
        _make_rentals(people, now)
        gap = Domain._meta.get_field("message_gap_ms").default
        Domain.objects.filter(pk=shop.pk).update(message_gap_ms=gap, operator_message_gap_ms=gap)
        # Before the commit: people whose passwords nobody knows would be there for good.
        keep(logins)
    return logins


def _make_rentals(people: dict[Part, User], now: datetime) -> None:
    """A second, smaller domain of the same owner."""
    rentals = found_domain(
        people[OWNER],
        name="Northwind Rentals",
        allowed_origins=["https://rentals.northwind.example"],
        representative_name="Max",
        brand_colour="#b45309",
        new_conversation_alerts=False,
        message_gap_ms=0,
    )
    Membership.objects.create(domain=rentals, user=people[SALES], role=Role.OPERATOR, teams=["Sales"])
    _fill(rentals, people, "knowledge_rentals", RENTALS, now)
    rentals.message_gap_ms = Domain._meta.get_field("message_gap_ms").default
    rentals.save(update_fields=["message_gap_ms"])


def _fill(
    domain: Domain, people: dict[Part, User], known: str, talks: tuple[Talk, ...], now: datetime
) -> list[Conversation]:
    articles: dict[str, uuid.UUID] = {}
    for entry in knowledge.entries(known):
        made = add_article(domain, title=entry.title, text=entry.text, phrasings=entry.phrasings)
        articles[entry.title] = made.pk
    return [play(talk, domain, people, articles, now) for talk in talks]
