"""Where "I know", "Did you mean" and "I don't know" begin for one domain's knowledge.

No constant fits two domains (measured: .30 to .67), so the index asks itself: each article's own phrasings with
that article taken away are questions just outside the knowledge; a bank of off-topic ones is far outside.
"""

from dataclasses import dataclass

from representative.embedded.index import Index
from representative.embedded.offtopic import OFF_TOPIC

_ASKED = 300
# What a domain with little knowledge to ask itself about leans on, as if it had been seen so often.
_USUAL_ANSWER, _USUAL_SUGGEST, _USUAL_WEIGHT = 0.42, 0.26, 20
# The share of near and of far questions that may reach each band. Near ones are harsher than visitors are: where
# articles overlap, taking one away leaves its twin. Far ones lift the floor, but no further than the near ones'
# tail, since a domain may well be about weather or cooking.
_NEAR_ANSWERED, _NEAR_SUGGESTED = 0.08, 0.40
_FAR_ANSWERED, _FAR_SUGGESTED = 0.02, 0.20
_TAIL = 0.05


@dataclass(frozen=True)
class Thresholds:
    """From `answer` up the representative answers, from `suggest` up it asks "Did you mean"."""

    answer: float
    suggest: float

    def moved(self, eagerness: float) -> "Thresholds":
        """Lower by the domain's eagerness (negative: higher, more cautious)."""
        return Thresholds(max(0.05, self.answer - eagerness), max(0.03, self.suggest - eagerness))


USUAL = Thresholds(_USUAL_ANSWER, _USUAL_SUGGEST)


def calibrate(index: Index) -> Thresholds:
    """The thresholds for this index."""
    near = _near_misses(index)
    if not near:
        return USUAL
    far = sorted(_best(index, question) for question in OFF_TOPIC)
    answer = _quantile(near, 1 - _NEAR_ANSWERED)
    answer = max(answer, min(_quantile(far, 1 - _FAR_ANSWERED), _quantile(near, 1 - _TAIL)))
    suggest = _quantile(near, 1 - _NEAR_SUGGESTED)
    suggest = max(suggest, min(_quantile(far, 1 - _FAR_SUGGESTED), answer * 0.7))
    known = len(near) / (len(near) + _USUAL_WEIGHT)
    answer = known * answer + (1 - known) * USUAL.answer
    suggest = known * suggest + (1 - known) * USUAL.suggest
    return Thresholds(answer, min(suggest, answer * 0.9))


def _near_misses(index: Index) -> list[float]:
    """The best wrong score for questions whose right article is taken away, ascending."""
    asked = [
        (position, phrasing)
        for position, document in enumerate(index.documents)
        for phrasing in (document.phrasings or (document.title,))
    ]
    step = max(1, len(asked) // _ASKED)
    scores = []
    for position, phrasing in asked[::step]:
        others = [one for one in index.candidates(phrasing) if one != position]
        ranked = index.rank(others, index.wanted(phrasing))
        scores.append(ranked[0][0] if ranked else 0.0)
    return sorted(scores)


def _best(index: Index, question: str) -> float:
    hits = index.search(question, limit=1)
    return hits[0].score if hits else 0.0


def _quantile(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]
