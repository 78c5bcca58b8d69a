"""Sheets: the features of rows, in columns that rows can share the lines of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from claims.components.arrays import Rows

Value = float | str
Features = dict[str, Value]
Blocks = tuple[Features, ...]
"""The features of a row in parts: rows can share them, and a shared part is read once."""


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
                found = known.get(id(block))
                if found is None:
                    kind = kinds.setdefault(tuple(block), _Kind([], [], []))
                    found = known[id(block)] = kind, len(kind.blocks)
                    kind.blocks.append(block)
                kind, place = found
                kind.rows.append(number)
                kind.of.append(place)
        parts = []
        for names, kind in kinds.items():
            if names:
                values = zip(*(block.values() for block in kind.blocks), strict=True)
                columns = dict(zip(names, map(_column, values), strict=True))
                parts.append(Part(numpy.array(kind.rows), numpy.array(kind.of), columns))
        return cls(len(rows), parts)

    @classmethod
    def merged(cls, size: int, parts: Iterable[Part]) -> "Sheet":
        """The sheet of parts; those with the very same array of rows become one, a line for each row.

        What is done part by part costs more than the few lines that rows could share. Parts that only
        happen to have the same rows stay apart: what is remembered of each kind of part has an end.
        """
        having: dict[int, list[Part]] = {}
        for part in parts:
            having.setdefault(id(part.rows), []).append(part)
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
        lines = numpy.full((len(self.parts), self.size), -1)
        for line, part in zip(lines, self.parts, strict=True):
            line[part.rows] = part.of

        def value(number: int, name: str) -> Value:
            own = zip(self.parts, lines[:, number].tolist(), strict=True)
            part, at = next(one for one in own if one[1] >= 0 and name in one[0].columns)
            column = part.columns[name]
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
