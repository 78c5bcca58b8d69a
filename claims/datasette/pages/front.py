"""The front page: what is in here, and where to begin."""

import sqlite3

from claims.datasette.pages.query import SHOWN, Shown, first, rows

SPEAKERS, OUTLETS, CLAIMS, MATTERS, GROUPS = 15, 10, 8, 6, 6
"""How many of each are shown."""


def front(conn: sqlite3.Connection) -> Shown:
    """What the front page shows."""
    counted = {
        table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("articles", "speakers", "outlets")
    }
    return {
        "counted": counted,
        "claims": conn.execute("SELECT coalesce(sum(claims), 0) FROM claim_kinds").fetchone()[0],
        "dates": first(
            conn,
            "SELECT (SELECT min(published) FROM articles) AS first,"
            " (SELECT max(published) FROM articles) AS last",
        ),
        "stances": rows(
            conn,
            "SELECT stance, sum(claims) AS claims FROM claim_kinds GROUP BY stance ORDER BY 2 DESC",
        ),
        "speakers": _most(conn, "speaker", SPEAKERS),
        "outlets": _most(conn, "outlet", OUTLETS),
        "latest": rows(
            conn,
            f"SELECT {SHOWN} FROM claims c JOIN articles a ON a.id = c.article_id"
            " WHERE c.superseded = 0 ORDER BY c.published DESC LIMIT ?",
            CLAIMS,
        ),
        "contested": rows(
            conn,
            "SELECT * FROM matters WHERE contested = 1 ORDER BY articles DESC LIMIT ?",
            MATTERS,
        ),
        "groups": rows(
            conn, "SELECT * FROM groups WHERE articles > 1 ORDER BY articles DESC LIMIT ?", GROUPS
        ),
    }


def _most(conn: sqlite3.Connection, what: str, most: int) -> list[Shown]:
    """Who is quoted, or relays, most: by the names that are there most often."""
    return rows(
        conn,
        f"SELECT p.id, p.name, sum(n.claims) AS claims FROM"
        f" (SELECT DISTINCT {what}_id FROM (SELECT {what}_id FROM {what}_names"
        f" ORDER BY claims DESC LIMIT ?)) AS often"
        f" JOIN {what}_names n ON n.{what}_id = often.{what}_id"
        f" JOIN {what}s p ON p.id = often.{what}_id"
        " GROUP BY p.id ORDER BY 3 DESC, 2 LIMIT ?",
        4 * most,
        most,
    )
