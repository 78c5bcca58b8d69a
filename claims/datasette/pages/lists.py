"""Contested matters and quotations of several articles: lists, and each on a page of its own."""

import sqlite3
from collections.abc import Sequence

from claims.datasette.pages.claim import members, sides
from claims.datasette.pages.query import Shown, first, rows

PAGE = 15
"""Matters or groups on a page."""
FEW = 4
"""Claims of each that a list shows."""
ALL = 100
"""Claims on the page of one."""


def contested(conn: sqlite3.Connection, page: int) -> Shown:
    """The contested matters, those of most articles first, each with the claims of both sides."""
    found = rows(
        conn,
        "SELECT * FROM matters WHERE contested = 1 ORDER BY articles DESC, rowid DESC LIMIT ? OFFSET ?",
        PAGE + 1,
        (page - 1) * PAGE,
    )
    for matter in found[:PAGE]:
        matter["columns"] = columns(sides(conn, matter["id"], ALL), FEW)
    return {"matters": found[:PAGE], "page": page, "more": len(found) > PAGE}


def matter(conn: sqlite3.Connection, id: str, page: int = 1) -> Shown | None:
    """A matter with who takes which side."""
    row = first(conn, "SELECT * FROM matters WHERE id = ?", id)
    if row is None:
        return None
    found = sides(conn, id, ALL + 1, (page - 1) * ALL)
    return {
        "matter": row,
        "columns": columns(found[:ALL], ALL),
        "page": page,
        "more": len(found) > ALL,
    }


def columns(found: Sequence[Shown], most: int) -> list[Shown]:
    """Claims by the side that they take: who asserts, who denies, who doubts, and others."""
    by_side = {
        side: [claim for claim in found if claim["side"] == side]
        for side in ("asserts", "denies", "doubts", "other")
    }
    return [
        {"side": side, "claims": claims[:most], "more": max(0, len(claims) - most)}
        for side, claims in by_side.items()
        if claims
    ]


def same_words(conn: sqlite3.Connection, page: int) -> Shown:
    """The quotations that stand in most articles, each with how they differ."""
    found = rows(
        conn,
        "SELECT * FROM groups WHERE articles > 1 ORDER BY articles DESC, rowid DESC LIMIT ? OFFSET ?",
        PAGE + 1,
        (page - 1) * PAGE,
    )
    for group in found[:PAGE]:
        group["members"] = members(conn, group["id"], FEW)
        group["left"] = max(0, group["claims"] - FEW)
    return {"groups": found[:PAGE], "page": page, "more": len(found) > PAGE}


def group(conn: sqlite3.Connection, id: str, page: int = 1) -> Shown | None:
    """A quotation in all its wordings; one that is part of another now leads there."""
    row = first(conn, "SELECT * FROM groups WHERE id = ?", id)
    if row is None:
        return None
    found = members(conn, id, ALL + 1, (page - 1) * ALL)
    return {"group": row, "members": found[:ALL], "page": page, "more": len(found) > ALL}
