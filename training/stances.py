"""The model that tells a claim's stance: what it is learned from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy

from claims.components.encodings import Tables
from claims.components.models import Model
from claims.components.sheets import Blocks, Features
from claims.components.sources import Claimed
from claims.components.stances import (
    FORM,
    LEAST_SEEN,
    LEAST_SEEN_FORM,
    STANCES,
    Tallies,
    counted_keys,
    features,
)
from claims.components.trees import Tree
from training.annotated import OTHERWISE, Annotated, speakers_known
from training.learning import columns, counted_apart, fitted

FREQUENT = 12
"""How often a category must occur to be one of its own."""
EPOCHS, BATCH, RATE = 14, 64, 0.002
"""More than elsewhere is learned from each row: there is but one a claim."""


@dataclass
class Prepared:
    """The claims of an article, with their stances and the keys that they are counted by."""

    id: str
    tree: Tree
    claims: list[Claimed]
    stances: list[str]
    keys: list[list[str]]
    convention: Features


def prepare(articles: Sequence[Annotated]) -> list[Prepared]:
    """Annotated articles with their stances, but for those that take neutral cues otherwise."""
    told = (article for article in articles if speakers_known(article))
    return [_prepared(article) for article in told if article.series not in OTHERWISE]


def _prepared(article: Annotated) -> Prepared:
    tree = article.tree
    claims = [Claimed(wanted.words, wanted.cue) for wanted in article.wanted]
    counted = [counted_keys(tree, claim) for claim in claims]
    stances = [wanted.claim.stance for wanted in article.wanted]
    return Prepared(article.id, tree, claims, stances, counted, article.convention)


def sum_counts(articles: Iterable[Prepared]) -> dict[str, tuple[int, int]]:
    """For each key with a stance, how often it had that and how often it was there."""
    total: Counter[str] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for article in articles:
        for stance, counted in zip(article.stances, article.keys, strict=True):
            total.update(counted)
            right.update((key, stance) for key in counted)
    return {
        f"{key} {stance}": (times, total[key])
        for (key, stance), times in sorted(right.items())
        if total[key] >= (LEAST_SEEN_FORM if key.startswith(FORM) else LEAST_SEEN)
    }


def learn(articles: Sequence[Prepared]) -> Model:
    """The model that is learned from annotated articles."""
    rows: list[Blocks] = []
    goals: list[list[float]] = []
    for article, others in counted_apart(articles, sum_counts):
        own = article.convention
        tallies = Tallies(others)
        rows += [(*features(article.tree, claim, tallies), own) for claim in article.claims]
        goals += [[float(one == s) for one in STANCES] for s in article.stances]
    tables = Tables(*columns(rows, FREQUENT), sum_counts(articles), answers=list(STANCES))
    return fitted(tables, rows, numpy.array(goals), epochs=EPOCHS, batch=BATCH, rate=RATE)
