"""What is done with many numbers, and with many runs of them, at once."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy
from numpy.typing import NDArray

Rows = NDArray[numpy.int64]
Flags = NDArray[numpy.bool_]


def numbered(values: Iterable[str]) -> tuple[list[str], Rows]:
    """Some values, each once, and the number of each value among these."""
    numbers: dict[str, int] = {}
    of = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), numpy.array(of, int)


def ragged(starts: Rows, lengths: Rows) -> tuple[Rows, Rows]:
    """The number of each of some runs as often as it is long, and what the runs consist of."""
    rows = numpy.arange(len(lengths)).repeat(lengths)
    within = numpy.arange(len(rows)) - (numpy.cumsum(lengths) - lengths)[rows]
    return rows, starts[rows] + within


def first_of(rows: Rows, values: Rows, size: int, default: Rows | int = -1) -> Rows:
    """The first value of each of so many rows; `rows` tells the row of each value."""
    return last_of(rows[::-1], values[::-1], size, default)


def last_of(rows: Rows, values: Rows, size: int, default: Rows | int = -1) -> Rows:
    """The last value of each of so many rows; `rows` tells the row of each value."""
    found = numpy.full(size, default)
    found[rows] = values
    return found


def most_of(rows: Rows, values: NDArray[Any], size: int) -> NDArray[Any]:
    """The greatest value of each of so many rows; 0 where there is none that is greater."""
    found = numpy.zeros(size, values.dtype)
    numpy.maximum.at(found, rows, values)
    return found


def listed(of: Callable[[int], Sequence[int]], tokens: Rows) -> tuple[Rows, Rows]:
    """The place of each of some tokens as often as it has something, and what it has.

    Args:
        of: what a token has; asked once a token.
        tokens: the tokens; of those below 0 nothing is asked.
    """
    asked, place = numpy.unique(tokens, return_inverse=True)
    have = [of(token) if token >= 0 else () for token in asked.tolist()]
    lengths = numpy.fromiter(map(len, have), int, len(have))
    flat = numpy.fromiter(chain.from_iterable(have), int, int(lengths.sum()))
    rows, at = ragged((numpy.cumsum(lengths) - lengths)[place], lengths[place])
    return rows, flat[at]
