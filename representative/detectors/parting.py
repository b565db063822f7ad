"""Do these words to a person leave nothing open: thanks, a goodbye, a yes, "I'll be there"? Pure.

In doubt they do not: a visitor who is answered needlessly has lost less than one who is not answered.
"""

import re

from representative.detectors.frustration import is_frustrated
from representative.detectors.person_wanted import asks_for_person
from representative.detectors.phrases import plain
from representative.detectors.replies import says_no, says_yes
from representative.embedded.questions import is_question
from representative.embedded.small_talk import Talk, small_talk_of
from representative.embedded.words import sentences

_MOST_WORDS, _LONGEST = 15, 600
_PARTING = (Talk.THANKS, Talk.FAREWELL, Talk.FINE, Talk.WAIT)
_ACKNOWLEDGES = re.compile(
    r"^(?:ok|okay|yes|yeah|yep|no|great|perfect|super|cool|good|fine|nice|alright|all right|sure|thanks|thank you|"
    r"cheers|wonderful|lovely|excellent|brilliant|awesome|understood|got it|i see|see you|see ya|until|till|bye|"
    r"have a|take care|you too|same to you|likewise|looking forward|talk to you|will do|(?:i|we) will)\b"
)
_PROMISES = re.compile(r"\b(?:i|we) (?:will|am going to|are going to) (?!need|want)\w+")
_ASKS = re.compile(
    r"\b(?:please|help|need|want|would|(?:can|could|will) (?:you|i|we)|must|should|not|never|still|but|however|"
    r"problem|issue|wrong|broken|missing|lost|question|tell|send|show|give|what|when|where|who|which|why|how|if|"
    r"another|also)\b"
)


def asks_nothing(text: str) -> bool:
    """Whether these words hold no question, no request and no trouble."""
    if "?" in text or len(text) > _LONGEST or asks_for_person(text) or is_frustrated(text):
        return False
    return all(_is_parting(sentence) for sentence in sentences(text))


def _is_parting(sentence: str) -> bool:
    if small_talk_of(sentence) in _PARTING or says_yes(sentence) or says_no(sentence):
        return True
    words = plain(sentence)
    if is_question(sentence) or _ASKS.search(_PROMISES.sub(" ", words)):
        return False
    return bool(_ACKNOWLEDGES.match(words)) and len(words.split()) <= _MOST_WORDS
