"""What a new user asks the demo: the articles that the seed teaches must answer it, and say no to the rest."""

import pytest

from conversations.models import Escalation
from conversations.states import Lifecycle
from privas.demo.knowledge import entries
from representative.embedded.excerpts import excerpt
from representative.knowledge.articles import add_article
from representative.knowledge.index import knowledge_of
from representative.models import Gap
from tests.cast import make_cast, vera
from tests.representative.knowledge import of_the_demo
from tests.representative.talking import ai_words, talk

# The question, the article, and words that the answer must hold.
ANSWERED = [
    ("how much is the City E?", "Prices of our bikes", "€3,290"),
    ("How much do your bikes cost?", "Prices of our bikes", "€5,490"),
    ("what do your e-bikes cost", "Prices of our bikes", "€4,290"),
    ("price of the tour e", "Prices of our bikes", "€4,290"),
    ("what size for 178 cm", "Which frame size fits me", ""),
    ("I am 178cm, what size do I need?", "Which frame size fits me", ""),
    ("what frame size for 1.78 m", "Which frame size fits me", ""),
    ("can I do a test ride?", "Test rides", "free of charge"),
    ("a test ride?", "Test rides", "free of charge"),
    ("where is your shop", "Opening hours and address", "Harbour Street 12"),
    ("shop address?", "Opening hours and address", "Harbour Street 12"),
    ("whats your address", "Opening hours and address", "Harbour Street 12"),
    ("are you open on sunday", "Opening hours and address", "closed on Sundays"),
    ("do you have helmets", "Helmet sizes", "We sell helmets"),
    ("do you sell helmets?", "Helmet sizes", "We sell helmets"),
    ("hwo long does delivry take to munich?", "Delivery times and costs", "working days"),
    ("do u have kids bikes", "Children's bikes", "inch"),
    ("which ebike has the biggest range?", "Range of an e-bike", "80 to 130 km"),
    ("can I return a bike if i dont like it", "Returns and refunds", "30 days"),
    ("do you ship to Austria?", "Countries we deliver to", "European Union"),
    ("do you deliver to germany", "Countries we deliver to", "European Union"),
    ("my bike was stolen", "Insurance and theft protection", "police"),
    ("do you rent bikes?", "Renting a bike", "Northwind Rentals"),
    ("can i rent a bike for the weekend", "Renting a bike", "Northwind Rentals"),
    ("What is the range of the Trail E?", "Range of an e-bike", "60 to 110 km"),
    ("Can I send it back after 20 days?", "Returns and refunds", "30 days"),
    ("can i send it back after two weeks", "Returns and refunds", "30 days"),
    ("Where are you?", "Opening hours and address", "Harbour Street 12"),
]
UNKNOWN = """
what is the capital of peru
who won the match last night
do you sell cars
do you sell laptops
do you have scooters
what is the weather tomorrow
can you cook pasta
how old is the queen
tell me a joke
what is your favourite film
where can i buy milk
""".strip().splitlines()
# They name a bike of the shop, and ask what no article tells.
NEARLY_KNOWN = """
how heavy is the city e
what colours does the city e come in
is the city e in stock
is the motor loud
""".strip().splitlines()


@pytest.fixture
def shop(db):
    """A domain that knows what the demo's shop knows."""
    acme = make_cast().acme
    for entry in entries("knowledge"):
        add_article(acme, title=entry.title, text=entry.text, phrasings=entry.phrasings)
    return acme


@pytest.mark.parametrize(("question", "title", "told"), ANSWERED)
def test_it_is_answered_at_once(question, title, told):
    found = of_the_demo().find(question)
    assert (found.band, found.passages[0].title) == ("answer", title)
    assert told in excerpt(found.passages[0].text, question, title=title)


def test_the_rule_at_the_beginning_is_never_left_out(shop):
    (reply,) = ai_words(talk(vera(shop), "can I return it after 5 weeks"))
    assert reply.startswith("You may send anything back within 30 days")


def test_an_articles_own_question_is_answered_with_all_of_it(shop):
    (reply,) = ai_words(talk(vera(shop), "How much range do I lose in winter?"))
    assert "60 to 90 km" in reply
    assert "at 0 °C expect about a quarter less" in reply


def test_what_a_service_costs_is_said_before_how_to_book_it(shop):
    (reply,) = ai_words(talk(vera(shop), "What does a service cost?"))
    assert reply.startswith("A check costs €39, a small service €79")


@pytest.mark.parametrize("question", ["when are you open tomorrow?", "are you open tonight"])
def test_tomorrow_is_no_word_that_an_article_must_hold(shop, question):
    (reply,) = ai_words(talk(vera(shop), question))
    assert reply.startswith("I think you mean “Opening hours and address”:")
    assert "Monday to Friday from 9 am to 7 pm" in reply


@pytest.mark.parametrize("question", UNKNOWN)
def test_what_the_shop_does_not_know_stays_unknown(question):
    assert of_the_demo().find(question).band == "none"


@pytest.mark.parametrize("question", NEARLY_KNOWN)
def test_what_is_only_nearly_known_is_never_told_as_an_answer(shop, question):
    (reply,) = ai_words(talk(vera(shop), question))
    assert reply.startswith("Did you mean") or "team member" in reply


@pytest.mark.parametrize("question", ["do u have kids bikes", "can i rent a bike for the weekend"])
def test_thanks_that_helps_after_the_answer_resolves(shop, question):
    conversation = talk(vera(shop), question, "thanks, that helps")
    assert conversation.lifecycle == Lifecycle.RESOLVED
    assert not Gap.objects.exists()
    assert not Escalation.objects.exists()


def test_the_only_article_that_fits_is_told_and_can_be_confirmed(shop):
    question = "is there a video to assemble"
    shop.answer_eagerness = -0.15
    shop.save()
    found = knowledge_of(shop.pk).at(-0.15).find(question)
    assert (found.band, len(found.passages)) == ("suggest", 1)
    conversation = talk(vera(shop), question, "thanks, that helps")
    assert ai_words(conversation)[0].startswith("I think you mean “Your bike arrives: assembly”:")
    assert conversation.lifecycle == Lifecycle.RESOLVED
