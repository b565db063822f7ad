"""A question after a question: on the same matter, about the same sentence, the same once more."""

import pytest

from conversations.markdown import render
from representative.embedded.questions import same
from representative.embedded.representative import EmbeddedRepresentative
from representative.embedded.sayings import NOTHING_NEW, PASSED_ON, WAITING
from representative.rehearsal import Rehearsal
from tests.representative.knowledge import of_acme, of_the_demo


def demo():
    return Rehearsal(EmbeddedRepresentative(), of_the_demo())


def acme():
    return Rehearsal(EmbeddedRepresentative(), of_acme())


# The first question and the second, what its answer must tell and must not.
SECOND = [
    (
        demo,
        "What does a service cost?",
        "How long does a service take?",
        "collect it the same or the next day",
        "€79",
    ),
    (demo, "What does a service cost?", "How long does it take?", "the same or the next day", "€79"),
    (demo, "What does delivery cost?", "And how long does delivery take?", "in 5 to 8 working days", "€4.90"),
    (demo, "How long does delivery take?", "what does delivery cost", "€4.90", "working days"),
    (acme, "What does a service cost?", "How long does a service take?", "takes two days", "20 euros"),
    (acme, "How much is shipping?", "how long does delivery take?", "within 3 working days", "4.90"),
    (demo, "How far does the City E go?", "and in winter?", "about a quarter less", "60 to 90 km"),
    (demo, "how long is the warranty on the battery?", "and on the frame?", "ten years", "insurance"),
    (demo, "how long is the warranty on the battery?", "what about the frame?", "ten years", "lock"),
    (demo, "Are you open on Sunday?", "What about holidays?", "public holidays", "Baumwall"),
    (demo, "can I return a bike?", "and accessories?", "in their packaging", "30 days"),
    (demo, "what does delivery cost?", "and to Austria?", "European Union", "€4.90"),
]


@pytest.mark.parametrize(("shop", "first", "second", "told", "not_told"), SECOND)
def test_a_second_question_on_the_same_matter_is_answered_by_itself(shop, first, second, told, not_told):
    talk = shop()
    assert talk.say(first).outcome == "answer"
    answer = talk.say(second)
    assert (answer.outcome, answer.cause) == ("answer", "")
    assert told in answer.text
    assert not_told not in answer.text


def test_questions_that_go_on_from_one_another_all_mean_the_first():
    talk = demo()
    talk.say("How far does the City E go?")
    assert "the Tour E (625 Wh) 80 to 130 km" in talk.say("and the Tour E?").text
    assert "about a quarter less" in talk.say("and in winter?").text


@pytest.mark.parametrize(
    "second",
    ["can I return it after 5 weeks", "and after 5 weeks?", "can I return a ridden bike after 5 weeks?"],
)
@pytest.mark.parametrize("first", ["can I return a bike?", "what is your return policy?"])
def test_a_number_after_the_rule_is_answered_with_the_rule(first, second):
    talk = demo()
    talk.say(first)
    assert "within 30 days" in talk.say(second).text


@pytest.mark.parametrize(
    "first", ["Where is your shop?", "is your shop open on Sunday?", "Are you open on Saturday?"]
)
def test_a_direct_question_gets_its_answer_though_it_was_said_before(first):
    talk = demo()
    talk.say(first)
    answer = talk.say("what are your opening hours").text
    assert "Monday to Friday from 9 am to 7 pm" in answer
    assert "Harbour Street 12" in talk.say("what is your address?").text


def test_a_suggestion_taken_up_takes_nothing_from_the_next_question():
    talk = demo()
    assert talk.say("where is harbour").outcome == "suggest"
    talk.say("yes")
    assert "Monday to Friday from 9 am to 7 pm" in talk.say("what are your opening hours").text


def test_what_goes_on_with_something_unknown_stays_unknown():
    talk = demo()
    talk.say("do you sell helmets?")
    assert talk.say("and gloves?").outcome == "offer"


def test_one_sentence_of_an_operator_may_answer_two_questions():
    talk = demo()
    talk.say("hello")
    talk.heard("operator", "Your bike is reserved until Friday 6 pm under reservation number R-4711.", "Omar")
    assert "until Friday 6 pm" in talk.say("Until when is it reserved?").text
    assert "R-4711" in talk.say("What was the reservation number?").text


def test_an_address_that_an_operator_gave_is_quoted_as_a_link_that_works():
    talk = demo()
    talk.say("hello")
    talk.heard("operator", "You find your reservation at https://northwind.example/x", "Sam")
    quoted = talk.say("Where do I find my reservation?").text
    assert quoted.endswith("> You find your reservation at https://northwind.example/x")
    assert "<blockquote>" in render(quoted, "ai")


def test_who_waits_for_a_person_is_told_once_how_it_stands_and_then_briefly():
    talk = acme()
    talk.say("I want to talk to a human")
    first, *others = [
        talk.say(f"{question}?").text
        for question in ("Who won the cup final", "What is the capital of Peru", "How old is the queen")
    ]
    assert first == WAITING
    assert set(others) == set(PASSED_ON)


def test_the_same_question_again_is_at_most_offered_a_person():
    talk = acme()
    talk.say("Are you open on Sunday?")
    again = talk.say("are you open on Sunday, please?")
    assert (again.text, again.cause) == (NOTHING_NEW, "")
    assert "closed on Sundays" in talk.say("Are you open on Sunday?").text
    talk.say("Are you open on Sunday?")
    assert talk.say("yes").cause == "words"


def test_who_waits_for_a_person_and_asks_the_same_again_is_told_that_one_is_asked_for():
    talk = acme()
    talk.say("I want to talk to a human")
    talk.say("Are you open on Sunday?")
    assert "team" in talk.say("Are you open on Sunday?").text


@pytest.mark.parametrize(
    ("question", "other", "expected"),
    [
        ("Are you open on Sunday?", "open on sunday are you", True),
        ("How much is a service?", "how much is a service please", True),
        ("How much is a service?", "How long is a service?", False),
        ("Where is it?", "When is it?", False),
        ("one", "two", False),
    ],
)
def test_the_same_question_is_told_from_another(question, other, expected):
    assert same(question, other) is expected


@pytest.mark.parametrize(
    "text",
    [
        "My name is Karl, what's your address in Hamburg?",
        "My name is Karl, what is your address in Hamburg",
        "karl@example.com, what is your address",
        "what is your address, my mail is karl@example.com",
    ],
)
def test_who_tells_something_of_themselves_is_told_what_they_ask(text):
    assert demo().say(text).text.startswith("Shop and workshop are at Harbour Street 12")


def test_a_misspelt_question_beside_a_name_is_looked_up_too():
    assert "Opening hours and address" in demo().say("My name is Karl, whats your adress in hamburg").text
