"""Which fact about the visitor a question asks for. Pure."""

import re

_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern, re.IGNORECASE))
    for field, pattern in (
        ("email", r"\be-?mail(?: address)?\b"),
        (
            "phone",
            r"\b(?:phone|mobile|telephone|cell)(?: number)?\b|\bnumber (?:to|can we|we can|i can|can i) (?:reach|"
            r"call)\b",
        ),
        (
            "company",
            r"\b(?:company|organi[sz]ation|business|firm|employer)\b|\bwho do you work for\b|\bwhere do you work\b",
        ),
        (
            "budget",
            r"\bbudget\b|\bhow much (?:are|were|would|do|can) you (?:looking|planning|willing|want|like|hoping|"
            r"able|spend|thinking)",
        ),
        ("timing", r"\b(?:when|how soon|by when|timeline|time ?frame|deadline)\b"),
        (
            "name",
            r"\b(?:your|ur|first|full) name\b|\bwho (?:am i|do i have the pleasure of) (?:speaking|talking|"
            r"chatting)\b|\bcalled\b|\bcall you\b",
        ),
        ("need", r"\bwhat (?:are you looking|brings you|do you need|would you like|can we help)\b"),
    )
)


def asked_fields(text: str) -> list[str]:
    """The fields that the questions in this text ask the reader for."""
    questions = [
        part
        for part in re.findall(r"[^.!?\n]++[.!?\n]?", text)
        if part.endswith("?") and re.search(r"\b(?:you|your|name|who|which|what)\b", part, re.I)
    ]
    questions += re.findall(
        r"(?:may|can|could) i (?:have|get|ask)[^.?!\n]*|please (?:share|send|give|tell)[^.?!\n]*", text, re.I
    )
    return [field for field, pattern in _ASKS if any(pattern.search(question) for question in questions)]
