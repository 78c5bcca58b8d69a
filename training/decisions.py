"""The model that decides which candidates are claims: what it is learned from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from claims.components.candidates import NO_CUE, Candidate, candidates
from claims.components.decisions import proposals
from claims.components.encodings import Tables
from claims.components.features import Description
from claims.components.models import Model
from claims.components.sheets import Sheet
from claims.components.trees import Tree
from training.annotated import OTHERWISE, Annotated, Wanted
from training.learning import Numbers, columns, counted_apart, fitted

SEEN = 2
"""How often a lemma that the lexicon lacks must be a cue to be tried as one."""
GOOD = 0.7
"""The least share of common words of a candidate that counts as right."""
LEAST = 0.5
"""The least share of common words of a candidate that is worth anything."""
OTHER_CUE = 0.85
"""What a right content with the wrong cue is worth."""
FREQUENT = 100
"""How often a category must occur to be one of its own."""
THRESHOLDS = {"direct": 0.45, "mixed": 0.25, "indirect": 0.29}
"""The least score of each type, chosen by cross-validation: the best F1 that leaves the recall of
indirect claims above 0.72."""


@dataclass
class Prepared:
    """An annotated article with its candidates and what they are worth."""

    id: str
    tree: Tree
    wanted: list[Wanted]
    described: Description
    worth: Numbers
    scored: NDArray[numpy.bool_]
    """Whether a candidate is not among what is too doubtful to be scored."""
    counts: dict[str, tuple[int, int]]


def prepare(articles: Sequence[Annotated]) -> list[Prepared]:
    """Annotated articles with what is decided on in them."""
    told = [article for article in articles if article.series not in OTHERWISE]
    tried = frozenset(cue_lemmas(told))
    return [_prepared(article, tried) for article in told]


def cue_lemmas(articles: Iterable[Annotated | Prepared]) -> list[str]:
    """The lemmas of verbs and nouns that are cues, as often as `SEEN` says."""
    found = Counter(a.tree.lemma[w.cue] for a in articles for w in a.wanted if w.cue != NO_CUE)
    return sorted(lemma for lemma, times in found.items() if times >= SEEN)


def _prepared(annotated: Annotated, lemmas: frozenset[str]) -> Prepared:
    article, tree, wanted = annotated.article, annotated.tree, annotated.wanted
    proposed = proposals(tree, tree.doc._.attributions)
    described = Description(tree, candidates(tree, lemmas, proposed), proposed)
    doubtful: set[int] = set()
    for passage in article.ignore or ():
        start = article.text.find(passage)
        doubtful |= tree.words_at([(start, start + len(passage))])
    found = described.candidates
    worth = numpy.array([_worth(candidate, wanted) for candidate in found])
    scored = numpy.array([2 * len(c.words & doubtful) <= len(c.words) for c in found], bool)
    return Prepared(annotated.id, tree, wanted, described, worth, scored, _counts(described, worth))


def _worth(candidate: Candidate, wanted: Iterable[Wanted]) -> float:
    best = 0.0
    for claim in wanted:
        shared = len(claim.words & candidate.words)
        if shared:
            same = shared / len(claim.words | candidate.words)
            best = max(best, same if claim.cue == candidate.cue else OTHER_CUE * same)
    return best


def _counts(described: Description, worth: Numbers) -> dict[str, tuple[int, int]]:
    """For each key in how many places it was there, and in how many it was right."""
    places: dict[tuple[Any, ...], bool] = {}
    for kind, (rows, keys) in described.rates.keyed.items():
        for number, of in zip(rows.tolist(), keys.of.tolist(), strict=True):
            candidate = described.candidates[number]
            place: tuple[Any, ...] = (keys.values[of], candidate.cue)
            if kind in ("words", "head"):
                place = (*place, candidate.head, min(candidate.words))
            elif kind == "way":
                place = (*place, candidate.words)
            places[place] = places.get(place, False) or worth[number] >= GOOD
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, right in places.items():
        total[place[0]][0] += int(right)
        total[place[0]][1] += 1
    return {key: (right, times) for key, (right, times) in total.items()}


def sum_counts(articles: Iterable[Prepared]) -> dict[str, tuple[int, int]]:
    """The counts of several articles."""
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for article in articles:
        for key, (right, times) in article.counts.items():
            total[key][0] += right
            total[key][1] += times
    return {key: (right, times) for key, (right, times) in sorted(total.items())}


def learn(articles: Sequence[Prepared]) -> Model:
    """The model that is learned from annotated articles."""
    sheets: list[Sheet] = []
    worth: list[float] = []
    for article, others in counted_apart(articles, sum_counts):
        kept = numpy.flatnonzero(article.scored).tolist()
        sheets.append(article.described.sheet(others).take(kept))
        worth += article.worth[kept].tolist()
    rows = Sheet.joined(sheets)
    counts = {k: c for k, c in sum_counts(articles).items() if c[1] > 2}
    lemmas = cue_lemmas(articles)
    tables = Tables(*columns(rows, FREQUENT), counts, lemmas, min(THRESHOLDS.values()), THRESHOLDS)
    goal = numpy.array(worth)
    return fitted(tables, rows, numpy.where(goal >= LEAST, goal, 0)[:, None] ** 2)
