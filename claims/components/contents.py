"""Contents of candidates as arrays: their words, one after the other, and what is counted of them.

A text has hundreds of candidates with some twenty words each. What is counted over all of them at
once costs a fiftieth of what it costs one by one.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import NamedTuple

import numpy

from claims.components.arrays import Flags, Rows, first_of, ragged


class Contents(NamedTuple):
    """The words of candidates, ascending, one candidate after the other."""

    tokens: int
    """How many tokens the text has."""
    rows: Rows
    """The candidate of each word."""
    ids: Rows
    """The token of each word."""
    starts: Rows
    """Where the words of each candidate start in these."""
    length: Rows
    """How many words each candidate has; at least one."""

    @classmethod
    def of(cls, tokens: int, words: Sequence[Collection[int]]) -> "Contents":
        """The words of each candidate, which are of a text of so many tokens."""
        length = numpy.fromiter(map(len, words), int, len(words))
        rows = numpy.arange(len(words)).repeat(length)
        keys = numpy.fromiter(chain.from_iterable(words), int, len(rows)) + rows * tokens
        keys.sort()
        return cls(tokens, rows, keys - rows * tokens, numpy.cumsum(length) - length, length)

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.length)

    @property
    def first(self) -> Rows:
        """The first word of each candidate."""
        found: Rows = self.ids[self.starts]
        return found

    @property
    def last(self) -> Rows:
        """The last word of each candidate."""
        found: Rows = self.ids[self.starts + self.length - 1]
        return found

    def take(self, numbers: Rows) -> "Contents":
        """Those of some candidates."""
        length = self.length[numbers]
        rows, at = ragged(self.starts[numbers], length)
        return Contents(self.tokens, rows, self.ids[at], numpy.cumsum(length) - length, length)

    def have(self, rows: Rows, tokens: Rows) -> Flags:
        """Whether each of some candidates has a token; it has not -1."""
        keys, own = rows * self.tokens + tokens, self.rows * self.tokens + self.ids
        at = numpy.minimum(numpy.searchsorted(own, keys), len(own) - 1)
        found: Flags = (own[at] == keys) & (tokens >= 0)
        return found

    def with_flag(self, flags: Flags) -> Rows:
        """How many of each candidate's words have something; `flags` has one for each word."""
        return numpy.bincount(self.rows[flags], minlength=self.size)

    def first_with(self, flags: Flags, default: Rows | int = -1) -> Rows:
        """The first of each candidate's words that has something."""
        return first_of(self.rows[flags], self.ids[flags], self.size, default)
