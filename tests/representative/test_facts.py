"""What is learnt about a visitor, and what is not invented."""

import pytest

from representative.base import Line
from representative.facts.extraction import facts_of, latest

# (the visitor's words, what is learnt)
TELLS = [
    (
        "Did that. Petra Lang, petra.lang@initech.example",
        {"name": "Petra Lang", "email": "petra.lang@initech.example"},
    ),
    ("J. Kim, jkim@initech.example", {"name": "J. Kim", "email": "jkim@initech.example"}),
    ("Amélie Dubois, amelie@initech.example", {"name": "Amélie Dubois", "email": "amelie@initech.example"}),
    ("Hello Team, write to info@initech.example", {"email": "info@initech.example"}),
    ("See Berlin Shop, office@initech.example", {"email": "office@initech.example"}),
    ("my name is Maria Lopez", {"name": "Maria Lopez"}),
    ("my name is maria", {"name": "Maria"}),
    ("Hi, I'm Maria from Initech, how much is it?", {"name": "Maria", "company": "Initech"}),
    ("I am Jan van der Berg", {"name": "Jan van der Berg"}),
    ("This is Peter, my order is late", {"name": "Peter"}),
    ("call me Bob", {"name": "Bob"}),
    ("you can reach me at maria@initech.example", {"email": "maria@initech.example"}),
    ("My email is Maria.Lopez+shop@Initech.example.", {"email": "maria.lopez+shop@initech.example"}),
    ("maria@initech.example", {"email": "maria@initech.example"}),
    ("<maria@initech.example>", {"email": "maria@initech.example"}),
    ("maria at initech dot com", {"email": "maria@initech.com"}),
    ("maria (at) mail . initech [dot] com", {"email": "maria@mail.initech.com"}),
    ("Please answer soon.\n\nRegards,\n\nAnna-Maria de la Cruz", {"name": "Anna-Maria de la Cruz"}),
    ("Call me at (212) 555-2368", {"phone": "+1 212-555-2368"}),
    ("my phone number is +49 30 901820", {"phone": "+49 30 901820"}),
    ("+44 20 7946 0958", {"phone": "+44 20 7946 0958"}),
    ("I work at Globex Corporation", {"company": "Globex Corporation"}),
    ("our company is Umbrella Ltd", {"company": "Umbrella Ltd"}),
    ("I'm the CTO of Stark Industries", {"company": "Stark Industries"}),
    ("Our budget is $5,000", {"budget": "$5,000"}),
    ("we have a budget of $5,000 monthly", {"budget": "$5,000"}),
    ("we have a budget of around 10k to 15k", {"budget": "10k to 15k"}),
    ("I can spend up to 200 euros per month", {"budget": "200 euros per month"}),
    ("We need it by the end of March", {"timing": "by the end of march"}),
    ("we want to start within two weeks", {"timing": "within two weeks"}),
    ("I need this asap", {"timing": "asap"}),
    ("I'm interested in the Pro plan", {"need": "I'm interested in the Pro plan"}),
    ("Can I get a demo?", {"need": "Can I get a demo"}),
    (
        "we are looking for a chat tool for 20 people",
        {"need": "we are looking for a chat tool for 20 people"},
    ),
    ("I would like to buy two bikes", {"need": "I would like to buy two bikes"}),
]

TELLS_NOTHING = [
    "I'm looking at your site",
    "I am not sure",
    "I'm Berlin based",
    "I'm from Berlin",
    "my order number is 4471234567",
    "invoice 2024123456 is wrong",
    "I wrote to support@acme.example yesterday",
    "is your email support@acme.example?",
    "the server is 192.168.10.254",
    "card 4242 4242 4242 4242",
    "does the $49 plan include support?",
    "why was I charged $50?",
    "when do you open tomorrow?",
    "this is ridiculous",
    "I am frustrated",
    "This is not what I asked",
    "how are you today?",
    "foo@bar",
    "@maria on twitter",
    "What's your name?",
    "my colleague bob@initech.example told me",
    "I have 3 kids and 2 dogs",
    "my name is not important",
    "version 10.4.22.1 crashes",
]


def learnt(*lines):
    transcript = [Line(n, by, "", text) for n, (by, text) in enumerate(lines, 1)]
    return {field: fact.value for field, fact in latest(facts_of(transcript, locale="en-US")).items()}


@pytest.mark.parametrize(("text", "facts"), TELLS)
def test_it_learns_what_the_visitor_tells(text, facts):
    found = learnt(("visitor", text))
    assert {field: found.get(field) for field in facts} == facts


@pytest.mark.parametrize("text", TELLS_NOTHING)
def test_it_invents_nothing(text):
    assert learnt(("visitor", text)) == {}


@pytest.mark.parametrize("text", [text for text, _ in TELLS])
def test_each_fact_has_a_verbatim_quote(text):
    for fact in facts_of([Line(1, "visitor", "", text)], locale="en-US"):
        assert fact.quote in text


@pytest.mark.parametrize(
    ("question", "answer", "facts"),
    [
        ("What's your name?", "maria", {"name": "Maria"}),
        ("May I have your name?", "It's Maria Lopez", {"name": "Maria Lopez"}),
        ("Which company are you with?", "Initech", {"company": "Initech"}),
        ("What is your budget?", "around 5000", {"budget": "5000"}),
        ("When would you like to start?", "next month", {"timing": "next month"}),
        ("What's the best phone number for you?", "212 555 2368", {"phone": "+1 212-555-2368"}),
    ],
)
@pytest.mark.parametrize("asker", ["ai", "operator"])
def test_the_question_before_decides_what_a_bare_answer_means(asker, question, answer, facts):
    assert learnt((asker, question), ("visitor", answer)) == facts


@pytest.mark.parametrize("answer", ["no", "I'd rather not say", "why?", "how much is it?", "yes", "later"])
def test_declining_is_not_a_name(answer):
    assert learnt(("ai", "What's your name?"), ("visitor", answer)) == {}


def test_what_an_operator_notes_to_the_visitor_counts():
    found = learnt(
        ("operator", "So your email is maria@initech.example, right?"),
        ("operator", "And your name is Maria."),
    )
    assert found == {"email": "maria@initech.example", "name": "Maria"}


def test_what_an_operator_says_of_themselves_does_not():
    assert (
        learnt(("operator", "I'm Omar from Acme, write to omar@acme.example or call +1 212 555 2368")) == {}
    )


def test_a_correction_supersedes():
    assert learnt(("visitor", "maria@initech.example"), ("visitor", "sorry, maria.l@initech.example")) == {
        "email": "maria.l@initech.example"
    }
