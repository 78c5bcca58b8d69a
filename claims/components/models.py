"""Small learned models: features in, scores out, and the features that a score is due to.

A model is a few small neural networks (thinc) that were learned from the same rows and differ
in where they started; a score is their mean. It is files of a folder: one for each network, and
`tables.json`.
"""

import gc
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache, cached_property
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import numpy
from numpy.typing import NDArray
from thinc.api import set_dropout_rate
from thinc.model import Model as Network

from claims import language
from claims.components.arrays import Rows
from claims.components.encodings import Encoding, Tables, Weights
from claims.components.networks import Matrix, Stack, network
from claims.components.sheets import Blocks, Sheet, Value, as_sheet
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
Scores = NDArray[numpy.float64]
Key = TypeVar("Key", bound=Hashable)


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

    def encoded(self, rows: Sequence[Blocks] | Sheet) -> Encoding:
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
            stack, weights = others[0]
            more = self._apart(stack, weights, rows, asked)
            scores[asked] = (scores[asked] + stack.size * more) / len(self.networks)
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
        asked, value_of = list(answers.items()), rows.sheet.values()
        runs = [asked[at : at + EXPLAINED] for at in range(0, len(asked), EXPLAINED)]
        return [found for run in runs for found in self._reasons(rows, dict(run), value_of)]

    def _reasons(
        self, rows: Encoding, answers: Mapping[int, int], value_of: Callable[[int, str], Value]
    ) -> list[tuple[Reason, ...]]:
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
        names = list(self.tables.places)
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
    collects = gc.isenabled()
    with as_file(path) as files:
        found = Model.read(files)
    if not collects:  # who unpacks the weights turns it on
        gc.disable()
    return found
