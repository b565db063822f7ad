"""Is the visitor frustrated or stuck? Anger about something else ("my old provider was terrible") is not."""

import re

from representative.detectors.phrases import clauses, plain

_BAD = (
    r"(?:useless|ridiculous|terrible|horrible|awful|pathetic|unacceptable|frustrating|annoying|stupid|dumb|hopeless|"
    r"worthless|pointless|driving me \w+|garbage|rubbish|trash|crap|a joke|a waste of (?:my )?time|nonsense|absurd|"
    r"infuriating|insane|"
    r"unbelievable|outrageous|painful|going nowhere|getting nowhere|an? idiot|idiotic|incompetent|a nightmare)"
)
_VERY = (
    r"(?:so|very|really|just|absolutely|completely|totally|utterly|extremely|beyond|truly|simply|the most|"
    r"a|such|kinda|\w+ing) "
)
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"\b(?:this|that|it|you|your (?:bot|answers?|service|support|chat)|(?:the|this) (?:bot|chat|support|"
        rf"service|ai|thing)|these answers) "
        rf"(?:is|are) (?:{_VERY})*{_BAD}\b",
        rf"^(?:{_VERY})*(?:useless|hopeless|pointless|ridiculous|terrible|pathetic|unacceptable|unbelievable|"
        rf"nonsense|rubbish|"
        rf"garbage)(?: (?:bot|answer|"
        r"service|support|chat|ai|robot))?$",
        r"\b(?:useless|stupid|dumb|idiotic|worthless|terrible|annoying|bloody|damn) (?:bot|chat|robot|ai|machine|"
        r"assistant|thing|answers?)\b",
        r"\b(?:you|this|it|that) (?:are|is) (?:really |just |still |clearly |definitely )*(?:not helping|no help|"
        r"not helpful|not (?:even )?listening|"
        r"wasting my time|driving me (?:crazy|mad|nuts)|making me (?:angry|mad))\b",
        r"\bi am (?:(?:so|very|really|getting|quite|pretty|extremely|super|beyond|just|beginning to get|a bit) "
        r")*(?:frustrated|angry|annoyed|furious|"
        r"fed up|upset|pissed|mad|livid|irritated|losing (?:my )?(?:patience|it)|sick (?:and tired )?of (?:this|"
        r"waiting|you|it)|"
        r"tired of (?:this|waiting|repeating|explaining|you|it))\b",
        r"\b(?:you|it) (?:keep|keeps|always) (?:on )?(?:saying|repeating|asking|giving|sending|telling|answering)\b",
        r"\b(?:i|we) (?:have |had )?(?:just |already |literally )+(?:told|said|asked|explained|answered|tried|"
        r"mentioned|given|gave|wrote|done)\b"
        r"(?! (?:my|our) )",
        r"\b(?:for the |this is the |now the )?(?:third|fourth|fifth|tenth|hundredth|3rd|4th|5th|10th|100th|second|"
        r"2nd|umpteenth|last) time "
        r"(?:i|we|i am|asking|now)\b",
        r"\b(?:i|we) (?:have )?(?:asked|told|said|explained|written|answered)(?: you| this| that| it)* (?:two|"
        r"three|four|five|"
        r"many|several|twice|thrice|a (?:hundred|thousand|million)|\d+)(?: times)?\b",
        r"\b(?:told|said|asked|answered|explained)(?: you| this| that| it)* already\b|\b(?:again|always) the same "
        r"(?:thing|answer|reply|response)\b",
        r"\bi feel (?:ignored|stupid|like i am talking to a wall|not heard)\b",
        r"\byou (?:have )?(?:already|just) (?:asked|told|said)\b",
        r"\b(?:what is|whats) (?:wrong|the matter) with (?:you|this (?:bot|chat|thing))\b",
        r"\b(?:same (?:\w+ )?(?:answer|thing|reply|response)s? (?:as|like) before|stop (?:repeating|saying|sending|"
        r"asking)|waste of space|"
        r"can (?:you )?not (?:you )?(?:even )?(?:read|listen|understand|just answer|answer|help me)|why (?:can|do|"
        r"will) (?:you )?not (?:you )?(?:just|simply|ever|"
        r"answer|listen|understand|help)|for the love of)\b",
        r"\b(?:disappointed|unhappy|unsatisfied|dissatisfied) (?:with|by|in) (?:you|your|this (?:chat|bot|service|"
        r"support|company)|the (?:service|support|help|answers?))\b",
        r"\b(?:this|it|you|that|your (?:bot|service|support)) (?:really |just |totally |all )?(?:sucks?|blows)\b",
        r"\b(?:can|do|could) not believe (?:how|this|that|it|you)\b|\b(?:so|completely|totally) done with\b",
        r"\bnobody (?:\w+ )?(?:helps?|answers?|answering|responds?|responding|cares?|listens?|helping|replies)\b",
        r"\bwrong (?:answer )?again\b|\bno no no\b|^i hate (?:this|you|it|your (?:bot|service|chat))\b",
        r"\bhow (?:many times|often) (?:do|must|should|have) i\b",
        r"\b(?:not|never) (?:at all )?(?:what i (?:asked|meant|mean|said|wrote|typed|was asking|am asking|wanted "
        r"to know)|my question|answer(?:ing|ed)? (?:me|my|the) ?(?:question)?|the "
        r"question|an answer|"
        r"understand(?:ing)? (?:me|anything|my|what i|a word)|read(?:ing)? what i|listening|getting it|reading)\b",
        r"\byou (?:do not|did not|still do not|clearly do not) (?:understand|get it|listen|read|answer|know "
        r"anything|help)\b",
        r"\b(?:this|that|it) (?:does|did|is) (?:really |still |just )?not (?:help|helping|helpful|answer)(?: me| "
        r"at all| either| anything)?\b",
        r"\b(?:not helpful|unhelpful|no use|makes no sense|going (?:round )?in circles|same (?:answer|thing|reply|"
        r"response) "
        r"(?:again|over|every time|twice|three times))\b",
        r"\b(?:worst|terrible|horrible|awful|appalling|shocking|disgraceful|poor|lousy|bad) (?:customer "
        r")?(?:service|support|experience|company|chat|bot|help)\b",
        r"\b(?:wtf|what the (?:hell|heck|fuck)|ffs|for (?:god'?s?|fucks?|crying|goodness) (?:s )?(?:sake|out loud)|"
        r"bullshit|bs|fuck(?:ing)?|fck|"
        r"goddamn|damn it|dammit|piss off|screw (?:you|this)|shut up)\b",
        r"\b(?:are you (?:kidding|serious|joking|deaf|stupid|dumb|blind)|you must be joking|what a (?:joke|waste|"
        r"mess|shame|nightmare)|i give up|"
        r"i have had enough|enough is enough|waste of (?:my )?time|wasting my time|had it with|forget it)\b",
        r"\b(?:seriously|come on|jesus|omg|ugh+|argh+|grr+)(?: \w+){0,4} (?:again|still|answer|help|work|working|"
        r"question)\b",
        r"^(?:ugh+|argh+|grr+|ffs|wtf|omfg)$",
        r"\b(?:been|am|was) (?:waiting|trying|asking) (?:for )?(?:hours|ages|days|forever|weeks|over an hour|all "
        r"day|\d+ (?:hours|days|minutes|weeks))\b",
    )
]
_NOT = [
    re.compile(pattern)
    for pattern in (
        r"\b(?:not|never|no longer|without being|less) (?!believe )(?:\w+ ){0,2}(?:frustrated|angry|annoyed|upset|"
        r"mad|stupid|"
        r"useless|terrible|a waste|bad)\b",
        r"\b(?:old|previous|former|last|current|other|another|different) (?:\w+ )?(?:provider|vendor|tool|company|"
        r"supplier|bank|agency|bot|one|software|"
        r"system|app|service|support)\b",
        r"\b(?:how good|how well|how fast|ridiculously|insanely|fucking (?:great|good|awesome|amazing|brilliant)|"
        r"holy)\b",
        r"\b(?:if|when|unless|in case|does|do|is|would|will|could|can) (?:it|this|that|they|the \w+|my \w+|"
        r"customers|users) "
        rf"(?:is|are|be|get|becomes?|seems?)? ?(?:{_BAD})",
        r"\b(?:my (?:customers|clients|users|boss|wife|husband|son|daughter|friend)|they|he|she|customers|users) "
        r"(?:is|are|get|gets|was|were) ",
        r"\bis there (?:a|an) ",
    )
]
# Everyday words in which one of the patterns would be found: they are taken out before anything is looked for.
_CALM = re.compile(
    r"\bhow often (?:do|must|should|have) i (?!(?:have to |need to |to )?(?:tell|told|ask|explain|repeat|say|said|writ|"
    r"contact|call|send|sent|confirm|giv|type|answer))\w+|"
    r"\blast time (?:i|we) (?!ask|tell|say|said|told|explain|writ|contact|try)\w+|"
    r"\bsecond time (?:i|we) (?:order|buy|visit|come|rent)|"
    r"\b(?:i|we) (?:have )?(?:just |already )+(?:tried to|tried (?:that|it|this) and it work\w*|asked for)\b|"
    r"\b(?:i|we) (?:have )?(?:just |already )+tried \w+ing\b(?! .*\btimes\b)|"
    r"\basked (?:two|three|four|five|many|several|\d+) (?!times)\w+|"
    r"\byou (?:have )?(?:already|just) (?:told|said)(?: me)? that (?!twice|before|already|$)\w+|"
    r"\bstop sending (?:me |us )?(?:the |your |this |that )?(?:newsletter|e ?mails?|mails?|letters?|catalogues?|"
    r"adverts?)\b|"
    r"\b(?:i|we|it) can not (?:read|listen|understand|answer)\b|"
    r"\bcan (?:you not|not you) help me (?:with|to|find|choose)\b|"
    r"\bnobody (?:\w+ )?answers the (?:door|bell)\b"
)
_STILL_BAD = re.compile(r"\b(?:you|this bot|this chat|your answer)\b.*\b(?:useless|not helping|wasting)\b")


def is_frustrated(text: str) -> bool:
    """Whether the visitor has had enough of how this talk goes."""
    if _shouts(text):
        return True
    whole = plain(text)
    if _STILL_BAD.search(whole) and "not useless" not in whole:
        return True
    return any(
        any(pattern.search(clause) for pattern in _PATTERNS)
        and not any(pattern.search(clause) for pattern in _NOT)
        for clause in (_CALM.sub(" ", part) for part in clauses(text))
    )


def _shouts(text: str) -> bool:
    """Capitals with exclamation or question marks; a short "HELP" or a product's name is no shouting."""
    letters = [sign for sign in text if sign.isalpha()]
    if len(letters) < 12 or len(text.split()) < 3:
        return False
    capitals = sum(sign.isupper() for sign in letters) / len(letters)
    return capitals > 0.8 and bool(re.search(r"[!?]{2,}|!\s*$", text.strip()))
