"""The demo's talks that are over without much ado: resolved by the representative, or ended."""

from datetime import timedelta

from conversations.states import EscalationCause
from privas.demo.people import OWNER
from privas.demo.stage import Face, Talk
from privas.demo.steps import (
    answers,
    brings_in,
    ends,
    leaves,
    nobody_comes,
    notes,
    rates,
    rings,
    says,
    settles,
)

BY_THE_AI = (
    Talk(
        Face("maria", "it-IT", "Europe/Rome", "https://www.google.com/"),
        timedelta(days=6, hours=3, minutes=17),
        ("/bikes/city-2", "City 2 · City bikes"),
        (
            says("Do you deliver to Italy?"),
            answers(
                "We deliver to all countries of the European Union, to Switzerland, Norway and the United Kingdom.",
                "Countries we deliver to",
                score=0.9,
            ),
            says("Thank you, that was all"),
            settles(),
        ),
    ),
    Talk(
        Face("gift", "en-GB", "Europe/London", "https://www.google.co.uk/"),
        timedelta(days=1, hours=2, minutes=43),
        ("/gift-cards", "Gift cards"),
        (
            says("How long is a gift card valid?"),
            answers(
                "They are valid for **five years**, online and in the shop, and what is left stays on the card.",
                "Gift cards",
                score=0.91,
            ),
            says("And can I get a printed one by Friday?"),
            answers(
                "Gift cards come by e-mail within minutes or printed by post. Accessories and parts leave our "
                "warehouse "
                "the same working day when you order before 2 pm, and arrive in 1 to 3 working days.",
                "Gift cards",
                "Delivery times and costs",
                score=0.73,
            ),
            says("brilliant, that solved it"),
            settles(),
            rates(5, "Quick and clear."),
        ),
    ),
    Talk(
        Face("winter", "nb-NO", "Europe/Oslo", "https://www.google.no/"),
        timedelta(days=2, hours=5, minutes=8),
        ("/help/battery", "Battery care"),
        (
            says("How should I store the e-bike battery over the winter? It gets to -15 here."),
            answers(
                "For longer breaks store the battery at 30 to 60 % in a dry place between 10 and 20 °C and check it "
                "every two months.",
                "Charging and storing the battery",
                score=0.94,
            ),
            says("Tusen takk, no more questions"),
            settles(),
        ),
    ),
    Talk(
        Face("password", "es-ES", "Europe/Madrid", ""),
        timedelta(days=4, hours=1, minutes=52),
        ("/account/login", "Log in"),
        (
            says("I forgot my password and the mail does not come"),
            answers(
                "A link arrives within a minute and is valid for an hour; look into the spam folder if it does not.",
                "Your account and password",
                score=0.88,
            ),
            says("It was in the spam folder. Thanks!"),
            settles(),
            rates(4),
        ),
    ),
)

ENDED = (
    Talk(
        Face("leaver", "en-US", "America/Chicago", ""),
        timedelta(hours=9, minutes=26),
        ("/", "Northwind Bikes"),
        (
            says("do you sell motorcycles"),
            answers("I'm not sure I can help with that. Shall I bring in a team member?", score=0.12),
            says("no"),
            answers(
                "All right. I know about our bicycles, delivery, returns, sizes, batteries and the workshop.",
                score=0.5,
            ),
            rings("Is there a person?"),
            leaves(),
            rates(2, "Wrong shop I guess"),
        ),
    ),
    Talk(
        Face("spam", "en-US", "", ""),
        timedelta(days=1, hours=11, minutes=35),
        ("/contact", "Contact"),
        (
            says("BEST SEO RANKING for your website, page one of search in 7 days, reply for prices"),
            answers("I'm not sure I can help with that. Shall I bring in a team member?", score=0.08),
            notes(OWNER, "Spam. The same text came on three days."),
            ends(OWNER),
        ),
    ),
    Talk(
        Face("missed", "en-GB", "Europe/London", ""),
        timedelta(days=3, hours=10, minutes=4),
        ("/help/insurance", "Insurance"),
        (
            says("My bike was stolen last night from the station."),
            answers(
                "If your bike was stolen, tell the police first and then send us the report number. The frame number "
                "is on the invoice.",
                "Insurance and theft protection",
                score=0.89,
            ),
            brings_in(EscalationCause.UNABLE, "My bike was stolen last night from the station."),
            nobody_comes(),
            leaves(after=300),
        ),
    ),
)
