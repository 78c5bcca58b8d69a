"""An article: its whole text with every claim marked in its place."""

import json
import sqlite3

from claims.datasette.pages.passages import Mark, parts
from claims.datasette.pages.query import Shown, first, rows


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
        "article": {name: value for name, value in row.items() if name != "text"},
        "claims": claims,
        "parts": parts(row["text"], marks),
        "numbers": {claim["id"]: number for number, claim in enumerate(claims, start=1)},
    }
