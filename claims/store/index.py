"""Which claims have a pair of words: the index by which claims that may be alike are found.

What is new goes into a small table, and from there into a large one, in the order of its rows, when
there is much of it: a claim has a score of pairs, and each would land on another page of a large table.
(O'Neil et al., *The log-structured merge-tree*, Acta Informatica 33, 1996.)
"""

from collections.abc import Iterable
from itertools import chain
from json import dumps
from typing import NamedTuple

from sqlite_utils import Database

from claims.grouping.comparing import Compared
from claims.store.tables import insert

LARGE, SMALL = "claim_pairs", "new_pairs"
LEAST, SHARE = 50_000, 8
"""Claims whose pairs are moved from the small table to the large one together, at least; and one part
in so many of all claims, so that the more there are, the more seldom they are moved."""
STATE = "pairs"
"""The state of a database that tells the last claim whose pairs were moved."""
_SHIFT = 1 << 63
_OF_PAIR = " UNION ALL ".join(
    f"SELECT * FROM (SELECT claim, weight, day FROM {table} WHERE pair = ?1 AND {days}"
    " ORDER BY day DESC, claim DESC LIMIT ?4)"
    for days in ("day BETWEEN ?2 AND ?3", "day = 0")
    for table in (SMALL, LARGE)
)
_HAS = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE pair = ?1 AND day = ?2 AND claim = ?3 AND weight = ?4"
    for table in (SMALL, LARGE)
)
_SHARED = (
    "SELECT value FROM json_each(?) WHERE (SELECT count(*) FROM (SELECT 1 FROM ("
    + " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE pair = value" for table in (SMALL, LARGE))
    + ") LIMIT 2)) > 1"
)


class Indexed(NamedTuple):
    """A claim that has a pair."""

    claim: int
    """Its id as a number: `id_of` gives the id."""
    weight: int
    """Of all the words that it is looked up by."""
    day: int
    """When it was published, counted from the year 1; 0 if that is not known."""


class Index:
    """The pairs of the claims of a database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, claims: Iterable[Compared]) -> None:
        """Index claims; those that are indexed already stay as they are."""
        ready = sorted(chain.from_iterable(map(rows, claims)))
        insert(self.db, f"INSERT OR IGNORE INTO {SMALL}", ready)

    def remove(self, claims: Iterable[Compared]) -> None:
        """Forget claims, as they are now."""
        keys = [row[:3] for claim in claims for row in rows(claim)]
        for table in (SMALL, LARGE):
            self.db.conn.executemany(
                f"DELETE FROM {table} WHERE pair = ? AND day = ? AND claim = ?", keys
            )

    def clear(self) -> None:
        """Forget all claims."""
        for table in (SMALL, LARGE):
            self.db.execute(f"DELETE FROM {table}")

    def of(self, pair: int, first: int, last: int, most: int) -> list[Indexed]:
        """The claims that have a pair and are of some days, the latest, and those of no known day.

        Args:
            pair: its number.
            first: the first day, from 1.
            last: the last day.
            most: how many of either, at most.
        """
        found = [*map(Indexed._make, self.db.conn.execute(_OF_PAIR, (pair, first, last, most)))]
        if len(found) <= most:
            return found
        found.sort(key=lambda row: (-row.day, -row.claim))
        dated = sum(row.day > 0 for row in found)
        return [*found[: min(dated, most)], *found[dated:][:most]]

    def shared(self, pairs: Iterable[int]) -> set[int]:
        """Those of some pairs that more than one claim has; most have none but one."""
        return {pair for (pair,) in self.db.conn.execute(_SHARED, [dumps(sorted(pairs))])}

    def lacks(self, claim: Compared) -> int:
        """How many pairs of a claim are not there."""
        return sum(not self.db.execute(_HAS, row).fetchone() for row in rows(claim))

    def settle(self) -> None:
        """Move what is new into the large table, if it is much."""
        (last,) = self.db.execute("SELECT coalesce(max(rowid), 0) FROM claims").fetchone()
        state = self.db.execute("SELECT value FROM states WHERE name = ?", [STATE]).fetchone()
        if last - (int(state[0]) if state else 0) < max(LEAST, last // SHARE):
            return
        self.db.execute(
            f"INSERT OR IGNORE INTO {LARGE} SELECT * FROM {SMALL} ORDER BY pair, day, claim"
        )
        self.db.execute(f"DELETE FROM {SMALL}")
        self.db.table("states").upsert({"name": STATE, "value": str(last)}, pk="name")


def key_of(claim_id: str) -> int:
    """A claim's id as a number that SQLite can hold."""
    return int(claim_id, 16) - _SHIFT


def id_of(key: int) -> str:
    """The id of a claim's number."""
    return f"{key + _SHIFT:016x}"


def rows(claim: Compared) -> list[tuple[int, int, int, int]]:
    """The rows of a claim: pair, day, its number and weight."""
    key, day = key_of(claim.id), claim.day
    return [(pair, day, key, pairs.weight) for pairs in claim.pairs for pair in pairs.stems]
