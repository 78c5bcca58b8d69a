"""Small learned models: features in, scores out, and the features that a score is due to.

A model is a few small neural networks (thinc) that were learned from the same rows and differ
in where they started; a score is their mean. It is files of a folder: one for each network, and
`tables.json`.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property, partial
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy
from numpy.typing import NDArray
from thinc.api import set_dropout_rate
from thinc.model import Model as Network

from claims import language
from claims.components.arrays import Rows, ragged
from claims.components.networks import Matrix, Stack, network
from claims.model import Reason, Rival

NETWORK = "network-{}.bin"
TABLES = "tables.json"
TOLD = 5
"""How many of what was weighed are told."""
REASONS = 6
"""How many features of a choice are told."""
STEPS = 4
"""Places on the way from what is average to a row where the slope is taken."""
AT_ONCE = 4096
"""Rows that are shown to the networks at once, at most."""
EXPLAINED = 256
"""Rows whose answers are explained at once, at most."""
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

    def encoded(self, sheet: "Sheet") -> "Encoding":
        """Features as columns of the matrix, part by part."""
        return Encoding(sheet, [self._encoded(part) for part in sheet.parts if len(part.rows)])

    def _encoded(self, part: "Part") -> "Encoded":
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

    def matrix(self, rows: "Sequence[Blocks] | Sheet") -> Matrix:
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

    def _fill(self, matrix: Matrix, rows: "Sequence[Blocks]") -> None:
        """Write what rows have into the matrix of rows that have nothing."""
        numbered: dict[int, int] = {}
        plans: list[_Plan] = []
        values: list[Value] = []
        codes: list[int] = []
        of: list[int] = []
        for block in (block for row in rows for block in row):
            number = numbered.get(id(block))
            if number is None:
                number = numbered[id(block)] = len(plans)
                plan = self._plan(tuple(block))
                values += plan.numbers(block)
                codes += map(dict.get, plan.codes, plan.categories(block), plan.others)
                plans.append(plan)
            of.append(number)
        if not plans:
            return
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


def _coded(labels: "Labels", known: Mapping[str, int], other: int) -> Rows:
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


@dataclass(frozen=True)
class Labels:
    """A column of categories."""

    values: Sequence[str]
    """The categories."""
    of: Rows
    """The number of the one that each line has."""

    def __getitem__(self, lines: Rows) -> "Labels":
        """The categories of some lines."""
        return Labels(self.values, self.of[lines])


Column = NDArray[Any] | Labels
"""A feature of several lines: numbers, or categories."""


class Part(NamedTuple):
    """Features that some rows have, as columns; rows can share a line of them."""

    rows: Rows
    """The rows that have them."""
    of: Rows
    """The number of the line that each of these rows has."""
    columns: Mapping[str, Column]
    """At least one."""

    @property
    def lines(self) -> int:
        """How many lines there are."""
        column = next(iter(self.columns.values()))
        return len(column.of if isinstance(column, Labels) else column)


class Sheet(NamedTuple):
    """The features of rows, in parts."""

    size: int
    """How many rows there are."""
    parts: Sequence[Part]

    @classmethod
    def of(cls, rows: Sequence[Blocks]) -> "Sheet":
        """The sheet of rows; a block that rows share is read once."""
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
        parts = [
            Part(
                numpy.array(kind.rows),
                numpy.array(kind.of),
                {name: _column([block[name] for block in kind.blocks]) for name in names},
            )
            for names, kind in kinds.items()
            if names
        ]
        return cls(len(rows), parts)

    @classmethod
    def merged(cls, size: int, parts: Iterable[Part]) -> "Sheet":
        """The sheet of parts; those that the same rows have become one, a line for each row.

        What is done part by part costs more than the few lines that rows could share.
        """
        having: dict[bytes, list[Part]] = {}
        for part in parts:
            having.setdefault(part.rows.tobytes(), []).append(part)
        return cls(size, [of[0] if len(of) == 1 else _one(of) for of in having.values()])

    @classmethod
    def joined(cls, sheets: "Iterable[Sheet]") -> "Sheet":
        """The rows of several sheets, one after the other."""
        size, parts = 0, []
        for sheet in sheets:
            parts += [part._replace(rows=part.rows + size) for part in sheet.parts]
            size += sheet.size
        return cls(size, parts)

    def take(self, numbers: Sequence[int]) -> "Sheet":
        """Some rows, each once, in the order that is given."""
        place = numpy.full(self.size, -1)
        place[numbers] = numpy.arange(len(numbers))
        parts = []
        for part in self.parts:
            at = place[part.rows]
            lines = part.of[at >= 0]
            columns = {name: column[lines] for name, column in part.columns.items()}
            parts.append(Part(at[at >= 0], numpy.arange(len(lines)), columns))
        return Sheet(len(numbers), parts)

    def values(self) -> Callable[[int, str], Value]:
        """Tells a feature that a row has, by the row's number and the feature's name."""
        having: dict[str, list[tuple[Rows, Column]]] = {}
        for part in self.parts:
            line = numpy.full(self.size, -1)
            line[part.rows] = part.of
            for name, column in part.columns.items():
                having.setdefault(name, []).append((line, column))

        def value(number: int, name: str) -> Value:
            line, column = next(pair for pair in having[name] if pair[0][number] >= 0)
            at = line[number]
            return column.values[column.of[at]] if isinstance(column, Labels) else float(column[at])

        return value


def _one(parts: Sequence[Part]) -> Part:
    """Parts of the same rows as one."""
    rows = parts[0].rows
    columns = {name: column[p.of] for p in parts for name, column in p.columns.items()}
    return Part(rows, numpy.arange(len(rows)), columns)


def as_sheet(rows: "Sequence[Blocks] | Sheet") -> Sheet:
    """Rows as a sheet."""
    return rows if isinstance(rows, Sheet) else Sheet.of(rows)


def _column(values: Sequence[Value]) -> Column:
    """Values as a column; they are categories if the first is one."""
    if isinstance(values[0], str):
        return Labels([str(value) for value in values], numpy.arange(len(values)))
    return numpy.array(values, float)


class _Kind(NamedTuple):
    """Blocks of the same features."""

    blocks: list[Features]
    rows: list[int]
    """The rows that have one."""
    of: list[int]
    """The number of the block that each of these rows has."""


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
        """The parts that some rows have: the places of these rows in `wanted`, and their lines."""
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
        self._known: dict[int, tuple[Matrix, Matrix]] = {}

    def of(self, plan: _Plan) -> tuple[Matrix, Matrix]:
        """The weights of the numbers of a plan, and the product with what is 1 without them all."""
        if id(plan) not in self._known:
            absent = self.whole[plan.there].sum(axis=0)
            self._known[id(plan)] = self.whole[plan.columns], absent
        return self._known[id(plan)]

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


class Model:
    """A learned model."""

    def __init__(self, tables: Tables, networks: Sequence[Network[Any, Any]]) -> None:
        self.tables, self.networks = tables, networks

    @cached_property
    def _stack(self) -> Stack:
        """All networks."""
        return Stack(self.networks)

    @cached_property
    def _stages(self) -> list[tuple[Stack, Weights]]:
        """The first network, and all others, with the weights of their first layers."""
        stacks = [Stack(part) for part in (self.networks[:1], self.networks[1:]) if part]
        return [(stack, Weights(self.tables, stack.weights)) for stack in stacks]

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

    def odds(self, rows: Sequence[Blocks]) -> Matrix:
        """The log-odds of each answer that each network finds; shape (rows, networks, answers)."""
        stack = self._stack
        found = numpy.zeros((len(rows), stack.size, len(self.tables.answers)), numpy.float32)
        for at in range(0, len(rows), AT_ONCE):
            run = slice(at, at + AT_ONCE)
            product = self.tables.matrix(rows[run]) @ stack.weights
            found[run] = stack.odds(product).swapaxes(0, 1)
        return found

    def scores(self, rows: Sequence[Blocks]) -> Scores:
        """How likely each answer is, from 0 to 1; shape (rows, answers)."""
        odds = self.odds(rows)
        return _mean(chances(odds, [1] * len(odds)).swapaxes(0, 1))

    def rivals(self, groups: Sequence[Sequence[Blocks]]) -> list[list[float]]:
        """How likely each row is the right one of its group, whose scores are at most 1 together.

        The model has one answer.
        """
        odds = self.odds([row for group in groups for row in group])
        return shared_out(odds, [len(group) for group in groups])

    def encoded(self, rows: "Sequence[Blocks] | Sheet") -> Encoding:
        """Rows as `staged` and `reasons` read them."""
        return self.tables.encoded(as_sheet(rows))

    def staged(self, rows: Encoding, unlikely: float) -> Scores:
        """How likely each answer of many rows is, as `scores` tells it, for less.

        Args:
            rows: the rows.
            unlikely: a row that the first network finds less likely is not shown to the others; its
                score is that network's alone.
        """
        if not rows.sheet.size:
            return numpy.zeros((0, len(self.tables.answers)))
        first, *others = self._stages
        scores = self._apart(*first, rows, numpy.arange(rows.sheet.size))
        asked = numpy.flatnonzero((scores >= unlikely).any(axis=1))
        if others and len(asked):
            more = self._apart(*others[0], rows, asked)
            others_size = len(self.networks) - 1
            scores[asked] = (scores[asked] + others_size * more) / len(self.networks)
        return scores

    def _apart(self, stack: Stack, weights: Weights, rows: Encoding, wanted: Rows) -> Scores:
        """How likely each answer of some rows is in the mean of a stack, whatever others are."""
        runs = [wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)]
        odds = [stack.odds(weights.product(rows, run)) for run in runs]
        return _mean([chances(one, [1] * len(wanted)) for one in numpy.concatenate(odds, axis=1)])

    def reasons(self, rows: Encoding, answers: Mapping[int, int]) -> list[tuple[Reason, ...]]:
        """The features that a row's answer was given for most, or in spite of.

        A feature weighs what it adds to the log-odds on the way from a row that is average in
        everything to this one, all features changing at once (integrated gradients: Sundararajan,
        Taly and Yan 2017, Axiomatic Attribution for Deep Networks).

        Args:
            rows: the rows.
            answers: the number of each row to explain, to the answer that it got.
        """
        asked = list(answers.items())
        runs = [asked[at : at + EXPLAINED] for at in range(0, len(asked), EXPLAINED)]
        return [found for run in runs for found in self._reasons(rows, dict(run))]

    def _reasons(self, rows: Encoding, answers: Mapping[int, int]) -> list[tuple[Reason, ...]]:
        numbers, told = list(answers), [*answers.values()] * STEPS
        stack, weights, average, each = self._average
        change = weights.product(rows, numbers) - average
        steps = [average + numpy.float32((s + 0.5) / STEPS) * change for s in range(STEPS)]
        slopes = stack.slopes(numpy.concatenate(steps), told)
        along = slopes.reshape(STEPS, *change.shape).mean(axis=0) / stack.size
        added, there = weights.added(rows, numbers, along)
        added -= along @ each.T
        ranked = numpy.argsort(numpy.where(there, -abs(added), 1), axis=1, kind="stable")
        having = numpy.minimum(there.sum(axis=1), REASONS).tolist()
        names, value_of = list(self.tables.places), rows.sheet.values()
        return [
            tuple(
                Reason(
                    feature=names[i],
                    value=_rounded(value_of(number, names[i])),
                    weight=round(float(added[at, i]), 2),
                )
                for i in order[: having[at]]
            )
            for at, (number, order) in enumerate(zip(numbers, ranked.tolist(), strict=True))
        ]

    @cached_property
    def _average(self) -> tuple[Stack, Weights, Matrix, Matrix]:
        """All networks with the weights of their first layers; the product of these and an average row.

        That also feature by feature, shape (features, numbers).
        """
        weights, means = self._stack.weights, numpy.array(self.tables.means, numpy.float32)
        places = list(self.tables.places.values())
        each = numpy.add.reduceat(means[:, None] * weights, places, axis=0)
        return self._stack, Weights(self.tables, weights), means @ weights, each


def _rounded(value: Value) -> Value:
    return value if isinstance(value, str) else round(float(value), 3)


def shared_out(odds: Matrix, sizes: Sequence[int]) -> list[list[float]]:
    """How likely each row is the right one of its group, whose scores are at most 1 together.

    Args:
        odds: what `Model.odds` finds, of a model of one answer.
        sizes: how many rows each group has, one after the other.
    """
    scores: Iterator[float] = iter(())
    if len(odds):
        each = chances(odds, [size for size in sizes if size])
        scores = iter(each.mean(axis=1)[:, 0].tolist())
    return [[next(scores) for _ in range(size)] for size in sizes]


def _mean(scores: Sequence[Scores] | Scores) -> Scores:
    mean: Scores = numpy.mean(scores, axis=0)
    return mean


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
    lengths = numpy.array(sizes, int)
    starts = numpy.cumsum(lengths) - lengths
    most = numpy.maximum(numpy.maximum.reduceat(odds.astype(float), starts), 0)
    each = numpy.exp(odds - most.repeat(lengths, axis=0))
    whole: Scores = numpy.add.reduceat(each, starts) + numpy.exp(-most)
    found: Scores = each / whole.repeat(lengths, axis=0)
    return found


@cache
def bundled(code: str, folder: str) -> "Model | None":
    """The model in a folder of the language `code`; None where it has none."""
    path: Traversable = language.folder(code) / folder
    if not (path / TABLES).is_file():
        return None
    with as_file(path) as files:
        return Model.read(files)
