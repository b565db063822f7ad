"""What is wrong with the mail of a domain."""

from dataclasses import dataclass
from datetime import datetime

from domains.models import Domain


@dataclass(frozen=True)
class Trouble:
    """Of one domain: how many mails were lost in the last day, and since when the oldest waits that is due."""

    domain: Domain
    lost: int = 0
    waiting: int = 0
    since: datetime | None = None
    words: str = ""
