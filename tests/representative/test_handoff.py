"""Who asks for a person, and who only mentions one."""

import pytest

from representative.detectors.handoff import asks_for_person

ASKS = """
I want to talk to a human
can I talk to a person?
Can I speak to someone please
could you connect me to an agent
let me talk to a real person
human please
agent
Representative!
I need a human
I'd like to speak with someone from your team
is there a real person I can talk to?
get me a human
I don't want to talk to a bot
I do not want to chat with a robot, please
transfer me to customer service
put me through to sales
please escalate this
can someone call me?
please have somebody contact me
I want to speak to your manager
speak to a supervisor
Talk to a person
live agent please
I would rather talk to a human than a bot
can i get a real human
I want a real person
I need to speak with a representative
tlak to a humna please
I want to talk to a reprsentative
conect me with an agnet
is anybody there I can talk to?
Are there any humans available?
no bots please
I'm not comfortable with a machine
stop this bot and give me a person
I'm tired of talking to a bot
could I chat with a colleague of yours? I mean with someone from support
connect me to the spa
how can I speak with a human?
bring in a team member please
I want customer service
give me someone who can help, I mean a real person
ok, human
Can you hand me over to a colleague
I'd like a call back, please call me
can you put me in touch with your sales team
I want to chat with somebody else
hi, operator please
would prefer a human
No, I need to talk to a person
are you a bot? I want to talk to a human
I hate bots
i wanna talk to some1
I need help from a real person
yes but let me speak to a human first
could I please be connected with an advisor
May I speak with an expert?
this is urgent, i need to speak to support
HUMAN
human agent
can u get me a human pls
I asked for a human
""".strip().splitlines()

DOES_NOT = """
are you a human?
Are you a real person?
am I talking to a bot?
is this a real person
are you a bot or a human
I don't need a human
I do not want to talk to a person
no need to connect me to an agent
How many agents can I add to my plan?
what does an agent cost per month?
I spoke to an agent yesterday about my order
I talked to someone from your team last week
can my customers talk to a human?
do visitors speak with a real person or with the AI?
I need to talk to my manager first
I have to speak with my team before I decide
how do I become an agent for you?
what are your support hours?
how do I invite a team member?
Can a person under 18 open an account?
How much is it per person?
is the human resources module included
what is your customer service phone number?
do you offer support on weekends?
How do I contact customer support?
Where is your sales office
our team has 20 people
we are a team of five persons
I'd rather talk to you than wait
is there a human resources integration
does it work without a human
How do I transfer money to someone?
can I transfer my licence to another person
how do I connect my bank account
please send me the invoice
can you call this API from the browser
what happens if I need to talk to a human later
I'm the manager of a small shop
who is your representative in France
can I gift it to someone
thanks, that helps!
how do I delete a person from my contacts
my agent told me the price would be 50
do you have a sales team in Spain?
I need a new operator license
The real problem is the delivery
do your agents speak Spanish?
I was talking to a friend about you
does the room fit four people
I'd like to order a personal copy
never connect me to a person again, you are great
how do I talk to the API
does somebody know the opening hours
how do I add an operator
""".strip().splitlines()


@pytest.mark.parametrize("text", ASKS)
def test_it_hears_a_request_for_a_person(text):
    assert asks_for_person(text)


@pytest.mark.parametrize("text", DOES_NOT)
def test_a_person_only_mentioned_is_no_request(text):
    assert not asks_for_person(text)
