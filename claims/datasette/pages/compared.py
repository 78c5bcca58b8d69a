"""Speakers or outlets side by side: what they have in common, what only one speaks about, and when."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from claims.datasette.pages.query import FEW, SHOWN, Shown, Whose, claims_of, rows
from claims.datasette.pages.speaker import by_month, totals
from claims.datasette.remembered import Memory, version
from claims.model import fold

LEAST, MOST = 2, 5
"""How many are compared."""
COMMON, ALONE, LISTED = 25, 8, 15
"""Matters in common, matters of one alone, and claims of each that are shown."""
NEAR = 8
"""Names that are proposed for one that nobody has."""
WITHIN = "c.published >= ? AND c.published < ?"
"""Of a period."""


class Kind(NamedTuple):
    """What is compared, and where that stands."""

    table: str
    link: str
    key: str
    stances: str
    dated: bool
    """Whether the counts tell the month."""


class Matter(NamedTuple):
    """A matter that somebody speaks of, and what orders it."""

    id: str
    contested: int
    articles: int


_remembered: Memory[list[Matter]] = Memory(100)
"""The matters of those who have many claims."""
KINDS = {
    "speakers": Kind("speakers", "claim_speakers", "speaker_id", "speaker_stances", dated=True),
    "outlets": Kind("outlets", "claim_outlets", "outlet_id", "outlet_stances", dated=False),
}


def named(conn: sqlite3.Connection, kind: Kind, name: str) -> list[Shown]:
    """Who is called so, with how many claims they have; else who is called nearly so, the most quoted first."""
    counted = (
        f"SELECT p.id, p.name, (SELECT sum(claims) FROM {kind.stances} n WHERE n.{kind.key} = p.id)"
        f" AS claims FROM {kind.table} p WHERE "
    )
    wanted = fold(name)
    words = [word for word in name.split() if word]
    if not wanted or not words:
        return []
    longest = max(words, key=len)
    found = rows(
        conn,
        f"{counted} p.name LIKE ? ESCAPE '\\' ORDER BY 3 DESC LIMIT 400",
        f"%{_like(longest)}%",
    )
    same = [row for row in found if fold(row["name"]) == wanted]
    parts = set(wanted.split())
    near = [row for row in found if parts <= set(fold(row["name"]).split())]
    return same or (near or found)[:NEAR]


def _like(text: str) -> str:
    return "".join(f"\\{c}" if c in "%_\\" else c for c in text)


def compared(
    conn: sqlite3.Connection, kind: Kind, ids: Sequence[str], since: str = "", until: str = ""
) -> Shown:
    """What the page shows that compares some speakers or outlets.

    Args:
        conn: the connection.
        kind: what is compared.
        ids: theirs; those that are not there are left out.
        since: the first month or day.
        until: the last.
    """
    found = {
        row["id"]: row
        for row in rows(
            conn,
            f"SELECT * FROM {kind.table} WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(ids),
        )
    }
    sides = [
        _side(conn, kind, found[id], since, until) for id in dict.fromkeys(ids) if id in found
    ][:MOST]
    common, more, alone = _matters(conn, kind, sides, since, until)
    return {
        "sides": sides,
        "common": common,
        "more": more,
        "alone": alone,
        "months": _timeline(sides) if kind.dated else {},
        "bars": [(f"side-{number}", side["name"]) for number, side in enumerate(sides)],
    }


def _side(
    conn: sqlite3.Connection, kind: Kind, row: Mapping[str, object], since: str, until: str
) -> Shown:
    month = "month" if kind.dated else "'' AS month"
    counted = [
        n
        for n in rows(
            conn,
            f"SELECT stance, {month}, claims FROM {kind.stances} WHERE {kind.key} = ?",
            row["id"],
        )
        if not kind.dated or within(str(n["month"]), since, until)
    ]
    total = sum(n["claims"] for n in counted)
    said = claims_of(
        conn,
        Whose(kind.link, kind.key, str(row["id"])),
        since=since,
        until=until,
        few=total <= FEW,
        most=LISTED,
    )
    return {
        **row,
        "total": total,
        "stances": totals(counted, "stance"),
        "months": by_month(counted),
        "claims": said,
    }


def within(month: str, since: str, until: str) -> bool:
    """Whether a month is in a period whose ends are months or days; an unknown month only in none."""
    if not month:
        return not (since or until)
    return since[:7] <= month and (not until or month <= until[:7])


def _matters(
    conn: sqlite3.Connection, kind: Kind, sides: Sequence[Shown], since: str, until: str
) -> tuple[list[Shown], int, dict[str, list[Shown]]]:
    """The matters of several with their claims, how many more there are, and those of one alone.

    Contested ones and those of many first.
    """
    known: dict[str, Matter] = {}
    of: dict[str, list[str]] = {}
    for side in sides:
        for matter in _spoken_of(conn, kind, side, since, until):
            known[matter.id] = matter
            of.setdefault(matter.id, []).append(side["id"])
    order = sorted(known.values(), key=lambda m: (-len(of[m.id]), -m.contested, -m.articles, m.id))
    common = [m.id for m in order if len(of[m.id]) > 1]
    told = _told(conn, common[:COMMON])
    for row in told:
        row["sides"] = {
            id: _claims_on(conn, kind, id, row["id"], since, until) for id in of[row["id"]]
        }
    alone = {
        side["id"]: _told(conn, [m.id for m in order if of[m.id] == [side["id"]]][:ALONE])
        for side in sides
    }
    return told, max(0, len(common) - COMMON), alone


def _told(conn: sqlite3.Connection, ids: Sequence[str]) -> list[Shown]:
    """Matters in the order in which they are asked for."""
    return rows(
        conn,
        "SELECT t.id, t.text, t.contested, t.articles FROM json_each(?) w CROSS JOIN matters t"
        " ON t.id = w.value ORDER BY w.key",
        json.dumps(ids),
    )


def _spoken_of(
    conn: sqlite3.Connection, kind: Kind, side: Shown, since: str, until: str
) -> Sequence[Matter]:
    """The matters that one speaks of; of those with many claims they are remembered."""
    period = _period(since, until) if since or until else []
    where = (
        f" AND EXISTS (SELECT 1 FROM claims c WHERE c.id = l.claim_id AND {WITHIN})"
        if period
        else ""
    )
    # In this order: SQLite would begin with the matters, of which there may be more.
    select = (
        f"SELECT DISTINCT t.id, t.contested, t.articles FROM {kind.link} l"
        " CROSS JOIN claim_matters m ON m.claim_id = l.claim_id"
        " CROSS JOIN matters t ON t.id = m.matter_id"
        f" WHERE l.{kind.key} = ?{where}"
    )
    file = conn.execute("PRAGMA database_list").fetchone()[2]
    key, now = (file, kind.link, side["id"]), version(Path(file))
    kept = bool(file) and side["total"] > FEW and not period
    found = _remembered.get(key, now) if kept else None
    if found is None:
        found = [Matter(*row) for row in conn.execute(select, [side["id"], *period])]
    if kept:
        _remembered.put(key, now, found)
    return found


def _claims_on(
    conn: sqlite3.Connection, kind: Kind, id: str, matter: str, since: str, until: str
) -> list[Shown]:
    """What one says of a matter, the oldest first."""
    dated = f" AND {WITHIN}" if since or until else ""
    return rows(
        conn,
        f"SELECT m.side, {SHOWN} FROM claim_matters m CROSS JOIN claims c ON c.id = m.claim_id"
        f" CROSS JOIN articles a ON a.id = c.article_id WHERE m.matter_id = ? AND EXISTS"
        f" (SELECT 1 FROM {kind.link} l WHERE l.claim_id = m.claim_id AND +l.{kind.key} = ?){dated}"
        " ORDER BY c.published IS NULL, c.published",
        matter,
        id,
        *(_period(since, until) if dated else []),
    )


def _period(since: str, until: str) -> list[str]:
    """What `WITHIN` compares with: a day or month begins with what is asked for."""
    return [since, f"{until or '9999'}~"]


def _timeline(sides: Iterable[Shown]) -> dict[str, dict[str, int]]:
    """Claims of each by month, the oldest first: `side-0` is the first of them."""
    months: dict[str, dict[str, int]] = {}
    for number, side in enumerate(sides):
        for month, stances in side["months"].items():
            if month:
                months.setdefault(month, {})[f"side-{number}"] = sum(stances.values())
    return dict(sorted(months.items()))
