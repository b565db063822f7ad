"""The words of mails to visitors: a domain's own template, or ours."""

from dataclasses import dataclass

from django.utils.html import linebreaks

from conversations.frames.for_visitors import operator_name
from conversations.models import Conversation, Message
from conversations.states import ActorKind
from domains.models import Domain
from domains.times import told
from emailops import placeholders
from emailops.addresses import one_line
from emailops.letters import written
from emailops.queueing import Letter
from notifications.models import MailTemplate, TemplateKind

NAMES = ("name", "first_name", "email", "domain", "representative", "summary")
_MOST_PAIRS, _MOST_LINES, _LONGEST = 6, 500, 600

DEFAULTS: dict[str, tuple[str, str]] = {
    TemplateKind.FOLLOW_UP: (
        "Your conversation with {{domain}}",
        "Hello {{first_name|there}},\n\nthank you for talking to us. This is what it was about:\n\n{{summary}}\n\n"
        "Is something still open? Come back to our website, we are glad to help.\n\n{{representative}} of {{domain}}",
    ),
    TemplateKind.TRANSCRIPT: (
        "What we said: your conversation with {{domain}}",
        "Hello {{first_name|there}},\n\nthis is what we said:\n\n{{summary}}\n\n{{domain}}",
    ),
}


class BadTemplate(ValueError):
    """These words cannot be sent. `field` is what to mend."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Template:
    """A subject and a text with placeholders."""

    subject: str
    text: str


def checked(subject: str, text: str) -> Template:
    """The words, if each placeholder in them is one. Raises BadTemplate."""
    for field, words in (("subject", subject), ("text", text)):
        if not words.strip():
            raise BadTemplate(field, "Write something.")
        if wrong := placeholders.wrong(words, NAMES):
            raise BadTemplate(field, wrong)
    if one_line(subject, 160) != subject.strip():
        raise BadTemplate("subject", "A subject is one line of at most 160 characters.")
    return Template(subject.strip(), text.replace("\r\n", "\n").strip())


def template_of(domain: Domain, kind: str) -> Template:
    """The domain's own words, or ours where it has none."""
    own = MailTemplate.objects.filter(domain=domain, kind=kind).first()
    return Template(own.subject, own.text) if own else Template(*DEFAULTS[kind])


def letter(conversation: Conversation, template: Template, summary: str) -> Letter:
    """The mail to the visitor of this conversation."""
    visitor, domain = conversation.visitor, conversation.domain
    facts = {
        "name": visitor.name,
        "first_name": visitor.name.split(" ")[0],
        "email": visitor.email,
        "domain": domain.name,
        "representative": domain.representative_name,
        "summary": summary,
    }
    text = placeholders.filled(template.text, facts)
    return written(
        "to_visitor",
        subject=placeholders.filled(template.subject, facts),
        domain=domain,
        body=text,
        body_html=linebreaks(text, autoescape=True),
    )


def summary_of(conversation: Conversation) -> str:
    """What was asked and what was answered, in the words that were used; the newest questions."""
    pairs: list[tuple[str, str]] = []
    for message in _said(conversation):
        if message.author_kind == ActorKind.VISITOR:
            pairs.append((message.text, ""))
        elif pairs:
            pairs[-1] = (pairs[-1][0], message.text)
    answered = [pair for pair in pairs if pair[1]] or pairs
    return "\n\n".join(
        f"You: {_shortened(asked)}" + (f"\n{conversation.domain.name}: {_shortened(reply)}" if reply else "")
        for asked, reply in answered[-_MOST_PAIRS:]
    )


def transcript_of(conversation: Conversation) -> str:
    """What visitor, AI and operators said to one another, the newest 500 messages; never the team's notes."""
    lines = []
    for message in _said(conversation):
        at = told(message.created_at, conversation.created_at)
        lines.append(f"{at} UTC {_name(conversation, message)}: {message.text.strip()}")
    return "\n\n".join(lines)


def _said(conversation: Conversation) -> list[Message]:
    newest = Message.objects.filter(conversation=conversation).order_by("-id")[:_MOST_LINES]
    return list(reversed(newest))


def _name(conversation: Conversation, message: Message) -> str:
    if message.author_kind == ActorKind.VISITOR:
        return conversation.visitor.name or "You"
    if message.author_kind == ActorKind.AI:
        return f"{message.author_name or conversation.domain.representative_name} (AI)"
    return operator_name(message.author_name, conversation.domain)


def _shortened(text: str) -> str:
    line = text.strip()
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
