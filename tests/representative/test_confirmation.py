"""When a talk may be closed, and what short replies mean."""

import pytest

from representative.detectors.confirmation import confirms, only_thanks
from representative.detectors.replies import refuses, says_no, says_yes
from representative.embedded.small_talk import Talk, small_talk_of

CONFIRMS = """
Thanks, that helps!
thank you, that answers my question
That helped a lot
perfect, thanks
that's all I needed
That's exactly what I was looking for
problem solved
all good now, thanks
I'm all set, thank you
got it, thanks
no more questions
Nothing else, thanks
very helpful, thank you
great, that works
It works now!
that did the trick
ok that makes sense, thanks
You've been very helpful
awesome thank you so much
thats it, thanks
that was very helpful
issue resolved
no that is all thanks
That solved it. Thank you!
found it, thanks
it worked
thanks, taht helps
thanks, that's what I wanted to know
ok that was easy, thank you
Yes that's it, thanks
brilliant, that fixed it
good, I'm happy with that
that clears it up
great answer, thank you
awesome, that's all then
thank you, you've answered everything
cheers, that's me sorted
excellent, thanks for your help
ok thanks for the help, bye
thanks for the info
I have what I need, thanks
great, thanks for clarifying
that'll do, thanks
alright, thank you for your help
thanks a lot, this helped
yep that solved my problem
ok perfect that's all i wanted
you solved it, thanks
ah got it. thanks!
that's great, thank you for the quick reply
wonderful, that answers everything
it's fixed now
sweet, thanks for your help
nice one, sorted
That solved it, thanks Sam! Have a nice day
perfect, that helps. Bye!
""".strip().splitlines()

DOES_NOT_CONFIRM = """
thanks
That doesn't help
that did not work
does that help?
Thanks, that helps! But what about shipping to Norway?
thanks, one more question
if that works I will buy it
not really helpful
It still does not work
How does it work?
this is not what I needed
great, and how much is it
I hope that helps my case
ok
I need help
can you solved my problem
that answers only half of it
Thanks but no
I'd like to know what works best
perfect fit or loose fit
let me try that
thank you for nothing
thanks, but it's not there
ok so how do I do that
helps with what?
that helps me little
I need everything sorted by friday
great idea, can I see it
is that all
that's not it
I have solved half of it
thanks in advance
good morning
that is all very confusing
is the problem solved by the update
the issue is resolved in version 2, right?
please resolve my issue
set up is done, what next
sorted by price please
thank you, one more thing
thanks but that's wrong
how do I get it fixed
it's not fixed now
is it sorted by size
I got it yesterday but it's broken
can you fix it
thanks, where is it
great, I'd like to order
That helps. It arrived damaged
Thanks for the quick answer. My parcel NW-20533 is late since a week
Thanks for the info. My order number is 20533
It works now but the display shows E04
Great, thanks for the answer. Then I order two helmets to Norway
Thanks for the info, my name is Vera
That works and my order is late
That helps and I was charged twice
Thanks for the info and my order number is 20533
it was fixed and broke again
It worked until yesterday
The link worked yesterday and today it gives error 404
that works only on mac?
help
""".strip().splitlines()


@pytest.mark.parametrize("text", CONFIRMS)
def test_it_hears_a_confirmation_after_an_answer(text):
    assert confirms(text, after_answer=True)


@pytest.mark.parametrize("text", CONFIRMS)
def test_without_an_answer_before_nothing_is_confirmed(text):
    assert not confirms(text, after_answer=False)


@pytest.mark.parametrize("text", DOES_NOT_CONFIRM)
def test_in_doubt_the_talk_stays_open(text):
    assert not confirms(text, after_answer=True)


@pytest.mark.parametrize("text", ["yes", "Yes it did!", "yep thanks", "it did", "sure", "yes, thank you"])
def test_yes_confirms_only_when_the_ai_asked(text):
    assert confirms(text, after_answer=True, asked_if_solved=True)
    assert not confirms(text, after_answer=True)


@pytest.mark.parametrize("text", ["no", "Nope, that's all", "no thanks", "No, I'm good"])
def test_no_to_anything_else_confirms(text):
    assert confirms(text, after_answer=True, asked_if_more=True)


@pytest.mark.parametrize("text", ["thanks", "Thank you so much!", "ok thanks", "great, thank you", "cheers"])
def test_mere_thanks_are_known_as_such(text):
    assert only_thanks(text)


@pytest.mark.parametrize("text", ["thanks, how much is it", "thanks?", "hello", "thank you for the invoice"])
def test_thanks_with_more_are_not(text):
    assert not only_thanks(text)


@pytest.mark.parametrize(
    "text", ["yes", "Yes please", "yeah sure", "ok", "please do", "that would be great", "Sure, go ahead"]
)
def test_yes(text):
    assert says_yes(text)
    assert not says_no(text)


@pytest.mark.parametrize("text", ["no", "No thanks", "nope", "not now", "none of them", "no, thank you"])
def test_no(text):
    assert says_no(text)
    assert not says_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'd rather not say",
        "no",
        "why do you need that?",
        "none of your business",
        "I don't want to share it",
        "skip",
    ],
)
def test_a_refusal_to_tell(text):
    assert refuses(text)


@pytest.mark.parametrize("text", ["maria@initech.example", "Maria", "Ben", "Initech", "it's 555 12345"])
def test_telling_is_no_refusal(text):
    assert not refuses(text)


SETTLES = """
Thanks for your help, Sam!
Hey, thanks for your help
Thank you for your help, see you tomorrow
Thanks for your help, kind regards
Thanks for the info, I appreciate it
Problem solved! I had the wrong cable
Yay, it works now
It worked, you saved my day
Thanks for your help yesterday!
Thanks for your help. Until tomorrow!
Sorry for the late reply, it worked, thank you
Thanks, that fixed the error!
No more error, it works now, thanks!
I found the missing part, thanks for your help
""".strip().splitlines()


@pytest.mark.parametrize("text", [*CONFIRMS, *SETTLES])
def test_a_thank_you_is_never_a_question(text):
    assert small_talk_of(text) == Talk.THANKS
