"""The embedded representative's own words: honest, short, and never a promise on anybody's behalf."""

from collections.abc import Sequence

from representative.base import DomainFacts, Passage
from representative.embedded.small_talk import Talk

OFFER = "I'm not sure about that, and I'd rather not guess. Would you like me to bring in a team member?"
# For unknown questions one after the other; the words differ, so that nobody reads the same sentence twice running.
OFFERS: tuple[str, ...] = (
    OFFER,
    "I don't know that either, I'm sorry. A team member may: shall I bring one in?",
)
WHICH_NUMBER = (
    "I'm sorry, I didn't understand that number. Could you tell me in a few words what you'd like to know?"
)
OFFER_AFTER_NO = (
    "I'm sorry that didn't help. Could you put it in other words, or shall I bring in a team member?"
)
OFFER_AFTER_NONE = "None of those, then. Could you put it in other words, or shall I bring in a team member?"
# To the same question again, whose answer would be the same.
NOTHING_NEW = "I'm afraid that is all I know about it. Would you like me to bring in a team member?"
DECLINED_OFFER = "All right. If anything else comes up, just ask."
WELCOME = "You're welcome!"
WELCOME_SOLVED = "You're welcome! Did that answer your question?"
GLAD = "Glad I could help! Have a good day."
ANYTHING_ELSE = "Is there anything else I can help you with?"
OFFER_FOR_WISH = "Would you like me to bring in a team member to go through it with you?"
NO_PROBLEM = "No problem at all."
HOW_CAN_I_HELP = "What can I help you with?"
FALLBACK = "I'm sorry, I can't look that up right now. Would you like me to bring in a team member?"
# While a person is asked for: the first question that stays open is told how it stands, the others briefly.
WAITING = "I don't have an answer to that. A team member has been asked to join and can read everything you write here."
PASSED_ON: tuple[str, ...] = (
    "That one is for the team member, too.",
    "I don't know that either; they can read it here.",
)
# Said in turn, so that nobody reads the same sentence twice running.
ALREADY_ASKED: tuple[str, ...] = (
    "The team has been told that you'd like a person. Meanwhile I can answer questions from what I know.",
    "Your request for a team member is open. Meanwhile, is there anything I can look up for you?",
)


def small(talk: Talk, domain: DomainFacts, *, met: bool, waiting: str) -> str:
    """The answer to small talk. About what it is, the representative always tells the truth.

    It says its name to a visitor whom nobody has `met` and the widget has not greeted, so once. `waiting` is what
    there is to say of a person who is asked for; then nobody is offered another.
    """
    name, firm = domain.representative_name, domain.name
    then = waiting or HOW_CAN_I_HELP
    myself = "" if met or waiting or domain.greeting else f"I'm {name}, the AI assistant of {firm}. "
    hello = "I'm here." if met or waiting else "Hi!"
    return {
        Talk.GREETING: f"{hello} {myself}{then}",
        Talk.IDENTITY: (
            f"I'm {name}, an AI assistant that answers for {firm}, so not a person. "
            + (waiting or "If you'd rather talk to someone on the team, just say so.")
        ),
        Talk.ABILITY: (
            f"I answer questions about {firm} from what the team has written down"
            + ("" if waiting else ", and I can bring in a team member")
            + f". {then}"
        ),
        Talk.WELLBEING: f"All good here, thank you! {myself}{then}",
        Talk.THANKS: WELCOME,
        Talk.FAREWELL: "Goodbye, and thank you for stopping by!",
        Talk.FINE: waiting or ANYTHING_ELSE,
        Talk.WAIT: "Take your time, I'm here.",
    }[talk]


def did_you_mean(passages: Sequence[Passage]) -> str:
    """Up to three titles to choose from."""
    if len(passages) == 1:
        return f"Did you mean “{passages[0].title}”?"
    listed = "\n".join(f"{number}. {passage.title}" for number, passage in enumerate(passages, 1))
    return f"Did you mean one of these?\n\n{listed}\n\nReply with a number, or ask in other words."


def supposed(passage: Passage) -> str:
    """Before the text of the one article that is probably meant."""
    return f"I think you mean “{passage.title}”:"


def told_earlier(name: str, text: str) -> str:
    """What a person on the team said earlier in this talk."""
    who = name or "Our team"
    # As a quotation of its own: a closing mark behind an address would become part of the link.
    return f"{who} told you earlier:\n\n> {text}"


def unsure(questions: Sequence[str], *, offer: bool) -> str:
    """Which of several questions stay open, by name; and a person, if there is one to `offer`."""
    listed = " and ".join(f"“{question}”" for question in questions)
    then = (
        "Would you like me to bring in a team member?" if offer else "A team member has been asked to join."
    )
    return f"I'm not sure about {listed}. {then}"


def noted(name: str, then: str) -> str:
    """Thanks for what the visitor told, and what comes next."""
    return f"Thank you, {name}! I've noted that. {then}" if name else f"Thank you, I've noted that. {then}"


def linked(text: str, passage: Passage) -> str:
    """The text with the way to the whole article."""
    return f"{text}\n\nRead more: {passage.url}" if passage.url else text


def other_than(last: str, sayings: Sequence[str]) -> str:
    """The first of these that does not stand in what was said just now."""
    return next((saying for saying in sayings if saying not in last), sayings[0])
