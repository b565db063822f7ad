"""Several questions in one message, or in one burst of them."""

import pytest

from representative.embedded.questions import named, split
from representative.embedded.representative import EmbeddedRepresentative
from representative.rehearsal import Rehearsal
from tests.representative.knowledge import of_acme, of_the_demo

SERVICE, DELIVERY, LEG = "a small service €79", "in 5 to 8 working days", "Measure the inside of your leg"


def asked(text, knowledge=None):
    return Rehearsal(EmbeddedRepresentative(), knowledge or of_the_demo()).say(text)


@pytest.mark.parametrize(
    "text",
    [
        "What does a service cost and how long does delivery take and how do I measure my leg?",
        "What does a service cost? How long does delivery take? How do I measure my leg?",
        "What does a service cost?\nHow long does delivery take?\nhow do i measure my leg",
    ],
)
def test_each_of_three_is_answered_in_a_paragraph_of_its_own(text):
    answer = asked(text)
    paragraphs = answer.text.split("\n\n")
    for told, paragraph in zip((SERVICE, DELIVERY, LEG), paragraphs, strict=False):
        assert told in paragraph
        assert len(paragraph.split()) < 45
    assert [source.title for source in answer.sources] == [
        "Book the workshop",
        "Delivery times and costs",
        "Which frame size fits me",
    ]


def test_what_is_not_known_is_named_and_a_person_offered():
    talk = Rehearsal(EmbeddedRepresentative(), of_the_demo())
    answer = talk.say("What does the City E cost and is it in stock?")
    assert "€3,290" in answer.text
    assert answer.text.endswith(
        "I'm not sure about “is it in stock”. Would you like me to bring in a team member?"
    )
    assert talk.say("yes please").cause == "words"


def test_a_no_to_that_offer_is_taken_as_one():
    talk = Rehearsal(EmbeddedRepresentative(), of_the_demo())
    talk.say("What does the City E cost and is it in stock?")
    assert talk.say("no").text.startswith("All right")


def test_who_waits_for_a_person_is_not_offered_another():
    talk = Rehearsal(EmbeddedRepresentative(), of_the_demo())
    talk.say("I want a human")
    answer = talk.say("What does a service cost? Who won the cup final?")
    assert SERVICE in answer.text
    assert "Who won the cup final" in answer.text
    assert "Would you like" not in answer.text


def test_it_means_what_was_asked_before_it():
    answer = asked("How long does delivery take and what does it cost?")
    assert DELIVERY in answer.text
    assert "€4.90" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "Can I return a faulty bike after two months? How long is the warranty on the frame?",
        "How much does delivery cost? Can I return a bike that I have ridden?",
    ],
)
def test_whether_something_is_allowed_is_not_told_without_the_rule(text):
    assert "within 30 days" in asked(text).text


def test_a_sentence_that_answers_two_is_said_once():
    answer = asked("How long does delivery take? How much is shipping?", of_acme())
    assert answer.text.count("within 3 working days") == 1


def test_none_of_several_known_is_one_honest_reply():
    assert asked("Who won the cup final? What is the capital of Peru?").outcome == "offer"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Is it open?", 1),
        ("When I come by, can I test a bike?", 1),
        ("Do you know if and when my parcel arrives?", 1),
        ("I bought a bike last week. How can I return it?", 1),
        ("I bought a bike and how can I return it?", 1),
        ("What is the difference between City E and Tour E?", 1),
        ("What does delivery cost? I live in Munich.", 1),
        ("What does delivery cost? And to Munich?", 2),
        ("I want to know how long delivery takes and what it costs", 2),
        ("Hi, I like the City E. What does it cost? Can I test it?", 2),
    ],
)
def test_a_text_is_cut_only_where_another_question_begins(text, parts):
    assert len(split(text)) == parts
    assert " ".join(split(text)).replace(" and ", " ").split() == text.replace(" and ", " ").split()


def test_a_question_is_named_without_what_stands_around_it():
    assert named("I live in Munich. And what does it cost?") == "what does it cost"
    assert len(named("what is " + "very " * 100 + "long?")) <= 120
