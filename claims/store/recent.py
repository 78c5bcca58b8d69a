"""The rows of an index that are new: in memory, and in the file as a log that is appended to.

A row of a large index lands on a page of its own, and a batch has ten thousands of them. So those of a batch
are one row of a small table, and searched in memory. (O'Neil et al., *The log-structured merge-tree*, Acta
Informatica 33, 1996.)
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

LOG = "new_pairs"
SIZES = 4
"""Times that a part is larger than the next, at least; else the two are made one."""
AT_ONCE = 50_000
"""Rows that are made tuples together."""
Integers = NDArray[np.integer[Any]]
Row = tuple[int, int, int, int]
"""Pair, day, claim and weight."""
_TYPES = ("<i8", "<i4", "<i8", "<i4")
_SIZE = sum(np.dtype(of).itemsize for of in _TYPES)


class Rows(NamedTuple):
    """Rows in the order of their first three columns, of which no two are the same."""

    pair: Integers
    day: Integers
    claim: Integers
    weight: Integers

    @classmethod
    def of(cls, columns: Iterable[Sequence[int]]) -> Self:
        """Rows in whatever order, as columns; of the same ones the lightest stays."""
        given = [np.array(one, of) for one, of in zip(columns, _TYPES, strict=True)]
        order = np.lexsort(given[::-1])
        pair, day, claim, weight = (column[order] for column in given)
        first = np.ones(len(pair), bool)
        first[1:] = (np.diff(pair) != 0) | (np.diff(day) != 0) | (np.diff(claim) != 0)
        return cls(pair[first], day[first], claim[first], weight[first])

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """The rows of what `packed` gave."""
        number, at, columns = len(packed) // _SIZE, 0, []
        for of in _TYPES:
            columns.append(np.frombuffer(packed, of, number, at))
            at += columns[-1].nbytes
        return cls(*columns)

    @property
    def packed(self) -> bytes:
        """The rows as bytes, one column after the other."""
        return b"".join(map(np.ndarray.tobytes, self))

    def __bool__(self) -> bool:
        return len(self.pair) > 0

    def but(self, places: Integers) -> Self:
        """The rows that are not at some places."""
        return type(self)(*(np.delete(column, places) for column in self))

    def without(self, other: Self) -> Self:
        """The rows that are not among others."""
        at, there = self.places(other)
        return self.but(at[there]) if there.any() else self

    def with_(self, other: Self) -> Self:
        """These rows and others, of which none is here."""
        at, _ = self.places(other)
        both = zip(self, other, strict=True)
        return type(self)(*(np.insert(own, at, others) for own, others in both))

    def places(self, other: Self) -> tuple[Integers, NDArray[np.bool_]]:
        """Where each of other rows is, or would be; and whether it is there."""
        start, end = self.of_pairs(other.pair)
        start, end = (
            _bisected(self.day, start, end, other.day),
            _bisected(self.day, start, end, other.day + 1),
        )
        at = _bisected(self.claim, start, end, other.claim)
        there = at < end
        there[there] = self.claim[at[there]] == other.claim[there]
        return at, there

    def of_pairs(self, pairs: Integers) -> tuple[Integers, Integers]:
        """Where the rows of each pair begin and end."""
        return np.searchsorted(self.pair, pairs), np.searchsorted(self.pair, pairs, "right")

    def latest(self, looks: Integers, most: int) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """The latest claims of each look, at most so many, and those of no known day.

        Args:
            looks: a row each: pair, first day and last day.
            most: how many of either, at most.

        Returns:
            The number of the look; and the claim, its weight and its day.
        """
        pairs, first, last = looks.T
        start, end = self.of_pairs(pairs)
        some = np.flatnonzero(start < end)
        start, end = start[some], end[some]
        none = _bisected(self.day, start, end, np.ones(len(some), int))
        dated = _bisected(self.day, start, end, first[some])
        ends = np.concatenate([none, _bisected(self.day, start, end, last[some] + 1)])
        starts = np.maximum(np.concatenate([start, dated]), ends - most)
        sizes = np.maximum(ends - starts, 0)
        before = np.repeat(sizes.cumsum() - sizes, sizes)
        at = np.repeat(starts, sizes) + np.arange(len(before)) - before
        numbers = np.repeat(np.tile(some, 2), sizes)
        rows = (column[at].tolist() for column in (self.claim, self.weight, self.day))
        return zip(numbers.tolist(), zip(*rows, strict=True), strict=True)

    def tuples(self) -> Iterator[Row]:
        """The rows, one by one."""
        for start in range(0, len(self.pair), AT_ONCE):
            some = (column[start : start + AT_ONCE].tolist() for column in self)
            yield from zip(*some, strict=True)


class Recent:
    """The rows that are new in a database, as they are within a transaction."""

    def __init__(self) -> None:
        self.parts: list[Rows] = []
        """From the largest to the smallest."""
        self.known: dict[int, str] = {}
        """What `parts` was made of: the ids of the log's rows, each with its hash."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(len(part.pair) for part in self.parts)

    def follow(self, db: Database) -> None:
        """Read what another has written, or has been taken back."""
        stored = dict(db.conn.execute(f"SELECT id, hash FROM {LOG}").fetchall())
        if not self.known.items() <= stored.items():
            self.parts, self.known = [], {}
        for id in sorted(stored.keys() - self.known.keys()):
            (packed,) = db.conn.execute(f"SELECT rows FROM {LOG} WHERE id = ?", [id]).fetchone()
            self._take(id, stored[id], Rows.unpacked(packed))

    def add(self, db: Database, rows: Rows) -> None:
        """Append rows to the log; those that are there already stay as they are."""
        for part in self.parts:
            rows = rows.but(np.flatnonzero(part.places(rows)[1]))
        if rows:
            packed = rows.packed
            insert = f"INSERT INTO {LOG} (hash, rows) VALUES (?, ?)"
            cursor = db.conn.execute(insert, (_hash(packed), packed))
            self._take(int(cursor.lastrowid or 0), _hash(packed), rows)

    def _take(self, id: int, hash: str, rows: Rows) -> None:
        self.known[id] = hash
        self.parts.append(rows)
        while len(self.parts) > 1 and len(self.parts[-2].pair) < SIZES * len(self.parts[-1].pair):
            last = self.parts.pop()
            self.parts.append(self.parts.pop().with_(last))

    def remove(self, db: Database, rows: Rows) -> None:
        """Forget rows, whatever their weight."""
        left = [part.without(rows) for part in self.parts]
        if sum(len(part.pair) for part in left) == self.size:
            return
        self.parts = [part for part in left if part]
        for id, packed in db.conn.execute(f"SELECT id, rows FROM {LOG}").fetchall():
            own = Rows.unpacked(packed)
            if (kept := own.without(rows)) is own:
                continue
            if kept:
                self.known[id] = _hash(kept.packed)
                change = f"UPDATE {LOG} SET hash = ?, rows = ? WHERE id = ?"
                db.conn.execute(change, [self.known[id], kept.packed, id])
            else:
                del self.known[id]
                db.conn.execute(f"DELETE FROM {LOG} WHERE id = ?", [id])

    def clear(self, db: Database) -> None:
        """Forget all rows."""
        db.conn.execute(f"DELETE FROM {LOG}")
        self.follow(db)

    def all(self) -> Rows:
        """All rows."""
        whole = Rows.of([[]] * len(_TYPES))
        for part in self.parts:
            whole = whole.with_(part)
        return whole


_OF: WeakKeyDictionary[Database, Recent] = WeakKeyDictionary()


def recent(db: Database) -> Recent:
    """The rows that are new in a database; they are kept from one transaction to the next."""
    found = _OF.setdefault(db, Recent())
    found.follow(db)
    return found


def _hash(packed: bytes) -> str:
    return blake2b(packed, digest_size=8).hexdigest()


def _bisected(column: Integers, start: Integers, end: Integers, wanted: Integers) -> Integers:
    """Where each of what is wanted is in its stretch of a column, which is in order there, or would be."""
    start, end = start.copy(), end.copy()
    while len(open_ := np.flatnonzero(start < end)):
        middle = (start[open_] + end[open_]) // 2
        is_less = column[middle] < wanted[open_]
        start[open_[is_less]] = middle[is_less] + 1
        end[open_[~is_less]] = middle[~is_less]
    return start
