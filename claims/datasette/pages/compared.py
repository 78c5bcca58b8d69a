"""Speakers or outlets side by side: what they have in common, what only one speaks about, and when."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from claims.datasette.pages.query import FEW, SHOWN, Shown, Whose, claims_of, rows
from claims.datasette.pages.speaker import by_month, totals
from claims.model import fold

LEAST, MOST = 2, 5
"""How many are compared."""
COMMON, ALONE, LISTED = 25, 8, 15
"""Matters in common, matters of one alone, and claims of each that are shown."""
NEAR = 8
"""Names that are proposed for one that nobody has."""


class Kind(NamedTuple):
    """What is compared, and where that stands."""

    table: str
    link: str
    key: str
    stances: str
    dated: bool
    """Whether the counts tell the month."""


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
        conn, f"{counted} p.name LIKE ? ESCAPE '\\' ORDER BY 3 DESC LIMIT 400", f"%{_like(longest)}%"
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
    matters = _matters(conn, kind, [side["id"] for side in sides], since, until)
    common = [m for m in matters if len(m["sides"]) > 1]
    alone = {
        side["id"]: [m for m in matters if set(m["sides"]) == {side["id"]}][:ALONE] for side in sides
    }
    return {
        "sides": sides,
        "common": common[:COMMON],
        "more": max(0, len(common) - COMMON),
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
            conn, f"SELECT stance, {month}, claims FROM {kind.stances} WHERE {kind.key} = ?", row["id"]
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
    conn: sqlite3.Connection, kind: Kind, ids: Sequence[str], since: str, until: str
) -> list[Shown]:
    """The matters that some of them speak of, contested ones and those of many first."""
    found: dict[str, Shown] = {}
    dated = " AND c.published >= ?2 AND c.published < ?3" if since or until else ""
    params = [since, f"{until or '9999'}~"] if dated else []
    for id in ids:
        for row in rows(
            conn,
            f"SELECT t.id AS matter, t.text AS about, t.contested, t.articles, m.side, {SHOWN}"
            f" FROM {kind.link} l CROSS JOIN claim_matters m ON m.claim_id = l.claim_id"
            " CROSS JOIN matters t ON t.id = m.matter_id CROSS JOIN claims c ON c.id = l.claim_id"
            " CROSS JOIN articles a ON a.id = c.article_id"
            f" WHERE l.{kind.key} = ?1{dated} ORDER BY c.published IS NULL, c.published",
            id,
            *params,
        ):
            matter = found.setdefault(
                row["matter"],
                {
                    "id": row["matter"],
                    "text": row["about"],
                    "contested": row["contested"],
                    "articles": row["articles"],
                    "sides": {},
                },
            )
            matter["sides"].setdefault(id, []).append(row)
    return sorted(
        found.values(), key=lambda m: (-len(m["sides"]), -m["contested"], -m["articles"], m["id"])
    )


def _timeline(sides: Iterable[Shown]) -> dict[str, dict[str, int]]:
    """Claims of each by month, the oldest first: `side-0` is the first of them."""
    months: dict[str, dict[str, int]] = {}
    for number, side in enumerate(sides):
        for month, stances in side["months"].items():
            if month:
                months.setdefault(month, {})[f"side-{number}"] = sum(stances.values())
    return dict(sorted(months.items()))
