"""What the representative knows, what it learnt, and the turns it took."""

from representative.models.article import Article
from representative.models.gap import Gap
from representative.models.lead_fact import FactSource, Field, LeadFact
from representative.models.turn import Outcome, Turn, TurnState

__all__ = ["Article", "FactSource", "Field", "Gap", "LeadFact", "Outcome", "Turn", "TurnState"]
