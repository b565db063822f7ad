"""Who has had enough, and who only speaks of anger."""

import pytest

from representative.detectors.frustration import is_frustrated

FRUSTRATED = """
this is useless
You are useless
this is ridiculous!
I'm getting really frustrated
you keep repeating the same thing
I already told you my order number
that's not what I asked
That is not my question.
you don't understand
this doesn't help
that did not help at all
this is the third time I ask
how many times do I have to explain?
WHY IS NOBODY ANSWERING ME!!
what a waste of time
worst customer service ever
WTF
are you kidding me
I give up
stupid bot
this is going nowhere
I've been waiting for hours
you're wasting my time
I'm sick of this
I am so angry right now
not helpful
same answer again?
this bot is terrible
terrible support
you did not answer my question
bullshit
I have had enough of this
Forget it, you're no help
this is such a joke
we're going in circles
I just said that
unacceptable
this is absolutely ridicolous
""".strip().splitlines()

CALM = """
How do I return my order?
my old provider was terrible
I was frustrated with my previous tool, so I look for a new one
I'm not angry, just curious
is it useless without the app?
it's ridiculous how good this is
thanks, that helps!
Can I get a refund?
the app shows an error when I log in
MY ORDER IS 4471
HELP
What happens if it is broken when it arrives?
does the plan help me save time
my customers are annoyed by long forms, can you help?
I don't want to waste your time
I need it for the second time this year
you are not useless at all
fucking great, thanks
what is your worst case delivery time?
Do you have a pain relief product?
I tried to change my password
I already have an account
I have already paid my invoice
how do I stop spam?
my son is mad about your games
no problem
never mind, found it
I understand
is there a terrible amount of paperwork?
""".strip().splitlines()


@pytest.mark.parametrize("text", FRUSTRATED)
def test_it_hears_frustration(text):
    assert is_frustrated(text)


@pytest.mark.parametrize("text", CALM)
def test_calm_words_stay_calm(text):
    assert not is_frustrated(text)
