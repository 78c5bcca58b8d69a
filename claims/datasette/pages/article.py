"""An article: its whole text with every claim marked in its place."""

import json
import sqlite3

from claims.datasette.pages.passages import Mark, parts
from claims.datasette.pages.query import Shown, first, rows

COPIES = 20
"""Copies that are listed."""


def article(conn: sqlite3.Connection, id: str) -> Shown | None:
    """What the page of an article shows."""
    row = first(conn, "SELECT * FROM articles WHERE id = ?", id)
    if row is None:
        return None
    claims = rows(
        conn,
        "SELECT id, speakers, speaker, stance, text, type, outlets, content, context_start FROM claims"
        " WHERE article_id = ? ORDER BY context_start, id",
        id,
    )
    marks = [
        Mark(span["start"], span["end"], "content", label=str(number), claim=claim["id"])
        for number, claim in enumerate(claims, start=1)
        for span in json.loads(claim["content"])
    ]
    return {
        "newer": _newer(conn, row["superseded_by"]),
        "older": rows(
            conn,
            "SELECT id, label, publisher, published, modified FROM articles"
            " WHERE superseded_by = ? ORDER BY rowid",
            id,
        ),
        "copies": rows(
            conn,
            "SELECT a.id, a.label, a.publisher, a.published, c.likeness FROM article_copies c"
            " JOIN articles a ON a.id = c.copy_id WHERE c.article_id = ?"
            " ORDER BY c.likeness DESC, a.published, a.id LIMIT ?",
            id,
            COPIES,
        ),
        "article": {name: value for name, value in row.items() if name != "text"},
        "claims": claims,
        "parts": parts(row["text"], marks),
        "numbers": {claim["id"]: number for number, claim in enumerate(claims, start=1)},
    }


def _newer(conn: sqlite3.Connection, id: str | None) -> Shown | None:
    """The newest version of an article of which this one is a newer version."""
    row, seen = None, set[str]()
    while id is not None and id not in seen:
        seen.add(id)
        row = first(
            conn,
            "SELECT id, label, publisher, published, modified, superseded_by FROM articles"
            " WHERE id = ?",
            id,
        )
        id = row["superseded_by"] if row else None
    return row
