"""Words made to keep a reader busy: whatever a message says, it has been read in a moment.

A regular expression holds all threads of its process while it searches, so one that takes seconds silences the AI
of every domain. The processor's time is what is measured: a busy machine does not change it.
"""

import gc
import re
import signal
import time

import pytest

from conversations import limits
from conversations.actions import handling
from privas import logs
from representative.base import Line
from representative.context import read
from representative.detectors import confirmation, frustration, person_wanted, replies
from representative.embedded import picking, small_talk, words
from representative.facts import asking, contact, extraction, interest, person
from tests.cast import say, vera

# Many times what the slowest takes. What is wrong with a pattern takes seconds, or years.
MOST_S = 0.25
LENGTH = limits.VISITOR_CHARACTERS


def read_by(reader, **more):
    """A reader of facts, and as much of a message as such readers are given."""
    return lambda text: list(reader(text[: extraction.LONG], **more))


def said_by(who):
    return lambda text: extraction.facts_of([Line(1, who, "", text)])


READERS = {
    "a person wanted": (person_wanted, person_wanted.asks_for_person),
    "frustration": (frustration, frustration.is_frustrated),
    "confirmation": (confirmation, lambda text: confirmation.confirms(text, after_answer=True)),
    "thanks": (confirmation, confirmation.only_thanks),
    "yes": (replies, replies.says_yes),
    "no": (replies, replies.says_no),
    "refusal": (replies, replies.refuses),
    "small talk": (small_talk, small_talk.small_talk),
    "greeting": (small_talk, small_talk.without_greeting),
    "a pick": (picking, lambda text: picking.picked(text, ["Paying", "Vouchers"])),
    "none of them": (picking, picking.picks_none),
    "words": (words, words.stems),
    "sentences": (words, words.sentences),
    "addresses": (contact, lambda text: list(contact.emails(text))),
    "numbers": (contact, read_by(contact.phones, region="US", asked=True)),
    "names": (person, read_by(person.names, asked=True)),
    "companies": (person, read_by(person.companies, asked=True)),
    "budgets": (interest, read_by(interest.budgets, asked=True)),
    "times": (interest, read_by(interest.timings, asked=True)),
    "needs": (interest, read_by(interest.needs)),
    "support": (interest, interest.is_support),
    "a visitor's facts": (contact, said_by("visitor")),
    # The team may say more at once.
    "an operator's facts": (extraction, lambda text: said_by("operator")(text * 2)),
    "questions": (asking, lambda text: asking.asked_fields(text * 2)),
    "a preview": (limits, lambda text: limits.preview(text[:-1] * 2)),
    # A line of the log may hold a whole traceback.
    "a line of the log": (logs, lambda text: logs.mask(text * 5)),
}

# Said again and again. Each leads into a place where a pattern repeats something.
REPEATED = (
    *(
        "a",
        "é",
        "ß",
        "ﷺ",
        "日",
        "🙂",
        "1",
        "A",
        "@",
        ".",
        ",",
        "-",
        "(",
        "!",
        "'",
        " ",
        "\n",
        "\r\n",
        " \n",
        "\t",
    ),
    *(
        "a ",
        "a.",
        "a-",
        "A-",
        "A ",
        "A.",
        "A, ",
        "a@",
        "a.a@",
        "a@b.c ",
        "a at ",
        "at dot ",
        "a at b dot ",
        "a.a at ",
    ),
    *("1 ", "1.", "1,", "1-", "1'1,", "$1 ", "1 k ", "100 to ", "100-", "+1 ", "(1) ", "/ 1", "1 x1 "),
    *("so. ", "Co. ", "e.g. ", "- ", "> ", "* ", "\n-", "a://", "a+a.", "a://a:", "vt_"),
    *(
        "not now ",
        "not a bot ",
        "all the ",
        "so much ",
        "thank you thanks ",
        "yes that is it ",
        "ok yes ",
        "no not ",
    ),
)
# What must stand before them, for some patterns to begin.
BEGINNINGS = ("", "agent ", "I'm A", "my budget is ", "up to 1", "the company: ", "it is ")
ENDS = ("", "x", "?", " !", "\n.")
PAIRS = (
    ("thanks for ", "all the "),
    ("agent please ", "not now "),
    ("I'm A", "-A"),
    (".\nthanks", "\n"),
    (".\nthanks\n", "A-"),
    ("a budget of ", "1 "),
    ("", "\n"),
    ("order ", " "),
    ("a at", " "),
)


def own_words(module):
    """The words that a module's patterns are made of, as they stand side by side there."""
    found = {}
    values = list(vars(module).values())
    while values:
        value = values.pop()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            plain = re.sub(r"\\.|\(\?\w*[:=!<]*", "|", value.pattern)
            found |= dict.fromkeys(re.findall(r"[a-zA-Z'][a-zA-Z' ]*", plain))
        elif isinstance(value, list | tuple):
            values += value
    return {word.strip() for word in found if len(word.strip()) > 1}


def filled(beginning, repeated, end):
    """A message of the greatest length."""
    room = LENGTH - len(beginning) - len(end)
    return beginning + (repeated * (room // len(repeated) + 1))[:room] + end


class TooLong(Exception):
    """The reader was stopped."""


@pytest.fixture
def clocked():
    """Read the text and answer with the seconds that took; what takes far too long is stopped."""

    def stop(*_):
        raise TooLong

    def read(reader, text):
        signal.setitimer(signal.ITIMER_PROF, 4 * MOST_S)
        begun = time.thread_time()
        try:
            reader(text)
        except TooLong:
            return 4 * MOST_S
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        return time.thread_time() - begun

    before = signal.signal(signal.SIGPROF, stop)
    # What the tests before have left is collected at some allocation of a reader's, and takes as long.
    gc.collect()
    gc.disable()
    yield read
    gc.enable()
    signal.signal(signal.SIGPROF, before)


@pytest.mark.django_db
def test_a_flood_while_nobody_answers_is_read_from_its_newest_end(cast):
    seen = vera(cast.acme)
    conversation = say(seen, "Hello")
    handling.take_over(conversation.pk, operator=cast.omar)
    for number in range(40):
        say(seen, f"{number} " + "x1 " * 1300)
    say(seen, "Which payment methods do you accept?")
    handling.hand_back(conversation.pk, operator=cast.omar)
    reading = read(conversation.pk)
    assert reading.unanswered[-1].text == "Which payment methods do you accept?"
    assert sum(len(line.text) for line in reading.unanswered) <= 8_000
    assert len(reading.unanswered) == 3
    assert sum(len(line.text) for line in reading.transcript) <= 60_000
    assert reading.transcript[-1] == reading.unanswered[-1]


@pytest.mark.parametrize("name", READERS)
def test_no_message_keeps_a_reader_busy(name, clocked):
    module, reader = READERS[name]
    reader("Hello")  # what is made once, at the first use, is no message's fault
    texts = [filled("", f"{word} ", "x") for word in own_words(module)]
    texts += [filled(beginning, one, "x") for beginning, one in PAIRS]
    texts += [filled(BEGINNINGS[i % 7], one, ENDS[i % 5]) for i, one in enumerate(REPEATED * 2)]
    slow = {text[:40]: took for text in texts if (took := clocked(reader, text)) > MOST_S}
    assert not slow
