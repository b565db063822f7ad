"""Which words of a domain's knowledge a visitor's word may stand for: itself, a typo, a relative."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from threading import Lock

from representative.embedded.spelling import distance, slips_allowed

# Measured on banking77 and CLINC150: similarity below it is noise; the power keeps near-misses near zero.
_LEAST_SIMILAR = 0.3
_POWER = 1.5
_CACHED_WORDS = 4096
_SYNONYM = 0.6
_SLIP = 0.75
# Words that may be a slip of one another share at least so much.
_PERHAPS_SIMILAR = 0.12


def grams(word: str) -> list[str]:
    """The character 3- to 5-grams of a word with its borders."""
    marked = f" {word} "
    return [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]


class Vocabulary:
    """Character n-gram cosine between any word and the words of the knowledge.

    Measured once per word and kept: a text's likeness is then a sum over words, which costs a tenth of comparing
    whole texts gram by gram and ranks the same.
    """

    def __init__(self, known: Iterable[str], synonyms: dict[str, tuple[str, ...]]) -> None:
        self.words = list(dict.fromkeys(known))
        self.ids = {word: number for number, word in enumerate(self.words)}
        self._synonyms = synonyms
        counted = [Counter(grams(word)) for word in self.words]
        frequency = Counter(gram for counts in counted for gram in counts)
        total = len(self.words)
        self._weight = {gram: math.log(1 + total / count) for gram, count in frequency.items()}
        self._unknown_weight = math.log(1 + total)
        self._holders: dict[str, tuple[array[int], array[float]]] = {}
        for number, counts in enumerate(counted):
            norm = self._norm(counts)
            for gram, count in counts.items():
                numbers, shares = self._holders.setdefault(gram, (array("I"), array("f")))
                numbers.append(number)
                shares.append(count * self._weight[gram] / norm)
        # Two swapped letters spoil most n-grams of a short word; its letters stay the same.
        self._same_letters: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            self._same_letters.setdefault("".join(sorted(word)), []).append(number)
        self._near: dict[str, dict[int, float]] = {}
        self._lock = Lock()

    def near(self, word: str) -> dict[int, float]:
        """The numbers of the known words that this one may stand for, each with its likeness up to 1."""
        found = self._near.get(word)
        if found is None:
            found = self._search(word)
            with self._lock:
                if len(self._near) >= _CACHED_WORDS:
                    self._near.clear()
                self._near[word] = found
        return found

    def meant(self, word: str) -> int | None:
        """The number of the known word that an unknown one is a slip of, if it looks like one."""
        near = self.near(word)
        best = max(near, key=near.__getitem__, default=None)
        return best if best is not None and near[best] >= _SLIP else None

    def _search(self, word: str) -> dict[int, float]:
        counts = Counter(grams(word))
        norm = self._norm(counts)
        likeness: dict[int, float] = {}
        for gram, count in counts.items():
            if holders := self._holders.get(gram):
                share = count * self._weight[gram] / norm
                for number, other in zip(*holders, strict=True):
                    likeness[number] = likeness.get(number, 0.0) + share * other
        near = {number: value**_POWER for number, value in likeness.items() if value > _LEAST_SIMILAR}
        if word not in self.ids and (allowed := slips_allowed(word)):
            # Few people slip on the first letter, and many short words are one letter from another real word.
            alike = [
                number for number, value in likeness.items() if value > _PERHAPS_SIMILAR and len(word) > 4
            ]
            for number in [*self._same_letters.get("".join(sorted(word)), ()), *alike]:
                known = self.words[number]
                if (
                    known[0] != word[0]
                    or abs(len(known) - len(word)) > allowed
                    or near.get(number, 0.0) >= _SLIP
                ):
                    continue
                if distance(word, known, allowed) <= allowed:
                    near[number] = _SLIP
        for synonym in self._synonyms.get(word, ()):
            meant = self.ids.get(synonym)
            if meant is not None:
                near[meant] = max(near.get(meant, 0.0), _SYNONYM)
        if word in self.ids:
            near[self.ids[word]] = 1.0
        return near

    def _norm(self, counts: Counter[str]) -> float:
        weights = (count * self._weight.get(gram, self._unknown_weight) for gram, count in counts.items())
        return math.sqrt(sum(weight * weight for weight in weights)) or 1.0
