"""An outlet: whom it relays, in which roles."""

import sqlite3

from claims.datasette.pages.query import FEW, Shown, Whose, claims_of, first, rows
from claims.datasette.pages.speaker import PAGE, totals

MOST = 30
"""Speakers that are listed."""


def outlet(conn: sqlite3.Connection, id: str, *, role: str = "", page: int = 1) -> Shown | None:
    """What the page of an outlet shows.

    Args:
        conn: the connection.
        id: the outlet's.
        role: the only role to list speakers of.
        page: the page of its claims, from 1.
    """
    row = first(conn, "SELECT * FROM outlets WHERE id = ?", id)
    if row is None:
        return None
    counted = rows(conn, "SELECT role, stance, claims FROM outlet_stances WHERE outlet_id = ?", id)
    total = sum(n["claims"] for n in counted)
    whose = Whose("claim_outlets", "outlet_id", id)
    said = claims_of(conn, whose, few=total <= FEW, most=PAGE + 1, start=(max(1, page) - 1) * PAGE)
    wanted = " AND role = ?3" if role else ""
    return {
        "outlet": row,
        "names": rows(
            conn,
            "SELECT name, claims FROM outlet_names WHERE outlet_id = ? ORDER BY claims DESC, name"
            " LIMIT ?",
            id,
            MOST,
        ),
        "total": total,
        "roles": totals(counted, "role"),
        "stances": totals(counted, "stance"),
        "role": role,
        "speakers": rows(
            conn,
            "SELECT s.id, s.name, r.role, r.claims, r.articles FROM (SELECT * FROM relays"
            f" WHERE outlet_id = ?1{wanted} ORDER BY claims DESC, speaker_id LIMIT ?2) AS r"
            " LEFT JOIN speakers s ON s.id = r.speaker_id ORDER BY r.claims DESC, s.name",
            *([id, MOST, role] if role else [id, MOST]),
        ),
        "claims": said[:PAGE],
        "page": max(1, page),
        "more": len(said) > PAGE,
    }
