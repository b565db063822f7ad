"""The demo's mails beside the alerts, one of every fate."""

from dataclasses import dataclass
from datetime import timedelta

from emailops.models import AttemptOutcome, EmailKind, EmailStatus


@dataclass(frozen=True)
class Try:
    """One attempt, so many seconds after the mail was written."""

    stage: str
    code: int | None
    reply: str
    outcome: AttemptOutcome
    after_s: int


@dataclass(frozen=True)
class Fate:
    """A mail and what became of it. `due` is when the next try comes, counted from now."""

    kind: EmailKind
    recipient: str
    name: str
    subject: str
    text: str
    status: EmailStatus
    ago: timedelta
    tries: tuple[Try, ...] = ()
    due: timedelta | None = None


ACCEPTED = Try("dot", 250, "2.0.0 Ok: queued as 4XkTq21vZ", AttemptOutcome.SENT, 0)
_GREYLISTED = (
    "4.7.1 <nadia@example.net>: Recipient address rejected: Greylisted, please try again in 300 seconds"
)

FATES = (
    Fate(
        EmailKind.SMTP_TEST,
        "nora@northwind.example",
        "Nora Winter",
        "Test of the mail server of Northwind Bikes",
        "This is the test that you asked for. If you can read it, mail leaves as it should.",
        EmailStatus.SENT,
        timedelta(days=6, hours=5),
        (ACCEPTED,),
    ),
    Fate(
        EmailKind.INVITATION,
        "sam@northwind.example",
        "Sam Okafor",
        "Nora Winter invites you to Northwind Bikes",
        "Hello Sam,\n\nNora Winter invites you to answer visitors of Northwind Bikes as an operator.",
        EmailStatus.SENT,
        timedelta(days=6, hours=4),
        (ACCEPTED,),
    ),
    Fate(
        EmailKind.FOLLOW_UP,
        "lukas.berger@example.com",
        "Lukas Berger",
        "Your Trail E in forest green",
        "Hello Lukas,\n\nthank you for your order NW-20533. Your Trail E in forest green, size L, leaves us within "
        "eight working days; the haulier phones you the day before.\n\nSam of Northwind Bikes",
        EmailStatus.SENT,
        timedelta(days=1, hours=5),
        (
            Try("rcpt", 451, "4.3.0 Temporary lookup failure", AttemptOutcome.TEMPORARY, 1),
            Try("dot", 250, "2.0.0 Ok: queued as 4XkVh80cQ", AttemptOutcome.SENT, 66),
        ),
    ),
    Fate(
        EmailKind.FOLLOW_UP,
        "tom.fletcher@exmaple.com",
        "Tom Fletcher",
        "Your question about your frame",
        "Hello Tom,\n\nplease do not ride the bike until we have seen the crack. We collect it on Thursday.",
        EmailStatus.FAILED,
        timedelta(days=4, hours=7),
        (
            Try(
                "rcpt",
                550,
                "5.1.1 <tom.fletcher@exmaple.com>: Recipient address rejected: User unknown",
                AttemptOutcome.PERMANENT,
                1,
            ),
        ),
    ),
    Fate(
        EmailKind.MANUAL,
        "nadia@example.net",
        "Nadia Haddad",
        "Your offer for eight city bikes",
        "Hello Nadia,\n\nhere is the offer that you asked for: eight City 2 with baskets, €6,240 net.\n\nSam",
        EmailStatus.RETRYING,
        timedelta(minutes=9),
        (
            Try("rcpt", 450, _GREYLISTED, AttemptOutcome.TEMPORARY, 1),
            Try("rcpt", 450, _GREYLISTED, AttemptOutcome.TEMPORARY, 340),
        ),
        due=timedelta(hours=1),
    ),
    Fate(
        EmailKind.MANUAL,
        "helen.byrne@example.com",
        "Helen Byrne",
        "Your Trail E in twelve instalments",
        "Hello Helen,\n\ntwelve times €457.50, without interest. The basket is kept for you until Sunday.\n\nSam",
        EmailStatus.QUEUED,
        timedelta(minutes=1),
        due=timedelta(hours=14),
    ),
    Fate(
        EmailKind.NEW_CONVERSATION,
        "pager@northwind.example",
        "",
        "New conversation on Northwind Bikes: “Where is my order?”",
        "A visitor asks: Where is my order?\n\nThe mail server rested for two hours; an alert is worth nothing later.",
        EmailStatus.EXPIRED,
        timedelta(days=2, hours=9),
        (
            Try(
                "connect",
                None,
                "mail.northwind.example:587 did not answer in time.",
                AttemptOutcome.TEMPORARY,
                12,
            ),
        ),
    ),
    Fate(
        EmailKind.MANUAL,
        "ingrid@hotel-havn.example",
        "Ingrid Sørensen",
        "Offer OF-117",
        "Hello Ingrid,\n\nplease find our offer below.",
        EmailStatus.CANCELLED,
        timedelta(days=3, hours=3),
    ),
    Fate(
        EmailKind.BULK,
        "no-more-mail@example.org",
        "",
        "Spring service: 20 % off until Sunday",
        "Your bike has slept all winter.\n\nBook a large service until Sunday and save 20 %.",
        EmailStatus.SUPPRESSED,
        timedelta(days=2),
    ),
    Fate(
        EmailKind.BULK,
        "amelie@atelier-dubois.example",
        "Amélie Dubois",
        "Spring service: 20 % off until Sunday",
        "Your bike has slept all winter.\n\nBook a large service until Sunday and save 20 %.",
        EmailStatus.HELD,
        timedelta(days=2),
    ),
    Fate(
        EmailKind.FOLLOW_UP,
        "petra.lang@example.com",
        "Petra Lang",
        "Your appointment at our workshop",
        "Hello Petra,\n\ntomorrow at nine a stand is free for you. Please bring the charger along.\n\nTess",
        EmailStatus.UNKNOWN,
        timedelta(hours=3),
        (
            Try(
                "dot",
                None,
                "The server broke off between the last byte and its answer.",
                AttemptOutcome.IN_DOUBT,
                2,
            ),
        ),
    ),
)
