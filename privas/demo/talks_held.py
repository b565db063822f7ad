"""The demo's open talks that a person holds, and those that have gone quiet."""

from datetime import timedelta

from conversations.states import EscalationCause
from privas.demo.people import SALES, SUPPORT
from privas.demo.stage import WINDOWS, Face, Talk
from privas.demo.steps import (
    answers,
    asks_for_control,
    brings_in,
    introduces,
    learns,
    nobody_comes,
    notes,
    rings,
    says,
    takes_over,
    writes,
)

WITH_A_PERSON = (
    Talk(
        Face("kim", "en-US", "America/New_York", "https://www.google.com/"),
        timedelta(seconds=40),
        ("/checkout", "Checkout"),
        (
            says("Hello, I live in New York but the bike is for my mother in Hamburg. Does my card work?"),
            answers(
                "We accept Visa, Mastercard, American Express, PayPal, Apple Pay, Google Pay and bank transfer.",
                "Paying for your order",
                score=0.77,
            ),
            says("My Amex was refused twice. J. Kim, jkim@example.com"),
            learns(),
            brings_in(EscalationCause.OUT_OF_SCOPE, "My Amex was refused twice."),
            takes_over(SALES),
            writes(
                SALES,
                "Hi, I'm Sam. Your bank asked for a confirmation that our page did not show you. One moment.",
            ),
            says("Thanks Sam. It is the City E in sage green, by the way."),
            writes(
                SALES,
                "I have sent a payment link to jkim@example.com. With it the confirmation comes up.",
                after=60,
            ),
            notes(
                SUPPORT, "Her mother had a fitting here on Tuesday: saddle at 71 cm, wants a basket in front."
            ),
            says("Got it, trying now", after=45),
            asks_for_control(SUPPORT, after=20),
        ),
    ),
    Talk(
        Face("petra", "de-DE", "Europe/Berlin", ""),
        timedelta(minutes=5),
        ("/help/error-codes", "Error codes"),
        (
            says("My Tour E shows E07 since the rain yesterday and the motor is dead."),
            answers(
                "Switch the system off, take the battery out, wait ten seconds, put it back until it clicks, and "
                "switch on again: that clears most errors. **E07** means a wet connector that needs to dry.",
                "E-bike shows an error or does not start",
                score=0.93,
            ),
            says("Did that three times. Petra Lang, petra.lang@example.com"),
            learns(),
            rings("The motor does not start, I need my bike tomorrow."),
            takes_over(SUPPORT, after=55),
            writes(
                SUPPORT,
                "Hello Petra, Tess here. Is the rubber cap on the charging port closed, and dry inside?",
            ),
            says("It was open! There is water in it.", after=80),
            writes(
                SUPPORT,
                "Leave it open in a warm room tonight, battery out. Tomorrow at nine I keep a stand free for you.",
            ),
        ),
    ),
)

QUIET = (
    Talk(
        Face("amelie", "fr-FR", "Europe/Paris", "https://www.google.fr/"),
        timedelta(minutes=22),
        ("/leasing", "Company leasing"),
        (
            says("Bonjour, do you work with JobRad? My employer is Atelier Dubois."),
            answers(
                "You can lease any bicycle from €750 through your employer with JobRad, Bikeleasing or Lease a Bike.",
                "Leasing through your employer",
                score=0.9,
            ),
            says("I would rather speak with a human about the contract please"),
            learns(),
            brings_in(EscalationCause.WORDS, "I would rather speak with a human about the contract please"),
            nobody_comes(),
            introduces(name="Amélie Dubois", email="amelie@atelier-dubois.example"),
        ),
    ),
    Talk(
        Face("grandpa", "en-GB", "Europe/London", "https://duckduckgo.com/", WINDOWS),
        timedelta(minutes=41),
        ("/kids", "Children's bikes"),
        (
            says("Which bike is right for a girl of six? Her inside leg is 55 cm."),
            answers(
                "Choose by the inside of the leg, not by age: 16 inch from 45 cm, **20 inch from 54 cm**, 24 inch "
                "from "
                "63 cm, 26 inch from 71 cm. The feet should touch the ground while sitting.",
                "Children's bikes",
                score=0.92,
            ),
            says("Lovely. And if she outgrows it next year?"),
            answers(
                "With our Grow plan you exchange the bike for the next size within three years and get 50 % of the "
                "price back, if it has no more than normal signs of use.",
                "Children's bikes",
                score=0.84,
            ),
        ),
    ),
    Talk(
        Face("tourer", "nl-NL", "Europe/Amsterdam", "https://www.wereldfietser.example/"),
        timedelta(hours=2, minutes=10),
        ("/bikes/touring-2", "Touring 2 · Touring bikes"),
        (
            says("Hoi! Does a MIK pannier fit the Touring 2?"),
            answers(
                "City and touring bikes carry 25 kg on the rear rack; all our panniers with the MIK or KLICKfix "
                "plate fit without tools.",
                "Panniers, child seats and trailers",
                score=0.87,
            ),
            says("And a trailer for the dog?"),
            answers(
                "Trailers are fixed to the rear axle: our adapter for €29 fits all models but the Trail E, whose "
                "axle does not allow one.",
                "Panniers, child seats and trailers",
                score=0.79,
            ),
            says("What pressure for 90 kg plus bags?"),
            answers(
                "The right pressure is written on the side of the tyre; for riders of about 75 kg we recommend 3.5 "
                "bar for city, 4.5 bar for touring, 1.8 bar for mountain tyres.",
                "Punctures, tyres and pressure",
                score=0.8,
            ),
            says("Can I get it in the Netherlands?"),
            answers(
                "We deliver to all countries of the European Union, to Switzerland, Norway and the United Kingdom.",
                "Countries we deliver to",
                score=0.82,
            ),
            says("How long?"),
            answers(
                "Bicycles are built, test-ridden and delivered in 5 to 8 working days.",
                "Delivery times and costs",
                score=0.75,
            ),
            says("Ready to ride too?"),
            answers(
                "If you would rather not do it yourself, choose “Ready to ride” at checkout for €59: our partner "
                "workshop near you builds, adjusts and hands over the bike.",
                "Your bike arrives: assembly",
                score=0.77,
            ),
            says("And theft insurance in NL?"),
            answers(
                "We offer theft and damage insurance from our partner from €7.90 a month. It covers theft, also of "
                "the battery, falls and vandalism, across Europe.",
                "Insurance and theft protection",
                score=0.83,
            ),
            says("What lock?"),
            answers(
                "You need a lock of at least €50 and the frame number, which is on the invoice and under the bottom"
                " bracket.",
                "Insurance and theft protection",
                score=0.74,
            ),
            says("Is the frame under warranty if I ride it around the world?"),
            answers(
                "Frames and forks of our own brand have a warranty of ten years, motors and batteries two years, "
                "all other parts two years by law.",
                "Warranty on frame and parts",
                score=0.72,
            ),
            says("I am 193 cm, inseam 93. Size?"),
            answers(
                "Measure the inside of your leg without shoes, in centimetres, and multiply it: by 0.66 for city "
                "and touring bikes. With 93 cm that is about 61 cm.",
                "Which frame size fits me",
                score=0.85,
            ),
            says("Mooi, I will think about it. Bram de Vries, bram@devries.example"),
            learns(),
            answers("Thank you, Bram. Is there anything else I can help with?", score=0.6),
        ),
    ),
)
