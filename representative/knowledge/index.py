"""Each process's indexes of the domains' knowledge: built when first asked for, fresh with every question."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from representative.base import Findings, Passage
from representative.embedded.calibration import Thresholds, calibrate
from representative.embedded.index import Document, Hit, Index
from representative.embedded.small_words import telling
from representative.embedded.words import stem, written_out
from representative.models import Article

# A domain of 1,000 articles takes about 20 MB; the domain that was asked longest ago goes first.
_MOST_ARTICLES = 20_000
# Clocks of two servers may differ, so that an edit can hide behind a later one; it shows after this at the latest.
_OLDEST_S = 600
_SUGGESTED = 3
# A suggestion less than half as good as the best one only makes the list longer.
_WORTH_NAMING = 0.5
# A runner-up this close means that the visitor may mean either (measured: two thirds of the wrong answers that this
# turns into a question have the right one among the three).
_AMBIGUOUS = 0.85


@dataclass(frozen=True)
class DomainKnowledge:
    """One domain's index with its thresholds, as representatives ask it (base.Knowledge)."""

    index: Index
    thresholds: Thresholds
    stamp: tuple[Any, ...]
    built: float

    def at(self, eagerness: float) -> "EagerKnowledge":
        """The same knowledge with the domain's eagerness to answer."""
        return EagerKnowledge(self.index, self.thresholds.moved(eagerness))


@dataclass(frozen=True)
class EagerKnowledge:
    """A domain's knowledge as one turn sees it."""

    index: Index
    thresholds: Thresholds

    def find(self, question: str) -> Findings:
        """What fits, best first, with the band it falls in."""
        question = written_out(question)
        hits = self.index.search(question, limit=5)
        if (document := self.index.asked_as(question)) is not None:
            others = [hit for hit in hits if hit.document is not document]
            passages = tuple(map(_passage, [Hit(document, 1.0), *others]))
            return Findings("answer", passages[:_SUGGESTED], sure=True, covered=1.0, word_for_word=True)
        if (
            not hits
            or hits[0].score < self.thresholds.suggest
            or not self._speaks_of(question, hits[0].document)
        ):
            return Findings("none", tuple(map(_passage, hits[:1])))
        clear = len(hits) == 1 or hits[1].score < hits[0].score * _AMBIGUOUS
        if hits[0].score >= self.thresholds.answer and clear:
            return Findings("answer", tuple(map(_passage, hits[:_SUGGESTED])), sure=True)
        near = [hit for hit in hits if hit.score >= hits[0].score * _WORTH_NAMING]
        sure = hits[0].score >= self.thresholds.answer
        return Findings(
            "suggest",
            tuple(map(_passage, near[:_SUGGESTED])),
            sure=sure,
            covered=self.index.covered(hits[0].document, telling(question)),
        )

    def _speaks_of(self, question: str, document: Document) -> bool:
        """Whether they share more than small words: "how much is it" fits any price, and so none."""
        return self.index.shares(document, telling(question))

    def article(self, article_id: str) -> Passage | None:
        """One article whole."""
        found = next((document for document in self.index.documents if document.id == article_id), None)
        return None if found is None else _passage(Hit(found, 1.0))

    def weigh(self, word: str) -> float:
        """How telling a word is: rare ones more."""
        return self.index.rarity(stem(word))

    def knows(self, word: str) -> bool:
        """Whether any article holds this word."""
        return stem(word) in self.index.vocabulary.ids


def _passage(hit: Hit) -> Passage:
    document = hit.document
    return Passage(document.id, document.title, document.text, document.url, round(hit.score, 4))


_built: OrderedDict[UUID, DomainKnowledge] = OrderedDict()
_lock = threading.Lock()
_building: dict[UUID, threading.Lock] = {}


def knowledge_of(domain_id: UUID) -> DomainKnowledge:
    """The domain's knowledge as it is now: one cheap query says whether what is held is still true.

    Threads that ask while it is built wait for the one that builds.
    """
    stamp = _stamp(domain_id)
    if (held := _held(domain_id, stamp)) is not None:
        return held
    with _lock:
        own = _building.setdefault(domain_id, threading.Lock())
    with own:
        if (held := _held(domain_id, stamp)) is not None:
            return held
        made = _build(domain_id, stamp)
        with _lock:
            _built[domain_id] = made
            _built.move_to_end(domain_id)
            while (
                len(_built) > 1 and sum(len(one.index.documents) for one in _built.values()) > _MOST_ARTICLES
            ):
                _built.popitem(last=False)
        return made


def _held(domain_id: UUID, stamp: tuple[Any, ...]) -> DomainKnowledge | None:
    with _lock:
        held = _built.get(domain_id)
        if held is None or held.stamp != stamp or time.monotonic() - held.built > _OLDEST_S:
            return None
        _built.move_to_end(domain_id)
        return held


def _stamp(domain_id: UUID) -> tuple[Any, ...]:
    seen = Article.objects.filter(domain_id=domain_id).aggregate(newest=Max("updated_at"), count=Count("pk"))
    return seen["newest"], seen["count"]


def _build(domain_id: UUID, stamp: tuple[Any, ...]) -> DomainKnowledge:
    rows = Article.objects.filter(domain_id=domain_id, published=True).order_by("title", "id")
    index = Index(
        Document(str(row.pk), row.title, row.text, tuple(row.phrasings), row.url)
        for row in rows.only("title", "text", "phrasings", "url")
    )
    return DomainKnowledge(index, calibrate(index), stamp, time.monotonic())
