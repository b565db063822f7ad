"""Two-stage search over a domain's articles: BM25 finds fifty, word and character likeness ranks them.

Pure Python on arrays. A text's features are its stems and pairs of neighbouring stems; a visitor's stem also
counts, for less, as every known word that shares its character n-grams (typos, relatives) or is its synonym.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from representative.embedded.small_words import SMALL
from representative.embedded.synonyms import SYNONYMS
from representative.embedded.vocabulary import Vocabulary
from representative.embedded.words import sentences, stem, words

CANDIDATES = 50
# Of these, so many are also compared text by text.
_CLOSELY = 15
# How much the article as a whole counts beside its one phrasing, title or sentence that fits best.
_WHOLE = 0.6
# A pair of neighbouring words counts half a word.
_PAIR = 0.5
_K1, _B = 1.2, 0.75
# Stage one asks only for words that are nearly the visitor's own.
_NEAR_ENOUGH = 0.5
_SMALL = 200
# How much small words count in a knowledge of no articles, and by how many articles they count in full.
_SMALL_WORDS, _TELLS_ITSELF = 0.4, 250


@dataclass(frozen=True)
class Document:
    """An article as the index needs it."""

    id: str
    title: str
    text: str
    phrasings: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Hit:
    """A document and how well it fits, 0 to about 1."""

    document: Document
    score: float


@dataclass(frozen=True)
class Row:
    """A text as feature numbers with weights of length one."""

    features: array[int]
    weights: array[float]

    def dot(self, wanted: dict[int, float]) -> float:
        """The likeness to a question's features."""
        total = 0.0
        # A plain loop: measured twice as fast as sum() over a generator, and this is where the time goes.
        for feature, weight in zip(self.features, self.weights, strict=True):
            if feature in wanted:
                total += wanted[feature] * weight
        return total


Feature = str | tuple[str, str]


def features(tokens: Sequence[str]) -> list[Feature]:
    """Stems and pairs of neighbouring stems."""
    return [*tokens, *pairwise(tokens)]


class Index:
    """One domain's knowledge, ready to be searched. Read-only once built, so threads share it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self._positions = {document.id: position for position, document in enumerate(self.documents)}
        self._asked_as = self._by_phrasing()
        texts = [_texts(document) for document in self.documents]
        tokens = [[[stem(word) for word in words(text)] for text in own] for own in texts]
        counted = [Counter(feature for own in parts for feature in features(own)) for parts in tokens]
        holders = Counter(feature for counts in counted for feature in counts)
        self._count = len(self.documents)
        self._numbers = {feature: number for number, feature in enumerate(holders)}
        # Where few articles are written, "how much" looks as rare as "invoice": counting needs a hundred to tell.
        small = min(1.0, _SMALL_WORDS + self._count / _TELLS_ITSELF)
        self._rarity = array(
            "f",
            (self._idf(held) * (small if _is_small(feature) else 1.0) for feature, held in holders.items()),
        )
        self._highest = self._idf(0)
        self.vocabulary = Vocabulary((feature for feature in holders if isinstance(feature, str)), SYNONYMS)
        self._word_numbers = [self._numbers[word] for word in self.vocabulary.words]
        self._wholes = [self.row(counts) for counts in counted]
        self._units = [[self.row(Counter(features(own))) for own in parts] for parts in tokens]
        self._lengths = [sum(map(len, parts)) for parts in tokens]
        self._mean_length = (sum(self._lengths) / self._count if self._count else 0) or 1.0
        self._postings = self._invert(counted)

    def _by_phrasing(self) -> dict[str, Document | None]:
        """Which document each phrasing belongs to; None for words that two of them claim."""
        found: dict[str, Document | None] = {}
        for document in self.documents:
            for phrasing in {" ".join(words(text)) for text in (document.title, *document.phrasings)}:
                found[phrasing] = None if phrasing in found else document
        return found

    def asked_as(self, question: str) -> Document | None:
        """The document that is asked for in these very words, however little they tell."""
        return self._asked_as.get(" ".join(words(question)))

    def _idf(self, held: int) -> float:
        return math.log(1 + (self._count - held + 0.5) / (held + 0.5))

    def _invert(self, counted: Sequence[Counter[Feature]]) -> dict[int, tuple[array[int], array[float]]]:
        """Stage one's posting lists, each entry already weighed as BM25 weighs it."""
        postings: dict[int, tuple[array[int], array[float]]] = {}
        for position, counts in enumerate(counted):
            longer = _K1 * (1 - _B + _B * self._lengths[position] / self._mean_length)
            for feature, count in counts.items():
                if isinstance(feature, str):
                    number = self._numbers[feature]
                    positions, weights = postings.setdefault(number, (array("I"), array("f")))
                    positions.append(position)
                    weights.append(self._rarity[number] * count * (_K1 + 1) / (count + longer))
        return postings

    def row(self, counts: Counter[Feature]) -> Row:
        """Counted features of a known text as a row of length one."""
        numbers, weights = array("I"), array("f")
        for feature, count in counts.items():
            number = self._numbers[feature]
            share = _PAIR if isinstance(feature, tuple) else 1.0
            numbers.append(number)
            weights.append(share * (1 + math.log(count)) * self._rarity[number])
        norm = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
        return Row(numbers, array("f", (weight / norm for weight in weights)))

    def wanted(self, question: str) -> dict[int, float]:
        """The features a question asks for, with relatives and synonyms; empty without a word."""
        counts = Counter(features([stem(word) for word in words(question)]))
        own: dict[Feature, float] = {}
        for feature, count in counts.items():
            number = self._numbers.get(feature)
            if number is None and isinstance(feature, tuple):
                continue
            rarity = (
                self.rarity(feature) if isinstance(feature, str) else self._rarity[self._numbers[feature]]
            )
            own[feature] = (_PAIR if isinstance(feature, tuple) else 1.0) * (1 + math.log(count)) * rarity
        norm = math.sqrt(sum(weight * weight for weight in own.values())) or 1.0
        found: dict[int, float] = {}
        for feature, weight in own.items():
            if isinstance(feature, tuple):
                number = self._numbers[feature]
                found[number] = found.get(number, 0.0) + weight / norm
                continue
            for near, likeness in self.vocabulary.near(feature).items():
                number = self._word_numbers[near]
                found[number] = found.get(number, 0.0) + likeness * weight / norm
        return found

    def candidates(self, question: str, limit: int = CANDIDATES) -> list[int]:
        """Stage one: the positions of the documents that share the question's words, best first."""
        asked = [
            (self._postings[self._word_numbers[near]], likeness)
            for word in dict.fromkeys(stem(word) for word in words(question))
            for near, likeness in self.vocabulary.near(word).items()
            if likeness >= _NEAR_ENOUGH
        ]
        # A word that every tenth article has chooses nothing, and its list is the long one.
        rare = [pair for pair in asked if len(pair[0][0]) <= max(_SMALL, self._count // 10)]
        points: dict[int, float] = {}
        for (positions, weights), likeness in rare or asked:
            for position, weight in zip(positions, weights, strict=True):
                points[position] = points.get(position, 0.0) + likeness * weight
        return sorted(points, key=lambda position: (-points[position], position))[:limit]

    def rank(self, positions: Iterable[int], wanted: dict[int, float]) -> list[tuple[float, int]]:
        """Stage two: (score, position) by the document as a whole and its best single text, best first."""
        wholes = sorted(
            ((self._wholes[position].dot(wanted), position) for position in positions), reverse=True
        )
        ranked = [
            (_WHOLE * whole + (1 - _WHOLE) * max(row.dot(wanted) for row in self._units[position]), position)
            for whole, position in wholes[:_CLOSELY]
        ]
        ranked.sort(key=lambda pair: (-pair[0], pair[1]))
        return ranked

    def rarity(self, word: str) -> float:
        """How telling a stem is: the fewer documents hold it, the more; a slip is as telling as what was meant."""
        number = self._numbers.get(word)
        if number is None:
            meant = self.vocabulary.meant(word)
            number = None if meant is None else self._word_numbers[meant]
        return self._highest if number is None else self._rarity[number]

    def shares(self, document: Document, asked: Iterable[str]) -> bool:
        """Whether the document holds one of these stems, or a near one."""
        own = set(self._wholes[self._positions[document.id]].features)
        return any(
            likeness >= _NEAR_ENOUGH and self._word_numbers[near] in own
            for word in asked
            for near, likeness in self.vocabulary.near(word).items()
        )

    def covered(self, document: Document, asked: Sequence[str]) -> float:
        """The share of these stems that the document holds, or a near one, each as telling as it is."""
        total = sum(map(self.rarity, asked))
        return sum(self.rarity(word) for word in asked if self.shares(document, [word])) / (total or 1.0)

    def search(self, question: str, limit: int = 5) -> list[Hit]:
        """The documents that fit best, best first."""
        ranked = self.rank(self.candidates(question), self.wanted(question))
        return [Hit(self.documents[position], score) for score, position in ranked[:limit] if score > 0]


def _is_small(feature: Feature) -> bool:
    return all(word in SMALL for word in ((feature,) if isinstance(feature, str) else feature))


def _texts(document: Document) -> list[str]:
    """The texts of a document that may each fit a question: title, phrasings, sentences."""
    return [document.title, *document.phrasings, *sentences(document.text)]
