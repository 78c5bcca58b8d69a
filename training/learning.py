"""How a small model is learned from rows of features: see `claims.components.models`."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy
from numpy.typing import NDArray
from thinc.api import Adam, fix_random_seed, set_dropout_rate
from thinc.model import Model as Network

from claims.components.encodings import Counts, Tables
from claims.components.models import Model, chances
from claims.components.networks import Matrix, network
from claims.components.sheets import Blocks, Labels, Sheet, as_sheet

MOST_CATEGORIES = 60
LEAST_DEVIATION = 1e-3
NETWORKS = 5
EPOCHS = 8
BATCH = 256
RATE = 0.001
DECAY = 1e-5
DROPOUT = 0.3
STRENGTH = 32
"""What the mean gradient of a batch is multiplied by, before it is clipped to a norm of 1."""

COUNTED_APART = 6
"""Parts that counts are made of: each part's features are counted on the others."""
FREQUENT = 15
"""How often a category must occur to be one of its own, where rivals are chosen among."""
RIVALS_AT_ONCE, RATE_OF_RIVALS = 32, 0.003
"""Batch and learning rate where rivals are chosen among."""

Numbers = NDArray[numpy.float64]


class Prepared(Protocol):
    """What a model is learned from of one article."""

    id: str


P = TypeVar("P", bound=Prepared)


class Choice(NamedTuple):
    """Rivals, and how right each is, from 0 to 1."""

    rows: Sequence[Blocks]
    goals: Sequence[float]


@dataclass
class Choices:
    """What is chosen in an article."""

    id: str
    choices: list[Choice]


def part(name: str, parts: int, salt: str = "") -> int:
    """Which of so many parts an article belongs to, the same on any machine."""
    return int(hashlib.sha256((salt + name).encode()).hexdigest(), 16) % parts


def counted_apart(
    articles: Sequence[P], sum_counts: Callable[[Iterable[P]], Counts]
) -> Iterator[tuple[P, Counts]]:
    """Articles, part by part, each with what is counted on the articles of the other parts."""
    parts: list[list[P]] = [[] for _ in range(COUNTED_APART)]
    for article in articles:
        parts[part(article.id, COUNTED_APART, "c")].append(article)
    for number, own in enumerate(parts):
        others = sum_counts(a for n, those in enumerate(parts) if n != number for a in those)
        yield from ((article, others) for article in own)


def fitted(
    tables: Tables,
    rows: Sequence[Blocks] | Sheet,
    goals: Numbers,
    *,
    sizes: Sequence[int] = (),
    networks: int = NETWORKS,
    epochs: int = EPOCHS,
    batch: int = BATCH,
    rate: float = RATE,
) -> Model:
    """The model that tells the goals of rows.

    Args:
        tables: what it knows; the means of its columns are filled in.
        rows: the features.
        goals: how right each answer is, from 0 to 1; shape (rows, answers).
        sizes: how many rows each group of rivals has; if empty, no row has rivals.
        networks: how many networks learn.
        epochs: how often the rows are gone through.
        batch: rows or groups that are learned from at once.
        rate: the learning rate at the start; it falls to nothing evenly.
    """
    matrix = tables.matrix(as_sheet(rows))
    tables = replace(tables, means=[round(float(mean), 4) for mean in matrix.mean(axis=0)])
    groups = numpy.array(sizes or [1] * len(goals))
    settings = (epochs, batch, rate)
    return Model(tables, [_fit(matrix, goals, groups, seed, *settings) for seed in range(networks)])


def chooser(choices: Iterable[Choice], threshold: float, counts: Counts, networks: int) -> Model:
    """The model that tells which of rivals is right, or that none is.

    Args:
        choices: what it is learned from.
        threshold: the least score of what is taken.
        counts: what is counted beside.
        networks: how many networks learn.
    """
    made = [choice for choice in choices if choice.rows]
    rows = [row for choice in made for row in choice.rows]
    sums = [max(1.0, sum(choice.goals)) for choice in made]
    goals = [
        goal / whole for choice, whole in zip(made, sums, strict=True) for goal in choice.goals
    ]
    tables = Tables(*columns(rows, FREQUENT), dict(counts), threshold=threshold)
    return fitted(
        tables,
        rows,
        numpy.array(goals)[:, None],
        sizes=[len(choice.rows) for choice in made],
        networks=networks,
        batch=RIVALS_AT_ONCE,
        rate=RATE_OF_RIVALS,
    )


def columns(
    rows: Sequence[Blocks] | Sheet, frequent: int
) -> tuple[dict[str, tuple[float, float]], dict[str, list[str]]]:
    """Each number with the mean and the standard deviation of its logarithm; the categories.

    Args:
        rows: the features.
        frequent: how often a category must occur to be one of its own.
    """
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for part in as_sheet(rows).parts:
        for name, column in part.columns.items():
            if isinstance(column, Labels):
                counted = numpy.bincount(column.of[part.of], minlength=len(column.values))
                for value, count in zip(column.values, counted.tolist(), strict=True):
                    values[name][value] += count
            else:
                found = column.astype(float)[part.of]
                numbers = numpy.copysign(numpy.log1p(abs(found)), found)
                row = sums[name]
                row[0] += len(numbers)
                row[1] += float(numbers.sum())
                row[2] += float((numbers * numbers).sum())
    categories = {
        name: sorted(
            v
            for v, n in sorted(c.items(), key=lambda p: (-p[1], p[0]))[:MOST_CATEGORIES]
            if n >= frequent
        )
        for name, c in sorted(values.items())
    }
    scales = {}
    for name, (times, total, squares) in sorted(sums.items()):
        mean = total / max(1, times)
        deviation = max(0, squares / max(1, times) - mean * mean) ** 0.5
        scales[name] = (mean, deviation + LEAST_DEVIATION)
    return scales, categories


def _fit(
    matrix: Matrix,
    goals: Numbers,
    sizes: NDArray[numpy.int64],
    seed: int,
    epochs: int,
    batch: int,
    rate: float,
) -> Network[Any, Any]:
    """A network that tells the goals of rows in groups, by the logistic loss of each group."""
    fix_random_seed(seed)
    order = numpy.random.default_rng(seed)
    starts = numpy.cumsum(sizes) - sizes
    learned = network(goals.shape[1], DROPOUT)
    learned.initialize(X=matrix[:1], Y=goals[:1].astype("f4"))
    optimizer = Adam(rate, L2=DECAY)
    for epoch in range(epochs):
        optimizer.learn_rate = rate * (1 - epoch / epochs)
        shuffled = order.permutation(len(sizes))
        for start in range(0, len(sizes), batch):
            groups = shuffled[start : start + batch]
            own = sizes[groups]
            rows = numpy.arange(own.sum()) + (starts[groups] - numpy.cumsum(own) + own).repeat(own)
            odds, back = learned.begin_update(matrix[rows])
            wrong = chances(odds, own.tolist()) - goals[rows]
            back((wrong * STRENGTH / len(groups)).astype("f4"))
            learned.finish_update(optimizer)
    set_dropout_rate(learned, 0)
    return learned
