"""Does the visitor confirm that the question is solved? What the AI said before decides what "yes" means.

In doubt it is no confirmation: a talk closed too early costs more than one left open.
"""

import re

from representative.detectors.phrases import clauses, plain
from representative.detectors.replies import says_no, says_yes

_POLITE = (
    r"ok|okay|oh|ah|yes|yeah|wow|great|perfect|awesome|amazing|excellent|brilliant|cool|nice|super|lovely|"
    r"good|thanks|cheers|thank|you|so much|a lot|very much|much appreciated|many|all|really|then|ava|"
    r"everyone|guys|that|now|i think|no"
)
_STRONG = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:that|this|it|which|you|your answer|the (?:answer|link|article|info|information)) (?:really |totally "
        r"|already |just |has |have |was |certainly |definitely |all )*"
        r"(?:helps|helped|helpful|answers|answered|solves|solved|worked|works|fixed|fixes|did it|did the trick|"
        r"does it|does the trick|clears|cleared|cleared up|explains|explained|will do|makes sense|covers|resolved|"
        r"resolves|sorted)\b",
        r"\b(?:that|this|it) (?:is|was) (?:all|everything|exactly|just|precisely|very|really|super|so|extremely|"
        r"the (?:answer|info|information)|it|what)\b"
        r"(?: (?:very|really|so))*(?: (?:i|we) (?:needed|wanted|need|was looking for|were looking for|was asking|"
        r"had in mind|wanted to know)| what (?:i|we) (?:needed|wanted|need|was "
        r"looking for)| helpful| clear| useful| for now| for today| thanks| thank you|$)",
        r"\b(?:problem|issue|question|everything|all|that|it) (?:is |was |has been |got |been )*(?:solved|"
        r"resolved|sorted|answered|fixed|clear now|cleared|settled)\b",
        r"^(?:(?:i am|we are|ok|okay|great|perfect|thanks|thank you|yes|no|nope|you are) )*(?:all )?(?:set|sorted|"
        r"good now|done)(?: now| then| here)?(?: thanks| thank you)?$",
        r"^(?:(?:i am|we are|ok|great|perfect|thanks|thank you|yes|no|nope) )*all (?:good|set|sorted|clear|"
        r"done)(?: now| then| here)?(?: thanks| thank you| cheers)?$",
        r"^(?:(?:ok|okay|great|ah|oh|cool|nice|alright|perfect|awesome|super|yes|thanks|thank you) )*(?:got it|"
        r"understood|i see|makes sense|clear now|that is clear|i understand(?: now)?|gotcha)"
        r"(?: now)? (?:thanks|thank you|cheers|great|perfect|thx)(?: \w+){0,3}$",
        r"\b(?:no|nope|no more|no further|no other) (?:more |further |other )?(?:questions?|nothing else|"
        r"thank(?:s| you) that is all|that is (?:all|it|everything))\b",
        r"\b(?:nothing else|no more questions|no further questions|that would be all|that will be all|that is all "
        r"i need)\b",
        r"\b(?:thanks|thank you|cheers)(?: \w+){0,2} for (?:(?:the|your|all|this|that|quick|such) )*"
        r"(?:help|info|information|answer|answers|clarification|explanation|support|assistance|quick \w+|time|"
        r"clarifying|explaining|helping|"
        r"clearing|answering)\b",
        r"\b(?:i|we) have (?:what|everything|all|all that) (?:i|we) (?:need|needed|wanted)\b|\b(?:great|perfect|"
        r"good|excellent|clear|helpful) "
        r"(?:answer|explanation|info|information)\b|\bhappy with (?:that|this|the answer)\b|\b(?:that|this) (?:is|"
        r"was) (?:\w+ )?(?:easy|quick|fast|"
        r"all then|me sorted|it then)\b",
        r"^(?:very|super|really|extremely|so|most) (?:helpful|useful)(?: thanks| thank you)?$",
        r"^(?:perfect|excellent|brilliant|wonderful|awesome|fantastic|exactly|great)(?: exactly)?(?: thanks| "
        r"thank you)(?: so much| a lot| very much)?$",
        r"\b(?:found|solved|fixed|figured|sorted) it\b|\bit is (?:working|fixed|solved) now\b|\bworks now\b|"
        r"\bworking now\b|\bit worked\b",
        r"\byou (?:have |were |are |really )*(?:helped(?: me)?(?: a lot| so much)?|solved|been (?:very |so |"
        r"really |a great |super )*help(?:ful)?|a great help|very helpful|a life ?saver)\b",
    )
]
_DOUBT = re.compile(
    r"\b(?:not|never|no longer|nothing|hardly|barely|if|unless|would|will that|does that|do you|can you|could you|"
    r"can i|could i|how|what|when|where|why|which|who|"
    r"one more|another|also|still|except|though|although|hope|hopefully|let me|i will try|try|little|half|"
    r"partially|i need|i want|please|in advance|confusing|almost|partly|only|"
    r"about)\b"
)
# Something may be left of it. It closes nothing, and is thanks all the same.
_OPEN = re.compile(
    r"\b(?:yesterday|until|so far|broke|damaged|late|error|fails?|failed|missing|declined|charged|e\d\d)\b"
)
_ALLOWED = re.compile(
    r"\b(?:everything|all|what) (?:i|we) need(?:ed)?\b|\bwhat (?:i|we) (?:needed|wanted|need|was looking for|were "
    r"looking for|had in mind)\b|\bnothing else\b|\bno "
    r"(?:other|more|further) questions?\b|\b(?:that|it) will (?:do|be all)\b|\bthat would be all\b"
)
# What may stand beside it and leaves nothing open: politeness, a goodbye, thanks to somebody by name.
_NOTHING_OPEN = re.compile(
    rf"^(?:(?:(?:thanks|thank you|cheers) \w+$|{_POLITE}|sweet|wonderful|fantastic|fine|alright|right|sure|yep|yup|"
    r"nope|got|understood|i see|makes sense|gotcha|well|have|a|an|the|it|is|was|pleasant|one|day|evening|weekend|week|"
    r"time|rest|of|your|bye|goodbye|ciao|later|see|soon|take|care|too|same|to|best|regards|talk|again|hi|hello)"
    r"(?: |$))*+$"
)
_ASKS = re.compile(r"^(?:is|are|was|does|do|did|can|will|would|could|should) ")
_ONLY_THANKS = re.compile(rf"^(?:(?:{_POLITE})(?: |$))*+$")


def confirms(
    text: str, *, after_answer: bool, asked_if_solved: bool = False, asked_if_more: bool = False
) -> bool:
    """Whether these words close the matter.

    `after_answer`: something was answered before, by the AI or a person. `asked_if_solved`, `asked_if_more`: the
    last thing the AI said was "Did that answer your question?" or "Anything else?".
    """
    if not after_answer or "?" in text:
        return False
    if asked_if_solved and says_yes(text):
        return True
    if asked_if_more and says_no(text):
        return True
    parts = [part for clause in clauses(text) for part in clause.split(" and ") if part]
    return (
        sounds_solved(text)
        and not _OPEN.search(plain(text))
        and all(_is_strong(part) or _NOTHING_OPEN.match(part) for part in parts)
    )


def sounds_solved(text: str) -> bool:
    """Whether something in these words says that it is solved, and nothing that it is not.

    More may stand beside it than a confirmation bears, so it closes nothing; but it is thanks rather than a question.
    """
    whole = _ALLOWED.sub(" ", plain(text))
    if "?" in text or _DOUBT.search(whole) or _ASKS.match(whole):
        return False
    return any(map(_is_strong, [plain(text), *clauses(text)]))


def _is_strong(words: str) -> bool:
    return any(pattern.search(words) for pattern in _STRONG)


def only_thanks(text: str) -> bool:
    """Thanks and nothing more: it may be politeness, so the AI asks whether that was all."""
    words = plain(text)
    return (
        "?" not in text
        and bool(re.search(r"\b(?:thanks|thank you|cheers|appreciated)\b", words))
        and bool(_ONLY_THANKS.match(words))
    )
