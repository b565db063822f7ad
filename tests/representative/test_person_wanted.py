"""Who asks for a person, and who only mentions one."""

from pathlib import Path

import pytest

from representative.detectors.person_wanted import asks_for_person

PHRASES = Path(__file__).parent
ASKS = (PHRASES / "asks_for_a_person.txt").read_text(encoding="utf-8").splitlines()

DOES_NOT = (PHRASES / "asks_for_nobody.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_it_hears_a_request_for_a_person(text):
    assert asks_for_person(text)


@pytest.mark.parametrize("text", ["Please connect me to a human.\n{}", "{}\nCan I talk to a person?"])
def test_a_request_is_heard_at_either_end_of_a_long_message(text):
    assert asks_for_person(text.format("The frame came without its bell, and the box was open. " * 60))


@pytest.mark.parametrize("text", DOES_NOT)
def test_a_person_only_mentioned_is_no_request(text):
    assert not asks_for_person(text)
