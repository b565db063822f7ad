"""What was sent to one console, of what it has open; pure, and bounded however long the console stays."""

from dataclasses import dataclass

# Newest numbers of so many cards are kept: more than change in the two minutes in which a lost card is looked for.
CARDS = 2000


@dataclass
class Thread:
    """An open thread: its domain, the newest number sent and the newest epoch seen."""

    domain_id: str
    sent: int
    epoch: int

    def note(self, n: int, epoch: int) -> None:
        """This event is sent."""
        self.sent, self.epoch = n, max(self.epoch, epoch)


class Cards(dict[str, int]):
    """Newest number of each card that was sent, by conversation; of those sent last."""

    def note(self, c: str, n: int) -> None:
        """This card is sent."""
        self.pop(c, None)
        self[c] = n
        if len(self) > CARDS:
            del self[next(iter(self))]
