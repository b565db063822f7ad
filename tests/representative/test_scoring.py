"""The score and why."""

import datetime

from representative.base import Line
from representative.facts.extraction import facts_of, latest
from representative.scoring import score_of

TODAY = datetime.date(2026, 3, 2)


def scored(*texts, known=None, pages=()):
    transcript = [Line(n, "visitor", "", text) for n, text in enumerate(texts, 1)]
    facts = latest(facts_of(transcript, locale="en-US"))
    return score_of(facts, transcript, known=known or {}, pages=pages, today=TODAY)


def test_nothing_known_is_nought():
    assert scored("hello") == (0, [])


def test_each_point_names_its_message():
    score, reasons = scored("hi", "I'm Maria from Initech", "maria@initech.example")
    assert score == 35
    assert {(reason["points"], reason["n"]) for reason in reasons} == {(5, 2), (10, 2), (20, 3)}
    assert sum(reason["points"] for reason in reasons) == score


def test_a_wish_to_buy_soon_with_a_budget_counts():
    score, reasons = scored("I would like to buy ten bikes within two weeks, our budget is $5,000")
    assert score == 40
    assert "Wants it within 30 days" in {reason["reason"] for reason in reasons}


def test_a_far_date_does_not_count():
    assert scored("We need it in about 6 months")[0] == 0


def test_the_pricing_page_counts():
    assert scored("hello", pages=["https://acme.example/pricing?x=1"])[0] == 5


def test_a_throw_away_address_costs():
    assert scored("me@mailinator.com")[0] == 5


def test_support_only_costs_but_never_below_nought():
    score, reasons = scored("my order is damaged")
    assert score == 0
    assert reasons == [{"points": -10, "reason": "Asks for support only", "n": 1}]


def test_support_beside_a_wish_to_buy_costs_nothing():
    assert scored("my order is damaged", "but I would like to buy another one")[0] == 20


def test_what_the_site_told_counts_once():
    assert scored("maria@initech.example", known={"email": "maria@initech.example", "name": "Maria"})[0] == 25


def test_the_score_never_passes_a_hundred():
    everything = (
        "I'm Maria from Initech, maria@initech.example, call +1 212 555 2368. "
        "I want to buy it asap, my budget is $9,000"
    )
    score, _ = scored(everything, pages=["/pricing"])
    assert 80 <= score <= 100
