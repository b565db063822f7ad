"""The demo's talks that go on without a person: with the representative, or waiting for somebody."""

from datetime import timedelta

from conversations.states import EscalationCause
from privas.demo.people import SUPPORT
from privas.demo.stage import PHONE, WINDOWS, Face, Talk
from privas.demo.steps import (
    answers,
    brings_in,
    drops_reply,
    flags,
    goes_to,
    hands_back,
    learns,
    nobody_comes,
    notes,
    rings,
    says,
    takes_over,
    writes,
)

WITH_THE_AI = (
    Talk(
        Face("browsing", "en-GB", "Europe/Berlin", "https://www.google.com/"),
        timedelta(seconds=50),
        ("/e-bikes", "E-bikes"),
        (
            says("Hi! What is the difference between the City E and the Tour E?"),
            answers(
                "Our City E rides on paved ways and carries shopping: step-through frame, 60 Nm motor, belt drive. "
                "Tour E is for long distances: 75 Nm, 625 Wh, suspension fork.",
                "Choosing an e-bike",
                score=0.86,
            ),
            goes_to("/e-bikes/tour-e", "Tour E · E-bikes"),
            says("And how far does the Tour E get me on one charge?"),
            answers(
                "With one charge the City E (500 Wh) goes 60 to 90 km, the Tour E (625 Wh) **80 to 130 km** and the "
                "Trail E (750 Wh) 60 to 110 km. Hills, wind, cold and strong support shorten the range.",
                "Range of an e-bike",
                "Choosing an e-bike",
                score=0.91,
            ),
        ),
    ),
    Talk(
        Face("helen", "en-IE", "Europe/Dublin", "https://www.bikeforum.example/t/9912", PHONE),
        timedelta(minutes=2),
        ("/financing", "Financing"),
        (
            says("Can I pay for a Trail E in monthly instalments?"),
            answers(
                "From €300 you can pay in 6, 12, 24 or 36 monthly instalments. Up to 12 months there is no interest; "
                "24 and 36 months cost 5.9 % a year.",
                "Paying in instalments",
                score=0.88,
            ),
            says("Great. I'm Helen Byrne, helen.byrne@example.com. Could you send me a quote for 12 months?"),
            learns(),
            answers(
                "Thank you, Helen. For 12 months there is no interest: choose “Instalments” at checkout and you get "
                "the answer within a minute. You need an ID card and your bank account. When would you like to ride?",
                "Paying in instalments",
                score=0.8,
            ),
        ),
    ),
    Talk(
        Face("jonas", "de-DE", "Europe/Berlin", "", WINDOWS),
        timedelta(minutes=4),
        ("/workshop", "Workshop"),
        (
            says("Guten Tag, can I bring my bike on Saturday morning? The brake squeaks."),
            answers(
                "We are open Monday to Friday from 9 am to 7 pm and Saturday from 10 am to 4 pm. You book our "
                "workshop "
                "online under Workshop, Book an appointment.",
                "Opening hours and address",
                "Book the workshop",
                score=0.74,
            ),
            says("Can somebody look at it while I wait? I have to catch a train at noon.", after=65),
            takes_over(SUPPORT),
            drops_reply("taken_over"),
            writes(
                SUPPORT,
                "Hello! Tess from the workshop. Be here at ten sharp and I check the brake straight away.",
            ),
            says("Perfect, see you on Saturday! I'm Jonas Richter", after=50),
            learns(),
            notes(SUPPORT, "Saturday 10:00, squeaking brake, Jonas Richter. Blocked 30 minutes on stand 2."),
            hands_back(SUPPORT),
            says("What does it cost if the pads are worn?", after=70),
            answers(
                "A check costs €39, a small service €79; parts are extra and we phone you before anything above the "
                "agreed price. Tess expects you on Saturday at ten.",
                "Book the workshop",
                score=0.71,
            ),
        ),
    ),
)

WAITING_FOR_A_PERSON = (
    Talk(
        Face("maria", "it-IT", "Europe/Rome", "https://www.google.com/", WINDOWS),
        timedelta(seconds=45),
        ("/business", "Business and fleets"),
        (
            says("Good morning, could you send us an offer for 40 e-bikes for our three offices?"),
            answers(
                "From five bicycles on we make an individual offer for companies, hotels and cities, with fleet "
                "discounts of 8 to 18 %, a service contract on site, and invoices payable within 30 days. "
                "Which company are you writing for?",
                "Business customers and fleets",
                score=0.9,
            ),
            says(
                "We are Rossi Logistica SpA in Milan. Maria Rossi, maria.rossi@rossi-logistica.example, +39 02 555 0142"
            ),
            learns(),
            answers("Thank you, Maria. By when do you need the bikes, and is there a budget?", score=0.6),
            says("We need them within four weeks. Our budget is 120,000 euros."),
            learns(),
            answers(
                "That fits well: Tour E with a service contract on site is what most offices choose. "
                "Our Sales team answers within one working day.",
                "Business customers and fleets",
                score=0.7,
            ),
            goes_to("/business/quote", "Request a quote"),
            rings("I would like to talk the offer through with somebody today."),
            learns(),
        ),
    ),
    Talk(
        Face("oliver", "en-GB", "Europe/London", "", PHONE),
        timedelta(seconds=31),
        ("/account/orders", "My orders"),
        (
            says(
                "This is Oliver Hughes. Where is my parcel? Order NW-20417, it should have been here on Monday."
            ),
            answers(
                "As soon as your parcel leaves us you get an e-mail with a tracking link. You also find it under "
                "My account, Orders. If the tracking has not moved for three working days, write to us with your "
                "order number and we ask the carrier.",
                "Track your order",
                score=0.83,
            ),
            says("It has not moved for FIVE days. I have written twice. This is ridiculous!!"),
            learns(),
            brings_in(EscalationCause.FRUSTRATION, "The visitor is upset: “This is ridiculous!!”"),
        ),
    ),
    Talk(
        Face("student", "fr-FR", "Europe/Paris", "https://www.instagram.com/", PHONE),
        timedelta(minutes=4),
        ("/bikes/road-3", "Road 3 · Road bikes"),
        (
            says("is there a student discount on the Road 3?"),
            answers(
                "Students and apprentices get 8 % on bicycles and 12 % on accessories after a check of their status "
                "at checkout.",
                "Discount codes and student discount",
                score=0.89,
            ),
            says("ok cool and do you have it in 52 cm? the page says out of stock"),
            answers(
                "I am not sure about that. Did you mean one of these?\n\n- Which frame size fits me",
                "Which frame size fits me",
                score=0.41,
            ),
            flags(
                SUPPORT,
                "Road 3 in 52 cm: two came in this morning, not in the shop system yet. Sales, please tell.",
            ),
            nobody_comes(),
        ),
    ),
)
