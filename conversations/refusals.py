"""What an action answers instead of doing it. Each has the contract's code; nothing was written."""


class Refusal(Exception):
    """An action was not done. `code` is the contract's word for why, the text says what to do."""

    code = "forbidden"
    # What the REST API answers with; it knows a refusal by its shape (domains/api_errors.py).
    http_status = 409

    def details(self) -> dict[str, object]:
        """More for the caller, as plain data."""
        return {}


class Held(Refusal):
    """Another operator holds the conversation."""

    code = "held"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is currently handling this conversation.")
        self.name = name

    def details(self) -> dict[str, object]:
        """Who holds it."""
        return {"by": {"name": self.name}}


class Stale(Refusal):
    """The writer saw an older handling epoch: who speaks has changed meanwhile."""

    code = "stale"

    def __init__(self) -> None:
        super().__init__("The conversation has changed hands meanwhile. Look at it again before you retry.")


class Closed(Refusal):
    """The conversation is resolved or ended."""

    code = "ended"

    def __init__(self) -> None:
        super().__init__("This conversation is closed. Start a new one, or reopen it.")


class TooEarly(Refusal):
    """The gap between two messages was shorter than the domain allows."""

    code = "rate_limited"
    http_status = 429

    def __init__(self, retry_ms: int) -> None:
        super().__init__(f"You can send again in {max(1, round(retry_ms / 1000))} s.")
        self.retry_ms = retry_ms

    def details(self) -> dict[str, object]:
        """When to try again."""
        return {"retry_ms": self.retry_ms}


class IdConflict(Refusal):
    """The client used one id for two different messages or acts."""

    code = "id_conflict"

    def __init__(self) -> None:
        super().__init__("This id was already used for something else. Use a new one.")


class NotAllowed(Refusal):
    """The move does not fit the state the conversation is in."""

    code = "forbidden"


class TooLong(Refusal):
    """More characters than a message may have."""

    code = "too_long"
    http_status = 400

    def __init__(self, limit: int) -> None:
        super().__init__(f"A message may have at most {limit:,} characters. Split it in two.")
        self.limit = limit

    def details(self) -> dict[str, object]:
        """How many characters are allowed."""
        return {"limit": self.limit}


class Empty(Refusal):
    """A message without words."""

    code = "bad_frame"
    http_status = 400

    def __init__(self) -> None:
        super().__init__("Write something first: the message is empty.")
