"""Does the visitor ask for a person? Rules only: what a visitor asks for plainly is never left to a model.

The order matters: refusing the bot comes before negation ("I don't want to talk to a bot" is a request), negation
and questions about who is speaking come before requests ("are you a real person?" is none).
"""

import re

from representative.detectors.phrases import clauses, plain

_ARTICLE = r"(?:(?:a|an|the|your|any|some|one of your|one of the|somebody from|someone from|with) )*"
_KIND = (
    r"(?:(?:real|actual|live|human|proper|genuine|different|senior|customer|sales|support|service|technical|tech) "
    r")*"
)
_PEOPLE = (
    r"(?:humans?(?: beings?)?|persons?|people|someone(?: else)?|somebody(?: else)?|anyone|anybody|agents?|"
    r"representatives?|reps?|operators?|advis[eo]rs?|consultants?|specialists?|experts?|colleagues?|managers?|"
    r"supervisors?|staff(?: members?)?|employees?|team(?: members?)?|members? of (?:your|the) (?:team|staff)|"
    r"customer (?:service|support|care)|sales(?:person|man|woman|people)?|support|helpdesk|help desk|receptionist|"
    r"technicians?|engineers?|guys?|man|woman|boss|owner|front desk|reception|(?:\w+ )?(?:team|department|desk|office))"
)
# Those who are a person by the word alone; "someone" or "support" need a verb of talking beside them.
_PLAINLY = (
    r"(?:humans?(?: beings?)?|(?:real|actual|live|human) (?:person|people|agents?|someone|somebody|reps?|"
    r"representatives?|operators?|chat|support|human|one)|representatives?|operators?|agents?|"
    r"(?:sales|support|service) (?:agents?|reps?|representatives?|person)|team members?|person|human agents?|"
    r"customer (?:service|support|care)|supervisors?|managers?|advis[eo]rs?)"
)
_TALK = r"(?:deal|dealing|talk|speak|chat|discuss this|communicate|talking|speaking|chatting)"
_MACHINE = r"(?:bots?|robots?|machines?|ai|computers?|assistants?|automat\w+(?: \w+)?|programs?|software|algorithms?)"
_SOON = r"(?: (?:please|now|instead|right now|asap|immediately|today|here|quickly|ok|for once|not \w+(?: \w+)?)){0,5}"

_REFUSES_THE_BOT = [
    re.compile(pattern)
    for pattern in (
        rf"\bnot (?:want|like|wish|going|willing|here|feel like)(?: to)?(?: be)? ?(?:{_TALK}|dealing|deal|"
        rf"speak)?(?:ing)? ?"
        rf"(?:to|with)? (?:a |an |the |this |some |any |your )?(?:stupid |dumb |damn )?{_MACHINE}\b",
        rf"\b(?:am|are|is|will|would) (?:rather )?not {_TALK} (?:to|with) (?:a |an |the |this )?(?:\w+ )?{_MACHINE}\b",
        rf"\b(?:no more|stop (?:the|this|being a)|enough (?:of|with) (?:the|this)|sick of (?:the|this|talking "
        rf"to)(?: a| the)?|tired of "
        rf"(?:the|this|talking to)(?: a| the)?|hate (?:talking to )?(?:a |the |this |these )?|rather not (?:talk|"
        rf"speak|chat) (?:to|with) (?:a |an |the )?|"
        rf"not comfortable (?:talking |speaking |chatting )?(?:to|with) (?:a |an |the )?) ?{_MACHINE}\b",
        rf"\b(?:refuse|refusing|decline) to {_TALK} (?:to|with) (?:a |an |the |this |your )?{_MACHINE}\b",
        rf"^(?:no|not) (?:a |an |the )?{_MACHINE}(?: please)?$",
        rf"\b(?:rather than|instead of|not) (?:a|an|the|this) {_MACHINE}\b",
    )
]
_NOT_A_REQUEST = [
    re.compile(pattern)
    for pattern in (
        # Who is speaking?
        r"\bare you (?:actually |really |even |just |still )?(?:a|an|the|some)? ?(?:\w+ )?(?:human|person|bot|"
        r"robot|ai|agent|machine|"
        r"representative|real|operator|computer|man|woman)\b(?! .*\b(?:connect|transfer|get me|talk to)\b)",
        r"\bam i (?:really |actually |now |still )?(?:talking|speaking|chatting|connected|typing)\b",
        r"\b(?:is|was) (?:this|that|it|there) (?:actually |really )?(?:a|an) (?:\w+ )?(?:bot|robot|ai|machine|"
        r"human|person)\b"
        r"(?! (?:i can|available|around|there|to|who|that|here))",
        r"\bwho am i\b|\bdo i (?:talk|speak) to a\b",
        # Asks what the product does.
        r"\b(?:does|do|will|would|can|when does|how does) (?:the|your|this|an?|their) (?:\w+ )?(?:ai|bot|robot|"
        r"assistant|"
        r"widget|system|software|app|chat|machine)\b",
        r"\bhow (?:do|can|could|to|should|would) ?(?:i|we|you|one)? (?:contact|reach|message|write to|email)\b",
        r"^(?:no|without) (?:human|person|agent|people|operator)s?\b",
        # Does not want one, has had one, or means somebody else.
        rf"\b(?:not|never|no need|without|avoid|instead of|rather than)\b(?: \w+){{0,4}} (?:{_TALK}|call|contact|"
        rf"bother|wait|need|"
        rf"{_PLAINLY})(?! me)\b",
        r"\b(?:no need|not (?:want|need)|without|never|please do not)\b(?: \w+){0,4} (?:connect|transfer)\b",
        r"\b(?:spoke|talked|chatted|was (?:talking|speaking|chatting)|have (?:spoken|talked)|had (?:spoken|talked))\b",
        r"\b(?:customers?|users?|visitors?|clients?|they|guests|buyers|people|readers|students|patients|members)"
        rf"(?: \w+){{0,3}} (?:{_TALK}|reach|contact|connect|be (?:connected|transferred))\b",
        r"\b(?:my|our|his|her|their|own) (?:\w+ )?(?:team|manager|boss|colleagues?|wife|husband|partner|people|"
        r"staff|agents?|"
        r"customers?|supervisor|operators?|lawyer|accountant|doctor|bank|support|sales)\b",
        rf"\b(?:rather|prefer|happy|fine|ok|good) (?:to )?(?:{_TALK}) (?:to|with) (?:you|the bot|an? ai|ava)\b",
        r"\b(?:become|to be an?|hire|hiring|work as|pay|cost of|price of|salary of|train|invite|add|remove|assign|"
        r"create|delete|"
        r"manage|how many|number of|per|each|every|additional|extra|becoming)\b(?: \w+){0,3} (?:agents?|operators?|"
        r"representatives?|team members?|humans?|managers?|people|person|seats?|users?|staff|reps?|employees?|"
        r"advis[eo]rs?)\b",
        r"\bif (?:i|we|you|someone) (?:ever )?(?:want|need|wanted|needed|have|had)\b",
        r"\b(?:what|which) (?:does|do|is|are) (?:a|an|the|your) ",
        # To a place rather than to a person.
        r"\b(?:forward|redirect|switch|refer|route) (?:me|us) (?:back |over )?to (?:a |the |your |my )?(?:\w+ ){0,2}"
        r"(?:page|form|website|site|link|shop|section|article|plan|cart|checkout|menu)\b",
    )
]
_REQUESTS = [
    re.compile(pattern)
    for pattern in (
        rf"\b{_TALK} (?:directly |live |privately )?(?:to|with) {_ARTICLE}{_KIND}{_PEOPLE}\b",
        r"\b(?:connect|transfer|forward|refer|redirect|switch|pass|hand|route) (?:me|us)(?: over| back| through| "
        r"on)? (?:to|with)\b",
        r"\b(?:put|get) (?:me|us) (?:through|in touch|in contact|over)\b|\b(?:hand|pass|transfer|connect) me(?: "
        r"over)?(?: please)?$",
        rf"\b(?:be|get|getting) (?:connected|transferred|put through|forwarded|passed on) (?:to|"
        rf"with) {_ARTICLE}{_KIND}{_PEOPLE}\b",
        rf"\b(?:get|give|find|bring|send|fetch|call)(?: me| us| in| for me)?(?: over)? {_ARTICLE}{_KIND}"
        rf"(?:{_PLAINLY}|someone|somebody|(?:a )?person)(?: else| in)?"
        rf"(?:{_SOON}$| (?:who|that|on)\b| to (?:help|talk|speak|chat|assist|answer|call|contact|look|join|handle)\b)",
        rf"\b(?:want|need|like|prefer|require|demand|have|get|request|requesting|ask for|asked for|asking "
        rf"for) {_ARTICLE}(?:help from |assistance from "
        rf"|support from |answer from )?{_ARTICLE}{_KIND}{_PLAINLY}\b(?!'s| (?:hours|number|account|seat|plan|"
        rf"price|panel|role|report))",
        rf"\b(?:want|need|like|prefer) (?:help|assistance|support|an answer) from {_ARTICLE}{_KIND}{_PEOPLE}\b",
        rf"^(?:(?:ok|hi|hello|hey|yes|no|just|please|i want|i need|give me|can i have|may i have|could i have|get "
        rf"me) )*"
        rf"(?:a |an |the |some )?{_PLAINLY}{_SOON}$",
        rf"^(?:please )?(?:{_PLAINLY}|support|sales|someone|somebody) please$",
        r"\b(?:any|is there an?|are there any|is there|is an?|do you have an?|is) (?:\w+ )?(?:real |live |actual |"
        r"human )*"
        r"(?:humans?|persons?|people|agents?|representatives?|operators?|someone|somebody|anyone|anybody|one) "
        r"(?:i (?:can|could) |available|around|online|here|there|free|to )(?! help)",
        r"\b(?:someone|somebody|anyone|anybody|person|human|agent|representative|colleague|team|manager|specialist) "
        r"(?:\w+ ){0,2}?(?:call|phone|ring|contact|email|write|reach out to|get back to|message|talk to|speak "
        r"to|speak with|talk with|"
        r"assist|take over)(?: (?:me|us|from here|this chat|now))\b",
        # "Can a human help me?", "please ask a colleague to look at this", "someone I can chat with".
        rf"\b(?:{_PLAINLY}|colleague|(?:someone|somebody|anyone|anybody|person) (?:from|of|on|at|in) (?:your|the) \w+) "
        r"(?:please |actually |there |to )*(?:help|assist|join|look|answer|reply|check|handle|review|take|get "
        r"back|deal)\b",
        rf"\b(?:someone|somebody|anyone|anybody|person|human|agent) (?:who |that )?(?:i|we) (?:can |could |may "
        rf")?{_TALK}\b",
        rf"(?<!the )(?<!my )(?<!our )(?<!a )\b(?:reach|see|contact|get hold of|get to|complain to|ask|message|"
        rf"write to|meet|needs|requires|refer to|report to) "
        rf"{_ARTICLE}{_KIND}(?:{_PLAINLY}|manager)\b(?! (?:hours|number|price|email|address))",
        r"\b(?:hand|pass|give|forward|escalate|transfer) (?:this|it|me|us|my \w+|the \w+)(?: \w+)? (?:over )?to "
        r"(?:a|an|your|the|some) ",
        rf"\b(?:be|get|getting) (?:contacted|called|helped|served|assisted) by {_ARTICLE}{_KIND}{_PEOPLE}\b",
        rf"\b(?:have|let|get|ask) {_ARTICLE}{_KIND}{_PEOPLE} (?:to )?(?:call|contact|phone|ring|email|reach|write|"
        rf"message) (?:me|us)\b",
        rf"\b(?:is|are) {_ARTICLE}{_KIND}{_PEOPLE} (?:available|online|around|free|reachable)\b",
        rf"\b(?:call|chat|reply|answer|message|help) (?:back )?(?:from|with) {_ARTICLE}{_KIND}(?:{_PLAINLY}|your "
        rf"team|somebody|someone|colleague)\b",
        rf"\b(?:get|come) through to {_ARTICLE}{_KIND}{_PEOPLE}\b|\bconnect (?:to|with) {_ARTICLE}{_KIND}{_PLAINLY}\b",
        rf"\bput {_ARTICLE}{_KIND}{_PLAINLY} (?:on|through)\b|\b(?:want|like|need|ask|please) to be (?:connected|"
        rf"transferred|put through)\b",
        rf"\b(?:do|discuss|handle|solve|settle|sort|clarify|arrange|have) (?:this|it|that)(?: \w+)? "
        rf"with {_ARTICLE}{_KIND}(?:{_PLAINLY}|colleague)\b",
        rf"\bwho (?:can|could|do|should) i (?:\w+ )?{_TALK} (?:to|with)\b",
        r"\b(?:someone|somebody|anyone|anybody) (?:real|human)\b",
        r"\b(?:call me back|call me please|please call me|give me a call|can you call me|want a call ?back|"
        r"request a call ?back)\b",
        r"\b(?:escalate|raise) (?:this|it|my|the)\b(?: \w+){0,3}$|\bplease escalate\b|\bescalate (?:this|it|me)\b",
        r"\blet me (?:talk|speak|chat) (?:to|with)\b",
        rf"\b(?:switch|change|hand over|go|move) to {_ARTICLE}{_KIND}(?:{_PLAINLY}|live chat)\b",
        r"^(?:live|human) (?:chat|agent|support|help|person|representative)(?: please| now)*$",
        rf"\b{_KIND}(?:human|person|someone|somebody) (?:please|now|instead)\b",
        r"\b(?:need|want|prefer) (?:a )?(?:real|actual|live|human) (?:help|support|assistance|answer|contact|"
        r"interaction|touch|chat)\b",
        rf"\b(?:bring in|involve|loop in|call in|page) {_ARTICLE}{_KIND}{_PEOPLE}\b",
        rf"\bhow (?:do|can|could|would|to) ?(?:i|we)? {_TALK} (?:to|with) {_ARTICLE}{_KIND}{_PEOPLE}\b",
    )
]


def asks_for_person(text: str) -> bool:
    """Whether these words ask for a person."""
    whole = plain(text)
    if any(pattern.search(whole) for pattern in _REFUSES_THE_BOT):
        return True
    return any(_asks(clause) for clause in clauses(text))


def _asks(clause: str) -> bool:
    if any(pattern.search(clause) for pattern in _NOT_A_REQUEST):
        return False
    return any(pattern.search(clause) for pattern in _REQUESTS)
