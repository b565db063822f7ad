"""The demo's talks that a person has resolved."""

from datetime import timedelta

from conversations.states import EscalationCause
from privas.demo.people import SALES, SUPPORT
from privas.demo.stage import Face, Talk
from privas.demo.steps import (
    answers,
    asks_for_control,
    brings_in,
    hands_back,
    introduces,
    keeps_control,
    learns,
    nobody_comes,
    notes,
    passes_control,
    rates,
    reopens,
    resolves,
    rings,
    says,
    settles,
    takes_over,
    withdraws_request,
    writes,
)

BY_A_PERSON = (
    Talk(
        Face("lukas", "de-AT", "Europe/Vienna", "https://www.google.at/"),
        timedelta(days=1, hours=6, minutes=17),
        ("/e-bikes/trail-e", "Trail E · E-bikes"),
        (
            says("Is the Trail E in size L in stock? I want to buy today."),
            learns(),
            answers("I am not sure about that. Shall I bring in a team member?", score=0.38),
            says("Yes please. Lukas Berger, lukas.berger@example.com, +43 1 555 0188"),
            learns(),
            brings_in(EscalationCause.OUT_OF_SCOPE, "Is the Trail E in size L in stock?"),
            takes_over(SALES, after=40),
            writes(
                SALES,
                "Hi Lukas, Sam here. Two in size L, one in forest green, one in black. Which shall I keep for you?",
            ),
            says("Green! Can I pay in 12 instalments?", after=55),
            writes(
                SALES,
                "Yes, without interest. The basket with the green one is in your mail; it is kept until tonight.",
            ),
            says("Ordered. You made my day!", after=240),
            notes(SALES, "Ordered NW-20533, €5,490. Wants a test ride of the range extender in spring."),
            resolves(SALES),
            rates(5, "Sam was great."),
        ),
    ),
    Talk(
        Face("damage", "pl-PL", "Europe/Warsaw", ""),
        timedelta(days=2, hours=2, minutes=43),
        ("/help/returns", "Returns"),
        (
            says("My bike arrived with a scratched frame and one pedal is missing. Order NW-20388"),
            answers(
                "Please take photos of the box and the damage and send them within 7 days with your order number. "
                "Missing small parts leave us the same working day, free of charge.",
                "Damaged or missing parts on arrival",
                score=0.9,
            ),
            rings("I want a new bike, not a scratched one."),
            takes_over(SUPPORT, after=70),
            writes(
                SUPPORT,
                "I am sorry, that must not happen. We collect it and send a new one at once. Is tomorrow good?",
            ),
            says("Tomorrow after 4 pm is fine. This is Agnieszka Nowak", after=90),
            learns(),
            asks_for_control(SALES, after=30),
            keeps_control(SUPPORT),
            writes(
                SUPPORT,
                "Booked: tomorrow, 4 to 6 pm. The new bike leaves us today, and the pedal travels with it.",
            ),
            says("Thank you Tess", after=60),
            resolves(SUPPORT),
        ),
    ),
    Talk(
        Face("hotel", "en-GB", "Europe/Berlin", "https://www.linkedin.com/"),
        timedelta(days=3, hours=4, minutes=8),
        ("/business", "Business and fleets"),
        (
            introduces(name="Ingrid Sørensen", email="ingrid@hotel-havn.example", company="Hotel Havn"),
            says("We run a small hotel and want eight city bikes for our guests by May."),
            learns(),
            answers(
                "From five bicycles on we make an individual offer for companies, hotels and cities, with fleet "
                "discounts of 8 to 18 %.",
                "Business customers and fleets",
                score=0.88,
            ),
            takes_over(SUPPORT, after=60),
            writes(SUPPORT, "Hello Ingrid, this is one for my colleague Sam, who makes our offers."),
            asks_for_control(SALES, after=15),
            withdraws_request(SALES),
            asks_for_control(SALES),
            passes_control(SUPPORT),
            writes(
                SALES,
                "Hi Ingrid! Eight City 2 with baskets come to €6,240 net with 12 % off. Offer in your inbox in an "
                "hour.",
            ),
            says("That is within our budget. Looking forward to it.", after=120),
            notes(SALES, "Offer OF-118 sent. Call on Monday."),
            resolves(SALES),
        ),
    ),
    Talk(
        Face("nobody", "en-GB", "Europe/London", ""),
        timedelta(days=4, hours=8, minutes=52),
        ("/contact", "Contact"),
        (
            rings("Question about a crack in my frame"),
            nobody_comes(),
            introduces(name="Tom Fletcher", email="tom.fletcher@example.com"),
            says("There is a hairline crack near the seat tube, bike is 4 years old."),
            answers(
                "Frames and forks of our own brand have a warranty of **ten years**. Send us your order number and "
                "two "
                "photos of the damage; we answer within two working days and collect the bike when it has to come "
                "in.",
                "Warranty on frame and parts",
                score=0.9,
            ),
            takes_over(SUPPORT, after=3600),
            writes(
                SUPPORT,
                "Good morning Tom, sorry that nobody was here last night. Please do not ride it. Collection on "
                "Thursday?",
            ),
            says("Thursday works, thank you.", after=400),
            resolves(SUPPORT),
        ),
    ),
    Talk(
        Face("again", "sv-SE", "Europe/Stockholm", ""),
        timedelta(days=5, hours=2, minutes=26),
        ("/account/orders", "My orders"),
        (
            says("I gave the wrong house number for order NW-20401"),
            answers(
                "Until your order is packed you change the address, the size or the colour, or cancel it, under My "
                "account, Orders, Change.",
                "Change or cancel an order",
                score=0.86,
            ),
            says("ok done, thanks"),
            settles(),
            reopens(SUPPORT),
            writes(
                SUPPORT,
                "One more thing: the haulier needs a phone number. Which one may I give him?",
                after=60,
            ),
            says("+46 8 555 0133. This is Elin Åberg", after=500),
            learns(),
            hands_back(SUPPORT),
            resolves(SUPPORT),
        ),
    ),
)
