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
this is pointless
you're not answering my question
what's wrong with you
that's the same answer as before
I asked you three times
I already tried that
I have already done everything you said
this is the last time I ask
How many times have I told you this?
How many times do I have to contact you
for the third time I need my invoice
I just gave you that
you already told me that twice
stop sending me articles
I've already tried restarting it three times
I already gave you my order number
I've already given you my email twice
You already told me to restart it
Stop sending me links
How often do I have to explain this
can't you read
stop sending me the same link
You already told me that
can't you read?
this is driving me crazy
you're a waste of space
stop repeating yourself
I'm losing my patience
I am very disappointed with your service
this sucks
you suck
your answers are useless
totally unhelpful
that makes no sense
why can't you just answer
for the love of god answer me
I can't believe how bad this is
it's still not working and nobody helps
I'm so done with this
omg this is so annoying
you already asked me that
wrong answer again
no no no, that is wrong
I hate this
hopeless
ARE YOU EVEN READING THIS??
this is a joke right?
terrible experience
this is not helping me at all
you are so frustrating
seriously? again the same thing?
what a terrible bot
I've told you already
stop it, you're annoying
can you not understand simple english
that is a stupid answer
waste of my time
I'm getting annoyed
why won't you answer me
ridiculous service
it's the fourth time I'm asking
you don't get it
I feel ignored here
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
this is great
how annoying is the fan noise?
do you sell stress relief?
the answer was right
I asked my wife
is it a waste to buy two
I'm disappointed the colour is sold out
what's wrong with my bike
can I repeat the lesson
why can't I log in
the light does not work
my order is wrong
it makes no noise
I hate onions, is there a version without
that was a good joke
I tried it twice and it works
do you have hopeless romantic cards
CAN I ORDER TWO?
THANKS
is it hard to read
does it help against mosquitoes
it's not what I expected in size, can I return it
I got annoyed neighbours, do you have quiet ones?
this is what I asked for, great
not bad
is this normal?
sorry I was wrong
that's crazy cheap
I already have one
my old one was awful
How often should I service my bike?
How often do I have to charge the battery?
how often must I pump the tyres?
Last time I ordered, delivery took three days. How long does it take to Norway?
I just tried to pay with PayPal and it was declined. Which ways of paying are there?
I have already tried restarting the e-bike, it shows error E04
I can't answer the phone during the day. When are you open?
I've asked two colleagues and they recommend the Tour E
You already said that delivery is free. Does it include Alaska?
Please stop sending me the newsletter
I just tried that and it worked, thank you!
I already tried it and it worked
I have already asked for a refund, how long does it take?
Can't you help me with the return?
It can't read the SD card
I already sent you an email with the photos, did it arrive?
We have already sent you the form. How long does it take?
This is the second time I order from you
Nobody answers the door when the parcel arrives, can it be left at a neighbour's?
""".strip().splitlines()


@pytest.mark.parametrize("text", FRUSTRATED)
def test_it_hears_frustration(text):
    assert is_frustrated(text)


@pytest.mark.parametrize("text", CALM)
def test_calm_words_stay_calm(text):
    assert not is_frustrated(text)
