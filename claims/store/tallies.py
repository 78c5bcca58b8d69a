"""Tables that count claims, kept current by what each batch of articles changes in them.

A recount would cost what is there; a batch costs what it changes: the claims of its articles are
counted before and after, and the differences are added.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlite_utils import Database

Key = tuple[str, ...]
Counted = dict[Key, tuple[int, int]]
"""Key of a row to its claims and articles."""
Counts = dict[str, Counted]
"""Table to what it counts."""


class Tally(NamedTuple):
    """A table that counts claims, and the articles they stand in, and is kept current."""

    table: str
    key: tuple[str, ...]
    """What is counted apart."""
    select: str
    """Claims by the columns of the key, one row each: `claim_id`, `article_id` come first."""
    counted: tuple[str, ...] = ("claims", "articles")

    @property
    def counting(self) -> str:
        """The statement that counts all there is, into an empty table."""
        counts = {"claims": "count(DISTINCT claim_id)", "articles": "count(DISTINCT article_id)"}
        counted = ", ".join(counts[name] for name in self.counted)
        key = ", ".join(self.key)
        return (
            f"INSERT INTO {self.table} SELECT {key}, {counted} FROM ({self.select}) GROUP BY {key}"
        )


_SPOKEN = "claims c JOIN claim_speakers s ON s.claim_id = c.id"
_RELAYED = "claims c JOIN claim_outlets o ON o.claim_id = c.id"
_CURRENT = "AND c.superseded = 0"
"""Claims of the newest version of their article; names are counted of all, for all are shown."""
TALLIES = (
    Tally(
        "speaker_stances",
        ("speaker_id", "stance", "month"),
        "SELECT c.id AS claim_id, c.article_id, s.speaker_id, c.stance,"
        f" coalesce(substr(c.published, 1, 7), '') AS month FROM {_SPOKEN} {_CURRENT}",
    ),
    Tally(
        "outlet_stances",
        ("outlet_id", "role", "stance"),
        f"SELECT c.id AS claim_id, c.article_id, o.outlet_id, o.role, c.stance FROM {_RELAYED} {_CURRENT}",
    ),
    Tally(
        "relays",
        ("outlet_id", "speaker_id", "role"),
        "SELECT c.id AS claim_id, c.article_id, o.outlet_id,"
        f" coalesce(s.speaker_id, '') AS speaker_id, o.role FROM {_RELAYED} {_CURRENT}"
        " LEFT JOIN claim_speakers s ON s.claim_id = c.id",
    ),
    Tally(
        "speaker_names",
        ("speaker_id", "name", "kind"),
        "SELECT c.id AS claim_id, c.article_id, s.speaker_id, s.name,"
        f" coalesce(s.kind, '') AS kind FROM {_SPOKEN}",
        ("claims",),
    ),
    Tally(
        "outlet_names",
        ("outlet_id", "name"),
        f"SELECT c.id AS claim_id, c.article_id, o.outlet_id, o.name FROM {_RELAYED}",
        ("claims",),
    ),
    Tally(
        "claim_kinds",
        ("type", "stance"),
        "SELECT c.id AS claim_id, c.article_id, c.type, c.stance FROM"
        " (SELECT * FROM claims WHERE superseded = 0) c",
        ("claims",),
    ),
)


def counts(db: Database, articles: str) -> Counts:
    """What the tables count of some articles; these are a JSON list of ids."""
    found: Counts = {}
    for tally in TALLIES:
        select = f"{tally.select} WHERE c.article_id IN (SELECT value FROM json_each(?))"
        rows = dict.fromkeys(db.execute(select, [articles]))
        claims = Counter(row[2:] for row in rows)
        within = Counter(pair[1:] for pair in {row[1:] for row in rows})
        found[tally.table] = {key: (number, within[key]) for key, number in claims.items()}
    return found


def add(db: Database, before: Counts, after: Counts) -> None:
    """Add to the tables what became of some articles; rows that count nothing go."""
    for tally in TALLIES:
        changed = _differences(before[tally.table], after[tally.table])
        if not changed:
            continue
        columns = (*tally.key, *tally.counted)
        sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in tally.counted)
        db.conn.executemany(
            f"INSERT INTO {tally.table} ({', '.join(columns)})"
            f" VALUES ({', '.join('?' * len(columns))})"
            f" ON CONFLICT ({', '.join(tally.key)}) DO UPDATE SET {sums}",
            [(*key, *numbers[: len(tally.counted)]) for key, numbers in changed.items()],
        )
        gone = [key for key, numbers in changed.items() if numbers[0] < 0]
        where = " AND ".join(f"{column} = ?" for column in tally.key)
        db.conn.executemany(f"DELETE FROM {tally.table} WHERE claims = 0 AND {where}", gone)


def _differences(
    before: Mapping[Key, tuple[int, int]], after: Mapping[Key, tuple[int, int]]
) -> Counted:
    zero = (0, 0)
    found = {
        key: (
            after.get(key, zero)[0] - before.get(key, zero)[0],
            after.get(key, zero)[1] - before.get(key, zero)[1],
        )
        for key in dict.fromkeys([*before, *after])
    }
    return {key: numbers for key, numbers in found.items() if any(numbers)}


def recount(db: Database) -> None:
    """Count everything anew."""
    for tally in TALLIES:
        db.execute(f"DELETE FROM {tally.table}")
        db.execute(tally.counting)
    db.execute(
        "UPDATE runs SET articles = (SELECT count(*) FROM articles WHERE run_id = runs.id),"
        " claims = (SELECT count(*) FROM claims c JOIN articles a ON a.id = c.article_id"
        " WHERE a.run_id = runs.id)"
    )


def wrong(db: Database) -> Iterable[str]:
    """The tables whose counts are not those of the claims."""
    for tally in TALLIES:
        columns = ", ".join((*tally.key, *tally.counted))
        counted = tally.counting.partition(" SELECT ")[2]
        stored = f"SELECT {columns} FROM {tally.table}"
        recount = f"SELECT {counted}"
        query = f"SELECT EXISTS ({stored} EXCEPT {recount}) OR EXISTS ({recount} EXCEPT {stored})"
        if db.execute(query).fetchone()[0]:
            yield tally.table
