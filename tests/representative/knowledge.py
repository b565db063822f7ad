"""What the domain Acme of these tests knows: a bicycle shop's help pages. And what the demo's shop knows."""

from functools import cache

from privas.demo.knowledge import entries
from representative.embedded.calibration import calibrate
from representative.embedded.index import Document, Index
from representative.knowledge.articles import add_article
from representative.knowledge.index import EagerKnowledge

ARTICLES = [
    {
        "title": "Delivery times and shipping cost",
        "text": "We deliver within 3 working days. Shipping is free from 50 euros; below that it costs 4.90 euros.",
        "phrasings": ["How long does delivery take?", "How much is shipping?", "When will my parcel arrive?"],
        "url": "https://acme.example/help/delivery",
    },
    {
        "title": "Returning an order",
        "text": "You can return anything within 30 days, unused and in its box. Print the return label from your "
        "account, drop the parcel at any post office, and we refund you within 5 working days of its arrival.",
        "phrasings": ["How do I return something?", "Can I send it back?", "How do I get a refund?"],
    },
    {
        "title": "Opening hours of the shop",
        "text": "The shop in Mill Street is open Monday to Friday from 9 to 18 and on Saturday from 10 to 16. "
        "We are closed on Sundays and public holidays.",
        "phrasings": ["When are you open?", "Are you open on Sunday?"],
    },
    {
        "title": "Paying",
        "text": "We accept Visa, Mastercard, PayPal and bank transfer. Orders above 500 euros can be paid in three "
        "instalments without interest.",
        "phrasings": [
            "Which payment methods do you accept?",
            "Can I pay with PayPal?",
            "Can I pay in instalments?",
        ],
    },
    {
        "title": "Guarantee on frames and parts",
        "text": "Frames carry a guarantee of 10 years, all other parts of 2 years. Wear parts such as tyres, chains "
        "and brake pads are excluded.",
        "phrasings": ["How long is the guarantee?", "Is my frame under warranty?"],
    },
    {
        "title": "Booking a repair",
        "text": "Book a repair online or come by. A small service costs 49 euros and takes two days, a large one 99 "
        "euros and takes four. We call you before any part above 20 euros is replaced. E-bikes are repaired if their "
        "motor is from Bosch or Shimano. In April and May it may take up to two weeks until there is a free slot. "
        "Please clean the bicycle before you bring it, or we charge 15 euros for cleaning.",
        "phrasings": ["How do I book a repair?", "What does a service cost?", "Do you repair e-bikes?"],
        "url": "https://acme.example/help/repair",
    },
    {
        "title": "Changing or cancelling an order",
        "text": "Until an order is packed you can change or cancel it in your account under Orders. After that, "
        "please wait for it and send it back.",
        "phrasings": ["Can I cancel my order?", "I want to change the delivery address of my order"],
    },
    {
        "title": "Resetting your password",
        "text": "Click on Forgot password on the log-in page. The link in the mail is valid for one hour.",
        "phrasings": ["I forgot my password", "I can't log in"],
    },
    {
        "title": "Finding the right frame size",
        "text": "Multiply your inseam in centimetres by 0.66 for a city bike and by 0.57 for a mountain bike. "
        "Between two sizes, take the smaller one.",
        "phrasings": ["Which frame size do I need?", "What size fits me?"],
    },
    {
        "title": "Test rides",
        "text": "You can ride any bicycle in the shop for an hour, free of charge. Bring an identity card.",
        "phrasings": ["Can I try a bike before I buy it?", "Do you offer test rides?"],
    },
    {
        "title": "Discounts for companies",
        "text": "From ten bicycles on, companies get 12 percent off and a yearly inspection for free.",
        "phrasings": ["Do you have a discount for companies?", "We need twenty bikes for our staff"],
    },
    {
        "title": "Vouchers",
        "text": "Vouchers are valid for three years. Enter the code at the checkout; what is left stays on the code.",
        "phrasings": ["How do I redeem a voucher?", "Does my gift card expire?"],
    },
]


@cache
def of_acme():
    """Acme's knowledge without a database."""
    return _knowledge(
        Document(one["title"], one["title"], one["text"], tuple(one["phrasings"]), one.get("url", ""))
        for one in ARTICLES
    )


@cache
def of_the_demo():
    """What the seed teaches the demo's shop, without a database."""
    return _knowledge(Document(one.title, one.title, one.text, one.phrasings) for one in entries("knowledge"))


def _knowledge(documents):
    index = Index(documents)
    return EagerKnowledge(index, calibrate(index))


def teach(domain):
    """Give the domain its articles."""
    return [add_article(domain, **article) for article in ARTICLES]
