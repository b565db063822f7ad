"""The talks of the demo's second domain."""

from datetime import timedelta

from privas.demo.people import OWNER
from privas.demo.stage import Face, Talk
from privas.demo.steps import answers, ends, learns, says, settles, takes_over, writes

RENTALS = (
    Talk(
        Face("group", "en-GB", "Europe/London", "https://www.tripadvisor.com/"),
        timedelta(days=1, hours=4, minutes=17),
        ("/groups", "Groups"),
        (
            says("We are twelve people and want to ride along the river next Saturday."),
            learns(),
            answers(
                "For groups of eight or more, book two days ahead.",
                "Booking and picking up a rental",
                score=0.7,
            ),
            takes_over(OWNER, after=90),
            writes(
                OWNER,
                "Hello, Nora here. Twelve city bikes for Saturday are free: €173 with the group price. Shall I keep"
                " them?",
            ),
            says("Yes, please! My name is Grace Osei.", after=100),
            learns(),
            ends(OWNER, after=200),
        ),
    ),
    Talk(
        Face("rain", "de-DE", "Europe/Berlin", ""),
        timedelta(hours=20, minutes=43),
        ("/booking", "Your booking"),
        (
            says("What if it rains tomorrow?"),
            answers(
                "Until 24 hours before it begins you cancel free of charge. In a storm warning you may always move "
                "the booking.",
                "Cancelling a rental",
                score=0.88,
            ),
            says("Danke, all clear"),
            settles(),
        ),
    ),
    Talk(
        Face("price", "en-US", "America/Los_Angeles", "https://www.google.com/"),
        timedelta(minutes=7),
        ("/prices", "Prices"),
        (
            says("How much is an e-bike for a week?"),
            answers(
                "A city bike costs €18 a day or €79 a week, an e-bike €39 a day or **€179 a week**. Helmet, lock "
                "and repair kit are included.",
                "Prices for a rented bike",
                score=0.92,
            ),
        ),
    ),
)
