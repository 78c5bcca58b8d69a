"""Small learned models: features in, scores out, and the features that a score is due to.

A model is a few small neural networks (thinc) that were learned from the same rows and differ
in where they started; a score is their mean. It is files of a folder: one for each network, and
`tables.json`.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy
from numpy.typing import NDArray
from thinc.api import Linear, Mish, chain, set_dropout_rate
from thinc.model import Model as Network

from claims import language
from claims.backend import backend
from claims.model import Reason, Rival

NETWORK = "network-{}.bin"
TABLES = "tables.json"
WIDTH = 96
"""Numbers of the first hidden layer; the second has half as many."""
TOLD = 5
"""How many of what was weighed are told."""
REASONS = 6
"""How many features of a choice are told."""
STEPS = 4
"""Places on the way from what is average to a row where the slope is taken."""
FARTHEST = 4.0
"""Standard deviations from its mean that a number is taken for at most."""

Value = float | str
Features = dict[str, Value]
Blocks = tuple[Features, ...]
"""The features of a row in parts: rows can share them, and a shared part is read once."""
Counts = Mapping[str, tuple[int, int]]
"""Key to how often it was right, and how often it was there."""
Scores = NDArray[numpy.float64]
Key = TypeVar("Key", bound=Hashable)
Matrix = NDArray[numpy.float32]
Rows = NDArray[numpy.int64]


def network(answers: int = 1, dropout: float = 0.0) -> Network[Any, Any]:
    """Two hidden layers (Mish, layer normalization) and the log-odds of each answer."""
    with backend():
        return chain(
            Mish(WIDTH, normalize=True, dropout=dropout),
            Mish(WIDTH // 2, normalize=True, dropout=dropout),
            Linear(answers),
        )


@dataclass(frozen=True)
class Tables:
    """What a model knows beside its networks."""

    numbers: dict[str, tuple[float, float]]
    """Feature that is a number, to the mean and the standard deviation of its logarithm."""
    categories: dict[str, list[str]]
    """Feature to its categories; one that is not there is counted as another."""
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    lemmas: list[str] = field(default_factory=list)
    """Lemmas that are tried as cues beside those of the lexicon."""
    threshold: float = 0.0
    """The least score of what is taken."""
    thresholds: dict[str, float] = field(default_factory=dict)
    """Kind of what is taken, to its own least score; at least `threshold`."""
    means: list[float] = field(default_factory=list)
    """The mean of each column over the rows learned from."""
    answers: list[str] = field(default_factory=lambda: ["right"])
    """What the networks tell the odds of, each on its own."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Feature to its first column, which is 1 where a row has not the feature.

        A number stands in the column after that; of a category each value has a column, and the
        last is any other's.
        """
        places, at = {}, 0
        for name in self.numbers:
            places[name], at = at, at + 2
        for name, values in self.categories.items():
            places[name], at = at, at + len(values) + 2
        return places

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return 2 * len(self.numbers) + sum(len(values) + 2 for values in self.categories.values())

    @cached_property
    def _codes(self) -> dict[str, dict[str, int]]:
        return {
            name: {value: self.places[name] + 1 + i for i, value in enumerate(values)}
            for name, values in self.categories.items()
        }

    def encoded(self, rows: Sequence[Blocks]) -> "list[Encoded]":
        """Features as columns, by the kinds of blocks; a block that rows share is read once."""
        kinds: dict[tuple[str, ...], _Kind] = {}
        known: dict[int, tuple[_Kind, int]] = {}
        for number, row in enumerate(rows):
            for block in row:
                if id(block) not in known:
                    kind = kinds.setdefault(tuple(block), _Kind([], [], []))
                    known[id(block)] = kind, len(kind.blocks)
                    kind.blocks.append(block)
                kind, place = known[id(block)]
                kind.rows.append(number)
                kind.of.append(place)
        return [self._encode(names, kind) for names, kind in kinds.items()]

    def _encode(self, names: Sequence[str], kind: "_Kind") -> "Encoded":
        numbers = [name for name in names if name in self.numbers]
        categories = [name for name in names if name in self.categories]
        values = numpy.array([[block[n] for n in numbers] for block in kind.blocks], float)
        mean, deviation = numpy.array([self.numbers[n] for n in numbers]).reshape(-1, 2).T
        logarithms = numpy.copysign(numpy.log1p(abs(values)), values)
        scaled = numpy.clip((logarithms - mean) / deviation, -FARTHEST, FARTHEST)
        codes = [
            [self._codes[name].get(str(block[name]), other) for block in kind.blocks]
            for name in categories
            for other in [self.places[name] + 1 + len(self._codes[name])]
        ]
        return Encoded(
            rows=numpy.array(kind.rows),
            of=numpy.array(kind.of),
            there=[self.places[name] for name in (*numbers, *categories)],
            numbers=[self.places[name] + 1 for name in numbers],
            scaled=scaled.astype(numpy.float32),
            codes=numpy.array(codes, int).reshape(len(categories), len(kind.blocks)),
        )

    def matrix(self, rows: Sequence[Blocks]) -> Matrix:
        """Features as a matrix."""
        empty = numpy.zeros(self.width, numpy.float32)
        empty[list(self.places.values())] = 1
        matrix = numpy.repeat(empty[None], len(rows), axis=0)
        for part in self.encoded(rows):
            at = part.rows[:, None]
            matrix[at, part.there] = 0
            matrix[at, part.numbers] = part.scaled[part.of]
            for columns in part.codes:
                matrix[part.rows, columns[part.of]] = 1
        return matrix

    def product(self, parts: "Sequence[Encoded]", wanted: Rows, weights: Matrix) -> Matrix:
        """The product of the matrix of some rows and of weights, shape (columns, numbers).

        What rows share is multiplied once, and the matrix is never made.

        Args:
            parts: all rows, as `encoded` gives them.
            wanted: the numbers of those to multiply, ascending.
            weights: the weights.
        """
        empty = weights[list(self.places.values())].sum(axis=0)
        product = numpy.repeat(empty[None], len(wanted), axis=0)
        for part in parts:
            at = numpy.searchsorted(wanted, part.rows)
            at[at == len(wanted)] = 0
            is_wanted = wanted[at] == part.rows
            blocks, of = numpy.unique(part.of[is_wanted], return_inverse=True)
            change = part.scaled[blocks] @ weights[part.numbers] - weights[part.there].sum(axis=0)
            for columns in part.codes:
                change += weights[columns[blocks]]
            product[at[is_wanted]] += change[of]
        return product


class _Kind(NamedTuple):
    """Blocks of the same features."""

    blocks: list[Features]
    rows: list[int]
    """The rows that have one."""
    of: list[int]
    """The number of the block that each of these rows has."""


class Encoded(NamedTuple):
    """Blocks of the same features, as columns of the matrix."""

    rows: NDArray[numpy.int64]
    """The rows that have one."""
    of: NDArray[numpy.int64]
    """The number of the block that each of these rows has."""
    there: list[int]
    """Columns that are 1 where a feature is not there, of those that are."""
    numbers: list[int]
    """Columns of the numbers."""
    scaled: Matrix
    """The numbers, shape (blocks, numbers)."""
    codes: NDArray[numpy.int64]
    """Columns that are 1 for a category, shape (categories, blocks)."""


class Model:
    """A learned model."""

    def __init__(self, tables: Tables, networks: Sequence[Network[Any, Any]]) -> None:
        self.tables, self.networks = tables, networks

    @cached_property
    def _weights(self) -> list[Matrix]:
        """The weights of the first layer of the first network, and of all others side by side."""
        layers = [numpy.asarray(_layers(n)[0].get_param("W"), "f4").T for n in self.networks]
        parts = [layers[:1], layers[1:]]
        return [numpy.concatenate(part, axis=1) for part in parts if part]

    @classmethod
    def read(cls, folder: Path) -> "Model":
        """The model that `write` has written to a folder."""
        tables = json.loads((folder / TABLES).read_text(encoding="utf-8"))
        for name in ("numbers", "counts"):
            tables[name] = {key: tuple(pair) for key, pair in tables[name].items()}
        found = Tables(**tables)
        networks: list[Network[Any, Any]] = []
        while (path := folder / NETWORK.format(len(networks))).is_file():
            one = network(len(found.answers)).from_bytes(path.read_bytes())
            set_dropout_rate(one, 0)
            networks.append(one)
        return cls(found, networks)

    def write(self, folder: Path) -> None:
        """Write the model to a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(NETWORK.format("*")):
            path.unlink()
        for number, one in enumerate(self.networks):
            (folder / NETWORK.format(number)).write_bytes(one.to_bytes())
        text = json.dumps(asdict(self.tables), ensure_ascii=False, sort_keys=True, indent=0)
        (folder / TABLES).write_text(text + "\n", encoding="utf-8")

    def scores(
        self, rows: Sequence[Blocks], *, rivals: bool = False, unlikely: float = 0.0
    ) -> Scores:
        """How likely each answer is, from 0 to 1; shape (rows, answers).

        Args:
            rows: the features.
            rivals: whether at most one row is right, so that the scores are at most 1 together.
            unlikely: a row that the first network finds less likely is not shown to the others; its
                score is that network's alone. Not with rivals.
        """
        if not rows:
            return numpy.zeros((0, len(self.tables.answers)))
        parts = self.tables.encoded(rows)
        every = numpy.arange(len(rows))
        first, *others = self.networks
        odds = [_after_first(first, self.tables.product(parts, every, self._weights[0]))]
        if rivals:
            odds += self._others(parts, every)
            return _mean([chances(o, [len(rows)]) for o in odds])
        scores = chances(odds[0], [1] * len(rows))
        asked = numpy.flatnonzero((scores >= unlikely).any(axis=1))
        if others and len(asked):
            ones = [1] * len(asked)
            more = [chances(o, ones) for o in self._others(parts, asked)]
            scores[asked] = _mean([scores[asked], *more])
        return scores

    def _others(self, parts: Sequence[Encoded], rows: Rows) -> list[Matrix]:
        """What all networks but the first find of some rows, as log-odds."""
        others = self.networks[1:]
        if not others:
            return []
        firsts = self.tables.product(parts, rows, self._weights[1])
        return [
            _after_first(one, first)
            for one, first in zip(others, numpy.split(firsts, len(others), axis=1), strict=True)
        ]

    def reasons(self, rows: Sequence[Blocks], answers: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The features that a row's answer was given for most, or in spite of.

        A feature weighs what it adds to the log-odds on the way from a row that is average in
        everything to this one, all features changing at once (integrated gradients: Sundararajan,
        Taly and Yan 2017, Axiomatic Attribution for Deep Networks).
        """
        if not rows:
            return []
        tables = self.tables
        means = numpy.array(tables.means, numpy.float32)
        away = tables.matrix(rows) - means
        parts = [(step + 0.5) / STEPS for step in range(STEPS)]
        on_the_way = numpy.concatenate([means + numpy.float32(part) * away for part in parts])
        told = numpy.eye(len(tables.answers), dtype="f4")[numpy.tile(answers, STEPS)]
        slopes = numpy.mean([_slopes(one, on_the_way, told) for one in self.networks], axis=0)
        changes = away * slopes.reshape(STEPS, *away.shape).mean(axis=0)
        weights = numpy.add.reduceat(changes, list(tables.places.values()), axis=1)
        names = list(tables.places)
        found = []
        for row, weight in zip(rows, weights, strict=True):
            values: Features = {}
            for block in row:
                values.update(block)
            there = [i for i in numpy.argsort(-abs(weight), kind="stable") if names[i] in values]
            found.append(
                tuple(
                    Reason(
                        feature=names[i],
                        value=_rounded(values[names[i]]),
                        weight=round(float(weight[i]), 2),
                    )
                    for i in there[:REASONS]
                )
            )
        return found


def _rounded(value: Value) -> Value:
    return value if isinstance(value, str) else round(float(value), 3)


def _slopes(one: Network[Any, Any], matrix: Matrix, answers: Matrix) -> Matrix:
    """How fast the log-odds of each row's answer grow with each column."""
    _, back = one.begin_update(matrix)
    slopes: Matrix = back(answers)
    return slopes


def _layers(one: Network[Any, Any]) -> list[Network[Any, Any]]:
    """The layers of a network that do something, in order."""
    return [n for n in one.walk(order="dfs_pre") if not n.layers and n.name != "dropout"]


def _mean(scores: Sequence[Scores]) -> Scores:
    mean: Scores = numpy.mean(scores, axis=0)
    return mean


def _after_first(one: Network[Any, Any], product: Matrix) -> Matrix:
    """The log-odds of rows, from their product with the weights of the first layer."""
    first, *others = _layers(one)
    values = first.ops.mish(product + first.get_param("b"))
    for layer in others:
        values = layer.predict(values)
    odds: Matrix = values
    return odds


def sums(keys: Iterable[Key], scores: Iterable[float]) -> dict[Key, float]:
    """Key to what its rivals score together."""
    together: dict[Key, float] = {}
    for key, score in zip(keys, scores, strict=True):
        together[key] = together.get(key, 0) + score
    return together


def told(
    keys: Iterable[Key], scores: Iterable[float], name: Callable[[Key], str]
) -> tuple[Rival, ...]:
    """The likeliest of what was weighed, to be shown by name; what has no name is left out."""
    ranked = sorted(sums(keys, scores).items(), key=lambda pair: -pair[1])[:TOLD]
    rivals = ((name(key), round(min(1.0, score), 3)) for key, score in ranked)
    return tuple(Rival(name=n, chance=chance) for n, chance in rivals if n)


def best(keys: Iterable[Key], scores: Iterable[float], least: float) -> Key | None:
    """The key whose rivals score most together, the first of equals; None if that is not enough."""
    together = sums(keys, scores)
    found = max(together, key=lambda key: together[key], default=None)
    return found if found is not None and together[found] >= least else None


def chances(odds: Matrix, sizes: Sequence[int]) -> Scores:
    """How likely each row is the right one of its group, or none is; shape as `odds`.

    Args:
        odds: log-odds of each row against none, shape (rows, answers).
        sizes: how many rows each group has, one after the other; at least one.
    """
    starts = numpy.cumsum([0, *sizes[:-1]])
    most = numpy.maximum(numpy.maximum.reduceat(odds.astype(float), starts), 0)
    each = numpy.exp(odds - most.repeat(sizes, axis=0))
    whole: Scores = numpy.add.reduceat(each, starts) + numpy.exp(-most)
    found: Scores = each / whole.repeat(sizes, axis=0)
    return found


@cache
def bundled(code: str, folder: str) -> "Model | None":
    """The model in a folder of the language `code`; None where it has none."""
    path: Traversable = language.folder(code) / folder
    if not (path / TABLES).is_file():
        return None
    with as_file(path) as files:
        return Model.read(files)
