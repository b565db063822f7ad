"""Greetings, thanks, farewells and "who are you": answered politely, honestly, and without the knowledge. Pure."""

import re
from enum import StrEnum

from representative.detectors.confirmation import only_thanks, sounds_solved
from representative.detectors.phrases import plain
from representative.embedded.words import sentences

_MOST_SENTENCES = 4
_SOME_TIME = (
    r"(?:on|at|in|the|this|next|later|soon|around|again|there|today|tomorrow|tonight|morning|afternoon|evening|"
    r"week|weekend|month|(?:mon|tues|wednes|thurs|fri|satur|sun)day|[0-9]{1,2}|am|pm)"
)
_NAME = r"(?: (?:there|ava|all|everyone|team|guys|folks|sir|madam|again))*"


class Talk(StrEnum):
    """What sort of small talk it is."""

    GREETING = "greeting"
    IDENTITY = "identity"
    ABILITY = "ability"
    WELLBEING = "wellbeing"
    THANKS = "thanks"
    FAREWELL = "farewell"
    FINE = "fine"
    WAIT = "wait"


_GREETING = (
    rf"(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|hola|good (?:morning|afternoon|evening|day)|morning|evening|"
    rf"hallo|bonjour|salam|hei|test(?:ing)?){_NAME}"
)
_PATTERNS: tuple[tuple[Talk, re.Pattern[str]], ...] = tuple(
    (talk, re.compile(pattern))
    for talk, pattern in (
        (
            Talk.GREETING,
            rf"^{_GREETING}(?: {_GREETING})*(?: (?:anyone|anybody|somebody) (?:there|here|home))?$|^(?:is "
            rf")?(?:anyone|anybody|somebody) (?:there|here|home)$",
        ),
        (
            Talk.IDENTITY,
            rf"^(?:{_GREETING} |so |wait |and |ok |sorry )*(?:who (?:are|is) (?:you|this)|what are you|(?:what is|"
            rf"whats) your name|do you have a name|who am i (?:talking|speaking|chatting) (?:to|with)|"
            r"(?:are|r) (?:you|u) (?:\w+ ){0,3}(?:bot|robot|human|person|ai|machine|real|computer|program|agent|"
            r"man|woman|chatgpt|gpt|operator|representative|assistant|automated)(?: \w+){0,6}|"
            r"am i (?:\w+ )?(?:talking|speaking|chatting|typing) (?:to|with) (?:\w+ ){0,3}(?:bot|robot|human|"
            r"person|ai|machine|someone|somebody|computer|assistant)(?: \w+){0,6}|"
            r"(?:is|are) (?:this|that|these|it) (?:\w+ ){0,3}(?:bot|robot|human|person|ai|machine|automated|"
            r"computer|chatgpt)(?: \w+){0,5}|"
            r"(?:your name|you) (?:is|are) a (?:bot|robot|machine))$",
        ),
        (
            Talk.ABILITY,
            rf"^(?:{_GREETING} |so |and |ok )*(?:what (?:can|do|else can) you (?:do|know|help(?: me)? with|answer)|"
            rf"how (?:can|could|do|does) (?:you|this|it) (?:help(?: me)?|work)|can you help(?: me)?|"
            r"i (?:have|got) (?:a|an|some|one) (?:quick |short |simple |few )?questions?|(?:can|may|could) i ask "
            r"(?:you )?(?:a|some)?(?:thing| (?:quick )?questions?)|i need (?:some |your )?(?:help|assistance)|"
            r"help(?: me)?|question|info|information)(?: please| with something)?$",
        ),
        (
            Talk.WELLBEING,
            rf"^(?:{_GREETING} )*(?:how are (?:you|u|things)|how is it going|how do you do|what is up|whats up|"
            rf"sup|how are you doing|you ok|are you ok|how have you been)(?: (?:today|doing|doing today|this "
            rf"morning))?$",
        ),
        (
            Talk.FAREWELL,
            r"^(?:(?:ok|okay|thanks|thank you|well|great|perfect) )*(?:good ?bye|bye+(?: bye)?|see (?:you|ya)"
            rf"(?: {_SOME_TIME})*|cya|have a (?:nice|great|good|lovely) (?:day|one|evening|weekend|night)|good night|"
            r"take care|later|talk (?:to you )?(?:later|soon)|i have to go|gotta go|got to go)(?: (?:ava|all|"
            r"everyone|then|for now))*(?: thanks| thank you)?$",
        ),
        (
            Talk.WAIT,
            r"^(?:wait|one (?:moment|second|sec|minute)|hold on|just a (?:moment|second|sec|minute)|give me a "
            r"(?:moment|second|sec|minute)|let me (?:check|see|look|think)|i will (?:check|look|see)|brb|be right "
            r"back|sec)(?: please)?$",
        ),
        (
            Talk.FINE,
            r"^(?:ok(?:ay)?|k|alright|all right|i see|good|great|cool|nice|fine|sure|perfect|wow|lol|haha+|hm+|"
            r"hmm+|right|understood|got it|interesting|awesome|noted|yes|yeah|yep|no|nope|never ?mind|no problem|"
            r"no worries|fair enough|makes sense|good to know)(?: (?:ok|good|great|cool|nice|then|thanks))?$",
        ),
    )
)


def small_talk_of(text: str) -> Talk | None:
    """What small talk it is. A thank-you that nothing can be confirmed with is still no question."""
    if only_thanks(text) or sounds_solved(text):
        return Talk.THANKS
    return small_talk(text) or _small_talk_of_all(sentences(text))


def _small_talk_of_all(parts: list[str]) -> Talk | None:
    """ "Thanks! See you on Saturday": what the last of several sentences is, if none of them is more than that."""
    talks = [small_talk_of(part) for part in parts] if 1 < len(parts) <= _MOST_SENTENCES else []
    return talks[-1] if talks and None not in talks else None


def small_talk(text: str) -> Talk | None:
    """Which small talk these words are, if they are nothing else."""
    words = plain(text)
    if not words:
        return Talk.FINE
    return next((talk for talk, pattern in _PATTERNS if pattern.match(words)), None)


def without_greeting(text: str) -> str:
    """The words after a greeting at the start."""
    return re.sub(rf"^\s*{_GREETING}[\s,.!;:-]+(?=\S)", "", text, count=1, flags=re.I) or text
