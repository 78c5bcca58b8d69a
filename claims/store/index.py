"""By what claims that may be alike are found, their pairs of words, and copies of articles, their runs of words.

What is new stays by itself (`recent.py`), and goes from there into a large table, in the order of its rows,
when there is much of it.
"""

from collections.abc import Collection, Iterable, Sequence
from json import dumps

import numpy as np
from sqlite_utils import Database

from claims.grouping.comparing import Compared
from claims.store.recent import Rows, recent

LARGE = "claim_pairs"
LEAST, SHARE = 1_000_000, 2
"""Rows that are moved to the large table together, at least; and how many for each claim of the database, so
that the more there are, the more seldom they are moved."""
MANY = 8
"""Claims of a pair from which it is looked up by itself, and not together with others."""
RUNS = 1 << 47
"""Where the numbers of runs of words begin, beyond those of pairs."""
_SHIFT = 1 << 63
_OF_PAIR = " UNION ALL ".join(
    f"SELECT * FROM (SELECT claim, weight, day FROM {LARGE} WHERE pair = ?1 AND {days}"
    " ORDER BY day DESC, claim DESC LIMIT ?4)"
    for days in ("day BETWEEN ?2 AND ?3", "day = 0")
)
_HELD = (
    f"SELECT value, (SELECT count(*) FROM (SELECT 1 FROM {LARGE} WHERE pair = value LIMIT {MANY})) AS n"
    " FROM json_each(?) WHERE n"
)
_OF_FEW = f"SELECT p.* FROM json_each(?) CROSS JOIN {LARGE} p ON p.pair = value"
_HAS = f"SELECT 1 FROM {LARGE} WHERE (pair, day, claim, weight) = (?, ?, ?, ?)"
_DELETE = f"DELETE FROM {LARGE} WHERE (pair, day, claim) = (?, ?, ?)"

Look = tuple[int, int, int]
"""A pair, and the first and the last day of the claims that are looked up by it."""


Indexed = tuple[int, int, int]
"""A claim that has a pair: its id as a number, which `id_of` turns back; the weight of all the words that it is
looked up by; and when it was published, counted from the year 1, 0 if that is not known."""


class Index:
    """The pairs of the claims of a database, within a transaction."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.held: dict[int, int] = {}
        """How many claims have each pair that was asked for in the large table, up to `MANY`."""

    def add(self, claims: Iterable[Compared]) -> None:
        """Index claims; those that are indexed already stay as they are."""
        recent(self.db).add(self.db, rows(claims))

    def add_runs(self, runs: Sequence[tuple[int, int]]) -> None:
        """Index articles by runs of words: the number of each run, and of an article that has it."""
        numbers, articles = zip(*runs, strict=True) if runs else ((), ())
        nothing = [0] * len(runs)
        recent(self.db).add(self.db, Rows.of([numbers, nothing, articles, nothing]))

    def remove(self, claims: Iterable[Compared]) -> None:
        """Forget claims, as they are now."""
        gone = rows(claims)
        recent(self.db).remove(self.db, gone)
        self.db.conn.executemany(_DELETE, (row[:3] for row in gone.tuples()))

    def clear(self) -> None:
        """Forget all claims and articles."""
        recent(self.db).clear(self.db)
        self.db.execute(f"DELETE FROM {LARGE}")

    def shared(self, pairs: Iterable[int], least: int = 2) -> set[int]:
        """Those of some pairs that so many claims have at least; most have none but one."""
        wanted = np.array(sorted(pairs), "<i8")
        number = np.zeros(len(wanted), int)
        for part in recent(self.db).parts:
            start, end = part.of_pairs(wanted)
            number += end - start
        held = dict(self.db.conn.execute(_HELD, [dumps(wanted.tolist())]).fetchall())
        self.held.update(held)
        number += np.array([held.get(pair, 0) for pair in wanted.tolist()], int)
        return set(wanted[number >= least].tolist())

    def found(self, looks: Collection[Look], most: int) -> dict[Look, list[Indexed]]:
        """Of each look the claims that have the pair and are of its days, and those of no known day.

        Args:
            looks: what is looked up, of pairs that are `shared`.
            most: how many of either, at most: the latest.
        """
        # In the order of the index, whose pages are read one after the other.
        wanted = sorted(looks)
        lists: list[list[Indexed]] = [
            self.db.conn.execute(_OF_PAIR, (*look, most)).fetchall()
            if self.held.get(look[0], 0) == MANY
            else []
            for look in wanted
        ]
        few = [pair for pair, _, _ in wanted if 0 < self.held.get(pair, 0) < MANY]
        held = self.db.conn.execute(_OF_FEW, [dumps([*dict.fromkeys(few)])]).fetchall()
        places = np.array(wanted, int).reshape(-1, 3)
        for part in (Rows(*np.array(held, int).reshape(-1, 4).T), *recent(self.db).parts):
            for number, row in part.latest(places, most):
                lists[number].append(row)
        return {look: _latest(found, most) for look, found in zip(wanted, lists, strict=True)}

    def lacks(self, claim: Compared) -> int:
        """How many pairs of a claim are not there."""
        wanted = rows([claim])
        missing = {row for row in wanted.tuples() if not self.db.execute(_HAS, row).fetchone()}
        for part in recent(self.db).parts:
            at, there = part.places(wanted)
            there[there] = part.weight[at[there]] == wanted.weight[there]
            missing -= {row for row, has in zip(wanted.tuples(), there, strict=True) if has}
        return len(missing)

    def settle(self) -> None:
        """Move what is new into the large table, if it is much."""
        new = recent(self.db)
        (last,) = self.db.execute("SELECT coalesce(max(rowid), 0) FROM claims").fetchone()
        if new.size < max(LEAST, SHARE * last):
            return
        insert = f"INSERT OR IGNORE INTO {LARGE} VALUES (?, ?, ?, ?)"
        self.db.conn.executemany(insert, new.all().tuples())
        new.clear(self.db)


def key_of(claim_id: str) -> int:
    """A claim's id as a number that SQLite can hold."""
    return int(claim_id, 16) - _SHIFT


def id_of(key: int) -> str:
    """The id of a claim's number."""
    return f"{key + _SHIFT:016x}"


def rows(claims: Iterable[Compared]) -> Rows:
    """The rows of some claims: each pair, the day, the claim's number and the weight."""
    pairs: list[int] = []
    numbers: list[int] = []
    of_each: list[tuple[int, int, int]] = []
    for claim in claims:
        key, day = key_of(claim.id), claim.day
        for its in claim.pairs:
            pairs += its.stems
            numbers.append(len(its.stems))
            of_each.append((day, key, its.weight))
    columns = np.array(of_each, "<i8").reshape(-1, 3).repeat(numbers, axis=0).T
    return Rows.of([pairs, *columns])


def _latest(found: list[Indexed], most: int) -> list[Indexed]:
    """The latest of some claims, and those of no known day, of either so many at most."""
    if len(found) <= most:
        return found
    found.sort(key=lambda row: (-row[2], -row[0]))
    dated = sum(day > 0 for _, _, day in found)
    return [*found[: min(dated, most)], *found[dated:][:most]]
