"""Rows as plain values, and the claims of somebody without going through all of them."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

Shown = dict[str, Any]

SHOWN = (
    "c.id, c.stance, c.text, c.type, c.published, c.link, c.outlets, c.speaker AS mention,"
    " a.publisher, a.label, a.id AS article_id,"
    " (SELECT json_group_array(json_array(w.speaker_id, p.name)) FROM claim_speakers w"
    " JOIN speakers p ON p.id = w.speaker_id WHERE w.claim_id = c.id) AS who"
)
"""What is shown of a claim in a list; `c` is the claim and `a` its article."""
FEW = 3000
"""Claims of somebody that are sorted; of more, those of some months are gone through by date."""


LISTS = frozenset({"who", "outlets", "speakers", "asserted_by", "denied_by", "doubted_by"})
"""Columns with JSON that is read."""


def rows(conn: sqlite3.Connection, sql: str, *params: object) -> list[Shown]:
    """All rows of a statement, by name."""
    return [_read(row) for row in conn.execute(sql, params)]


def first(conn: sqlite3.Connection, sql: str, *params: object) -> Shown | None:
    """The first row of a statement."""
    row = conn.execute(sql, params).fetchone()
    return _read(row) if row else None


def _read(row: sqlite3.Row) -> Shown:
    return {
        name: json.loads(row[name]) if name in LISTS and row[name] else row[name]
        for name in row.keys()  # noqa: SIM118
    }


class Whose(NamedTuple):
    """Whose claims are asked for, and where that stands."""

    link: str
    """The table that links claims to them: `claim_speakers` or `claim_outlets`."""
    key: str
    """Its column with the id."""
    id: str


def claims_of(
    conn: sqlite3.Connection,
    whose: Whose,
    *,
    since: str = "",
    until: str = "",
    stances: Sequence[str] = (),
    few: bool,
    most: int,
    start: int = 0,
) -> list[Shown]:
    """The claims of somebody, the latest first; those without a date come last.

    Those of an older version of an article are left out.

    Args:
        conn: the connection.
        whose: whose they are.
        since: the first month or day; empty for any, and then those without a date are there too.
        until: the last month or day.
        stances: those that are wanted; none for all.
        few: whether they have so few claims that all of them can be sorted.
        most: how many are given.
        start: how many are left out before.
    """
    # The plus keeps SQLite from going through all claims of somebody for each claim.
    has = f"SELECT 1 FROM {whose.link} l WHERE l.claim_id = c.id AND +l.{whose.key} = ?1"
    source, where = (
        ("claims c", [f"c.id IN (SELECT claim_id FROM {whose.link} WHERE {whose.key} = ?1)"])
        if few
        else ("claims c INDEXED BY idx_claims_published", [f"EXISTS ({has})"])
    )
    params: list[object] = [whose.id]
    for condition, value in (
        ("c.published >= ", since),
        # A day or month begins with what is asked for.
        ("c.published < ", f"{until}~" if until else ""),
    ):
        if value:
            params.append(value)
            where.append(f"{condition}?{len(params)}")
    where.append("c.superseded = 0")
    if stances:
        marks = ", ".join(f"?{len(params) + n}" for n in range(1, len(stances) + 1))
        params += stances
        where.append(f"c.stance IN ({marks})")
    return rows(
        conn,
        f"SELECT {SHOWN} FROM {source} LEFT JOIN articles a ON a.id = c.article_id"
        f" WHERE {' AND '.join(where)}"
        f" ORDER BY c.published DESC, c.rowid DESC LIMIT {int(most)} OFFSET {int(start)}",
        *params,
    )
