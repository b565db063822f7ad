"""Short replies whose meaning hangs on what was said before: yes, no, rather not. Pure."""

import re

from representative.detectors.phrases import plain

_FILLER = (
    r"(?:oh|ok|okay|well|um|hmm|please|thanks|thank you|that|it|this|one|do|go|ahead|i|would|you|did|does|very|"
    r"much|be|nice|great|good|so)(?: |$)"
)
_AGREES = (
    r"(?:yes|yeah|yea|yep|yup|ya|sure|of course|definitely|certainly|absolutely|correct|right|exactly|please do|"
    r"go ahead|do it|affirmative|indeed|why not|ok|okay|sounds good|that would be (?:great|good|nice|lovely|"
    r"helpful|perfect)|i would (?:like|love) that|i do|it did|it does|y|si|ja|oui|please)(?: |$)"
)
# Something that agrees stands in it, and there is nothing but such words and small ones.
_YES = re.compile(rf"^(?=(?:{_FILLER})*{_AGREES})(?:{_AGREES}|{_FILLER})*+$")
_NO = re.compile(
    rf"^(?:{_FILLER})*(?:no|nope|nah|no thanks|no thank you|not now|not yet|not really|not needed|no need|neither|"
    rf"none(?: of (?:them|these|those))?|"
    rf"i am (?:good|fine|ok)|negative|n|nein|non|later|maybe later)(?: |$)"
    rf"(?:(?:{_FILLER})*|(?:i am|that is) (?:fine|good|ok|all)(?: thanks)?)$"
)
_REFUSES = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:rather|prefer(?:red)?|would like|want|going|comfortable|willing|ready|wish|able|like|need)\b.*\bnot\b|"
        r"\bnot (?:want|going|comfortable|willing|ready|wish|giv\w+|shar\w+|tell\w+|say\w*|like|need|provid\w+|"
        r"leav\w+)\b",
        r"\brather not\b|\bprefer not\b|\bnone of your\b|\bkeep (?:that|it|this) (?:private|to myself)\b|\bthat "
        r"is private\b|\bprivate$",
        r"\bwhy (?:do|would|should|did) you (?:need|want|ask|have to|know)\b|\bwhat do you need (?:it|that|this) for\b",
        r"\b(?:skip|pass|no comment|anonymous|do not have (?:one|an?|any)|no (?:email|e mail|phone|company)|not "
        r"important|does not matter|irrelevant)\b",
        r"\b(?:stop asking|do not ask|not your business)\b",
    )
]
_GIVES = re.compile(r"@|\d{5,}")


def says_yes(text: str) -> bool:
    """A plain yes, whatever it is about."""
    return bool(_YES.match(plain(text))) and not says_no(text)


def says_no(text: str) -> bool:
    """A plain no, whatever it is about."""
    return bool(_NO.match(plain(text)))


def refuses(text: str) -> bool:
    """Whether a visitor who was asked for something about themselves would rather not say."""
    if _GIVES.search(text):
        return False
    words = plain(text)
    return says_no(text) or any(pattern.search(words) for pattern in _REFUSES)
