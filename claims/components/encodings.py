"""Encodings: features as columns of a matrix, and its product with weights, for which it is not made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from claims.components.arrays import Rows, ragged
from claims.components.networks import Matrix
from claims.components.sheets import Blocks, Labels, Part, Sheet, Value

FARTHEST = 4.0
"""Standard deviations from its mean that a number is taken for at most."""
Counts = Mapping[str, tuple[int, int]]
"""Key to how often it was right, and how often it was there."""


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

    def encoded(self, sheet: Sheet) -> "Encoding":
        """Features as columns of the matrix, part by part."""
        return Encoding(sheet, [self._encoded(part) for part in sheet.parts if len(part.rows)])

    def _encoded(self, part: Part) -> "Encoded":
        plan = self._plan(tuple(part.columns))
        values = numpy.zeros((len(plan.columns), part.lines))
        for at, column in enumerate(plan.numbers(part.columns)):
            values[at] = column
        codes = numpy.zeros((len(plan.codes), part.lines), int)
        labels = plan.categories(part.columns)
        for at, (column, own, other) in enumerate(
            zip(labels, plan.codes, plan.others, strict=True)
        ):
            codes[at] = _coded(column, own, other)
        return Encoded(
            rows=part.rows,
            of=part.of,
            plan=plan,
            scaled=self._scaled(plan.columns, values.T).astype(numpy.float32),
            codes=codes,
        )

    def matrix(self, rows: Sequence[Blocks] | Sheet) -> Matrix:
        """Features as a matrix."""
        if isinstance(rows, Sheet):
            return self.written(self.encoded(rows), range(rows.size))
        matrix = self._empty(len(rows))
        self._fill(matrix, rows)
        return matrix

    def written(self, encoding: "Encoding", wanted: Sequence[int]) -> Matrix:
        """The matrix of some rows, each once."""
        matrix = self._empty(len(wanted))
        for part, at, lines in encoding.of(wanted):
            row = at[:, None]
            matrix[row, part.plan.there] = 0
            matrix[row, part.plan.columns] = part.scaled[lines]
            matrix[row, part.codes[:, lines].T] = 1
        return matrix

    def _empty(self, rows: int) -> Matrix:
        """The matrix of rows that have nothing."""
        empty = numpy.zeros(self.width, numpy.float32)
        empty[list(self.places.values())] = 1
        return numpy.repeat(empty[None], rows, axis=0)

    def _plan(self, names: tuple[str, ...]) -> "_Plan":
        """Where features of some names stand in the matrix."""
        if names not in self._plans:
            numbers = [name for name in names if name in self.numbers]
            categories = [name for name in names if name in self.categories]
            columns = numpy.array([self.places[name] + 1 for name in numbers], int)
            codes = [self._codes[name] for name in categories]
            order = {name: number for number, name in enumerate(self.places)}
            others = [
                self.places[n] + 1 + len(own) for n, own in zip(categories, codes, strict=True)
            ]
            self._plans[names] = _Plan(
                there=numpy.array([self.places[name] for name in (*numbers, *categories)], int),
                columns=columns,
                numbers=_getter(numbers),
                categories=_getter(categories),
                codes=codes,
                others=others,
                features=numpy.array([order[name] for name in (*numbers, *categories)], int),
            )
        return self._plans[names]

    @cached_property
    def _plans(self) -> "dict[tuple[str, ...], _Plan]":
        return {}

    @cached_property
    def _scales(self) -> tuple[NDArray[numpy.float64], NDArray[numpy.float64]]:
        """The mean and the deviation of what stands in each column of a number."""
        scales = numpy.array([(0.0, 1.0)] * self.width)
        for name, pair in self.numbers.items():
            scales[self.places[name] + 1] = pair
        return scales[:, 0], scales[:, 1]

    def _fill(self, matrix: Matrix, rows: Sequence[Blocks]) -> None:
        """Write what rows have into the matrix of rows that have nothing."""
        every = [*chain.from_iterable(rows)]
        blocks = dict(zip(map(id, every), every, strict=True))
        numbered = dict(zip(blocks, range(len(blocks)), strict=True))
        of = [*map(numbered.__getitem__, map(id, every))]
        plans = [self._plan(names) for names in map(tuple, blocks.values())]
        if not plans:
            return
        values: list[Value] = []
        codes: list[int] = []
        for plan, block in zip(plans, blocks.values(), strict=True):
            values += plan.numbers(block)
            codes += map(dict.get, plan.codes, plan.categories(block), plan.others)
        row = numpy.arange(len(rows)).repeat([len(blocks) for blocks in rows])
        there = numpy.concatenate([plan.there for plan in plans])
        columns = numpy.concatenate([plan.columns for plan in plans])
        scaled = self._scaled(columns, numpy.array(values, float))
        for lengths, at, written in (
            ([len(plan.there) for plan in plans], there, numpy.zeros(len(there))),
            ([len(plan.columns) for plan in plans], columns, scaled),
            ([len(plan.codes) for plan in plans], numpy.array(codes, int), None),
        ):
            length = numpy.array(lengths, int)
            within, line = ragged((numpy.cumsum(length) - length)[of], length[of])
            matrix[row[within], at[line]] = 1 if written is None else written[line]

    def _scaled(self, columns: Rows, values: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
        """Numbers as they stand in their columns."""
        mean, deviation = (scale[columns] for scale in self._scales)
        scaled: NDArray[numpy.float64] = abs(values)
        numpy.log1p(scaled, out=scaled)
        numpy.copysign(scaled, values, out=scaled)
        scaled -= mean
        scaled /= deviation
        return numpy.clip(scaled, -FARTHEST, FARTHEST, out=scaled)


def _coded(labels: Labels, known: Mapping[str, int], other: int) -> Rows:
    """The column of the matrix that is 1 for each category of a feature."""
    values, of = labels.values, labels.of
    if len(of) < len(values):
        return numpy.array([known.get(values[number], other) for number in of.tolist()], int)
    return numpy.array([known.get(value, other) for value in values], int)[of]


class _Plan(NamedTuple):
    """Where the features of a block stand in the matrix."""

    there: Rows
    """Columns that are 0 because they are there."""
    columns: Rows
    """Those of its numbers."""
    numbers: Callable[[Mapping[str, Any]], Sequence[Any]]
    """Tells these numbers of a block, or their columns of a part."""
    categories: Callable[[Mapping[str, Any]], Sequence[Any]]
    """Tells its categories."""
    codes: list[dict[str, int]]
    """The column of each value of each category."""
    others: list[int]
    """The column of any other value."""
    features: Rows
    """The numbers of the features, those that are numbers first."""


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """What tells the features of these names, in order."""
    if len(names) < 2:  # itemgetter gives one value bare
        return partial(_few, names)
    return itemgetter(*names)


def _few(names: Sequence[str], block: Mapping[str, Any]) -> list[Any]:
    return [block[name] for name in names]


class Encoded(NamedTuple):
    """A part of a sheet, as columns of the matrix."""

    rows: Rows
    """The rows that have it."""
    of: Rows
    """The number of the line that each of these rows has."""
    plan: _Plan
    """Where its features stand."""
    scaled: Matrix
    """The numbers, shape (lines, numbers)."""
    codes: Rows
    """Columns that are 1 for a category, shape (categories, lines)."""


class Encoding(NamedTuple):
    """The features of rows, as columns of the matrix."""

    sheet: Sheet
    parts: Sequence[Encoded]
    """Of the parts of the sheet those that rows have."""

    def of(self, wanted: Sequence[int] | Rows) -> Iterator[tuple[Encoded, Rows, Rows]]:
        """The parts that some rows have, each row once: their places in `wanted`, and their lines."""
        place = numpy.full(self.sheet.size, -1)
        place[wanted] = numpy.arange(len(wanted))
        for part in self.parts:
            at = place[part.rows]
            have = at >= 0
            if have.any():
                yield part, at[have], part.of[have]


class Weights:
    """The weights of first layers, and their product with rows, which are never made whole."""

    def __init__(self, tables: Tables, weights: Matrix) -> None:
        self.whole = weights
        """Shape (columns, numbers)."""
        self.empty = weights[list(tables.places.values())].sum(axis=0)
        """The product with a row that has nothing."""
        self.features = len(tables.places)
        """How many features there are."""
        self._known: dict[int, tuple[_Plan, Matrix, Matrix]] = {}

    def of(self, plan: _Plan) -> tuple[Matrix, Matrix]:
        """The weights of the numbers of a plan, and the product with what is 1 without them all."""
        found = self._known.get(id(plan))
        if found is None or found[0] is not plan:  # the number of one that is gone is given anew
            absent = self.whole[plan.there].sum(axis=0)
            found = self._known[id(plan)] = plan, self.whole[plan.columns], absent
        return found[1:]

    def product(self, rows: Encoding, wanted: Sequence[int] | Rows) -> Matrix:
        """The product with some rows, each once; what they share is multiplied once."""
        product = numpy.repeat(self.empty[None], len(wanted), axis=0)
        for part, at, lines in rows.of(wanted):
            shared = len(part.of) > len(part.scaled)
            used, place = numpy.unique(lines, return_inverse=True) if shared else (lines, None)
            weights, absent = self.of(part.plan)
            change = part.scaled[used] @ weights
            change -= absent
            row = numpy.empty_like(change)
            for columns in part.codes[:, used]:
                # Without `clip` it would be copied once more.
                change += self.whole.take(columns, axis=0, out=row, mode="clip")
            product[at] += change if place is None else change[place]
        return product

    def added(
        self, rows: Encoding, wanted: Sequence[int], along: Matrix
    ) -> tuple[Matrix, NDArray[numpy.bool_]]:
        """What each feature of some rows adds along a direction, and which they have.

        Args:
            rows: all rows.
            wanted: the numbers of those asked for, each once.
            along: a direction for each, shape (wanted, numbers).

        Returns:
            Two matrices, shape (wanted, features).
        """
        added = numpy.zeros((len(wanted), self.features), numpy.float32)
        there = numpy.zeros(added.shape, bool)
        for part, at, lines in rows.of(wanted):
            plan, row, ways = part.plan, at[:, None], along[at]
            count = len(plan.columns)
            there[row, plan.features] = True
            added[row, plan.features[:count]] = part.scaled[lines] * (ways @ self.of(plan)[0].T)
            if len(plan.codes):
                weights = self.whole[part.codes[:, lines].T]
                added[row, plan.features[count:]] = numpy.einsum("ikj,ij->ik", weights, ways)
        return added, there
