"""The one shape in which readers of messages hand over what they found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A field's value and the words of the message that say so."""

    field: str
    value: str
    quote: str


def proper(text: str) -> str:
    """A value without the space and signs around it."""
    return " ".join(text.split()).strip(" .,;:!?\"'“”()[]<>")
