"""Talking with the representative, as a visitor does."""

from conversations.models import Message
from representative import turns
from tests.cast import say, vera


def talk(seen, *texts):
    """Vera says these one after another, each attended; the AI's newest words."""
    conversation = None
    for text in texts:
        conversation = say(seen, text)
        turns.attend(conversation.pk)
    conversation.refresh_from_db()
    return conversation


def ai_words(conversation):
    said = Message.objects.filter(conversation=conversation, author_kind="ai").order_by("pk")
    return list(said.values_list("text", flat=True))


def vera_of(conversation):
    """The visitor of a conversation, as a socket would describe her."""
    seen = vera(conversation.domain)
    return type(seen)(id=conversation.visitor_id, domain=conversation.domain)
