"""A message as detectors read it: plain lower-case words, contractions written out, typos mended, by clauses. Pure.

Visitors' words meet many patterns here, and a pattern holds every thread of its process while it searches. So
no pattern may repeat what can be read in two ways, and of a long text only its two ends are read.
"""

import re
from functools import lru_cache

from representative.embedded.spelling import distance
from representative.embedded.words import normal

_CONTRACTIONS = (
    (re.compile(r"\b(?:can't|cannot|cant)\b"), "can not"),
    (re.compile(r"\b(?:won't|wont)\b"), "will not"),
    (re.compile(r"\b(?:shan't|shant)\b"), "shall not"),
    (re.compile(r"\b(?:ain't|aint)\b"), "is not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should)(?:n't|nt)\b"), r"\1 not"),
    (re.compile(r"\b(?:i'm|im)\b"), "i am"),
    (re.compile(r"\b(you|we|they)(?:'re)\b"), r"\1 are"),
    (re.compile(r"\byoure\b"), "you are"),
    (re.compile(r"\b(i|you|we|they|he|she)'(?:d)\b"), r"\1 would"),
    (re.compile(r"\bid (?=like|love|prefer|rather)"), "i would "),
    (re.compile(r"\b(i|you|we|they)'ve\b"), r"\1 have"),
    (re.compile(r"\b(i|you|we|they|he|she|it|that)'ll\b"), r"\1 will"),
    (re.compile(r"\blet's\b"), "let us"),
    (re.compile(r"\b(that|this|it|he|she|what|who|where|there|here|how)'s\b"), r"\1 is"),
    (re.compile(r"\bthats\b"), "that is"),
    (re.compile(r"\bwhats\b"), "what is"),
    (re.compile(r"\b(?:wanna)\b"), "want to"),
    (re.compile(r"\b(?:gonna)\b"), "going to"),
    (re.compile(r"\b(?:gotta)\b"), "got to"),
    (re.compile(r"\b(?:lemme)\b"), "let me"),
    (re.compile(r"\b(?:gimme)\b"), "give me"),
    (re.compile(r"\b(?:pls|plz|plez|pleas)\b"), "please"),
    (re.compile(r"\b(?:thx|thnx|thanx|tnx|ty|tysm)\b"), "thanks"),
    (re.compile(r"\bw(?= (?:some|a|an|the|your|any)\w*\b)"), "with"),
    (re.compile(r"\bu r\b"), "you are"),
    (re.compile(r"\br u\b"), "are you"),
    (re.compile(r"\bu\b"), "you"),
    (re.compile(r"\b(?:sb|smb|sbdy|some1|sum1)\b"), "somebody"),
    (re.compile(r"\b(?:ppl)\b"), "people"),
    (re.compile(r"\bchat ?bots?\b"), "bot"),
)
_BREAK = re.compile(r"[.!?;:\n…,–—]+|\s-\s|\b(?:but|however)\b")
_SIGNS = re.compile(r"[^\w\s]+")

# Who wants something of us says so within so many signs of the beginning or the end; between them is what was pasted.
_END = 600

# Words that decide; a message's unknown words are mended towards them, and only towards them.
_DECISIVE_TEXT = """
human person people someone somebody agent representative operator advisor specialist colleague manager
supervisor customer service support team talk speak chat connect transfer contact please live real actual robot
machine assistant escalate thanks thank helps helped helpful solved resolved perfect great answered answers
question useless ridiculous terrible frustrated frustrating annoying stupid worst waste already understand
another that
"""
_DECISIVE = _DECISIVE_TEXT.split()
# Real words one slip away from a decisive one: left alone.
_REAL_TEXT = """
personal persons humane humans agents agency tall tale task take talked talks talking spoke speaks speaking
spear chats chart cheat that than then tank think taste team's real rear read reel liver lives love line life
lice like grate treat contract contacts connects connected transfers reap supports supported peoples purple
answer questions help helping helper solve resolve resolves perfects wasted waist wast stupider worse worth
works anther other assistance assist assists prison customers services serviced manage manages managed managers
operators operate spend spent chap char chats what hat that's lived living alive thinks thanked reel deal meal
heal
"""
_REAL = frozenset(_REAL_TEXT.split())


def plain(text: str) -> str:
    """The message as words with single spaces: no case, no accents, no contractions, decisive words mended."""
    return _words_of(_expanded(text))


def clauses(text: str) -> list[str]:
    """The same, clause by clause: a "not" in one says nothing about the next."""
    return [words for part in _BREAK.split(_expanded(text)) if (words := _words_of(part))]


def _ends(text: str) -> str:
    return text if len(text) <= 2 * _END else f"{text[:_END]}\n{text[-_END:]}"


def _expanded(text: str) -> str:
    # Cut twice: one sign may stand for eighteen once it is normal.
    expanded = _ends(normal(_ends(text))).replace("`", "'")
    for pattern, written_out in _CONTRACTIONS:
        expanded = pattern.sub(written_out, expanded)
    return expanded


def _words_of(text: str) -> str:
    return " ".join(mended(word) for word in _SIGNS.sub(" ", text).split())


@lru_cache(maxsize=20_000)
def mended(word: str) -> str:
    """The decisive word that this one is a slip of, or the word itself."""
    if len(word) < 4 or word in _REAL or word in _DECISIVE:
        return word
    for decisive in _DECISIVE:
        if len(decisive) < 4 or word[0] != decisive[0] or abs(len(word) - len(decisive)) > 2:
            continue
        allowed = 2 if len(decisive) >= 9 else 1
        if len(decisive) == 4 and len(word) != 4:
            continue
        if distance(word, decisive, allowed) <= allowed:
            return decisive
    return word
